import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createServer } from 'node:tls';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CA_FILE, certificate } from '../support/certificates.ts';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { startRawServer } from '../support/raw-server.ts';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

const PASSWORD = 'p4ss:w0rd@of-the-proxy';

/** A gateway behind TLS of a private CA, and a proxy that alone knows the way to it. */
async function startNetwork(name: Parameters<typeof certificate>[0] = 'server') {
  const gateway = await RecordingGateway.start((request, response) =>
    request.method === 'POST' ? accept(response, 'job-1') : json(response, 200, { status: 'IN_QUEUE' }),
  );
  const tls = createServer(certificate(name), socket => {
    const onward = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.on('error', () => onward.destroy()).pipe(onward);
    onward.on('error', () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>(resolve => tls.listen(0, '127.0.0.1', resolve));
  const proxy = await ConnectProxy.start();
  proxy.target = (tls.address() as AddressInfo).port;
  onTestFinished(async () => {
    await proxy.close();
    tls.close();
    await gateway.close();
  });
  return { gateway, proxy };
}

/** The server with these settings, and what one update and one poll come to. */
async function play(env: Record<string, string>) {
  const server = await StdioServer.start({
    gateway: 'https://gateway.test',
    env: { NODE_EXTRA_CA_CERTS: CA_FILE, ...env },
  });
  const update = await server.call('update_template', { prompt: 'p' });
  const { stdout, stderr } = server.run;
  await server.stop();
  return { update, output: stdout + stderr };
}

it('an upload that is cut off half-way made no job, and is sent again within the call', async () => {
  const gateway = await RecordingGateway.start((_request, response) => accept(response, 'job-1'));
  const line = await startRawServer((socket, nth) => {
    if (nth === 1) socket.once('data', () => socket.resetAndDestroy());
    else socket.pipe(connect(Number(new URL(gateway.url).port), '127.0.0.1')).pipe(socket);
  });
  onTestFinished(async () => {
    await line.close();
    await gateway.close();
  });
  const server = await StdioServer.start({ gateway: line.url });
  const pad = 'A'.repeat(16 * 1024 * 1024);
  expect(await server.call('update_template', { prompt: 'p', extra_inputs: { pad } })).toMatchObject({
    ok: true,
    job: { request_id: 'job-1' },
  });
  expect(gateway.requests).toHaveLength(1);
  await server.stop();
});

describe('through a proxy', () => {
  it('the gateway is reached, with the CA of NODE_EXTRA_CA_CERTS, and the proxy’s password stays secret', async () => {
    const { gateway, proxy } = await startNetwork();
    const { update, output } = await play({ HTTPS_PROXY: `http://ada:${encodeURIComponent(PASSWORD)}@${proxy.host}` });
    expect(update).toMatchObject({ ok: true, job: { request_id: 'job-1' } });
    expect(proxy.tunnels[0]).toBe('gateway.test:443');
    expect(proxy.authorization).toBe(`Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}`);
    expect(gateway.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    for (const spelling of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(output).not.toContain(spelling);
  });

  it.each([302, 403, 404, 407])('a tunnel refused with %i asks the user, and nothing was submitted', async status => {
    const { gateway, proxy } = await startNetwork();
    proxy.status = status;
    const { update } = await play({ HTTPS_PROXY: proxy.url });
    expect(update).toMatchObject({
      error: { code: 'network_error', retryable: false, fix_by: 'operator' },
      next: { action: 'ask_user' },
    });
    expect(proxy.tunnels).toHaveLength(1);
    expect(gateway.requests).toEqual([]);
  });

  it.each([429, 500, 502, 'closed'] as const)(
    'a tunnel refused with %s may be repeated: the request never left',
    async status => {
      const { gateway, proxy } = await startNetwork();
      proxy.status = status;
      const { update } = await play({ HTTPS_PROXY: proxy.url });
      expect(update).toMatchObject({
        error: {
          code: 'network_error',
          retryable: true,
          message: expect.stringContaining(`ERR_PROXY_${status}`.toUpperCase()),
        },
        next: { action: 'repeat' },
      });
      expect(proxy.tunnels.length).toBeLessThan(10);
      expect(gateway.requests).toEqual([]);
    },
  );

  it('a name that is not found while a proxy is set and not used asks the user', async () => {
    const { proxy } = await startNetwork();
    const { update } = await play({ HTTP_PROXY: proxy.url });
    expect(update).toMatchObject({ error: { code: 'network_error', retryable: false }, next: { action: 'ask_user' } });
    expect([...proxy.tunnels, ...proxy.plain]).toEqual([]);
  });

  it.each(['gateway.test', '.test', 'elsewhere.test *.TEST:443'])(
    'hosts of NO_PROXY=%s are reached directly',
    async bypass => {
      const { proxy } = await startNetwork();
      const { update } = await play({ HTTPS_PROXY: proxy.url, NO_PROXY: bypass });
      expect(update).toMatchObject({
        error: { code: 'network_error', retryable: false },
        next: { action: 'ask_user' },
      });
      expect(proxy.tunnels).toEqual([]);
    },
  );

  it('loopback is reached directly', async () => {
    const { gateway, proxy } = await startNetwork();
    const server = await StdioServer.start({
      gateway: gateway.url,
      env: { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url },
    });
    expect(await server.call('update_template', { prompt: 'p' })).toMatchObject({ ok: true });
    await server.stop();
    expect([...proxy.tunnels, ...proxy.plain]).toEqual([]);
  });

  it('a SOCKS proxy is a setting that cannot be used', async () => {
    const { update, output } = await play({ HTTPS_PROXY: `socks5://ada:${PASSWORD}@127.0.0.1:1` });
    expect(update).toMatchObject({
      error: { code: 'invalid_setting', message: expect.stringContaining('HTTPS_PROXY') },
      next: { action: 'ask_user' },
    });
    expect(output).not.toContain(PASSWORD);
  });
});

describe('a certificate that is not trusted asks the user at once', () => {
  it.each([
    ['from an unknown CA', 'server', { NODE_EXTRA_CA_CERTS: '' }],
    ['that has expired', 'expired', {}],
    ['for another name', 'elsewhere', {}],
  ] as const)('%s', async (_, name, env) => {
    const { gateway, proxy } = await startNetwork(name);
    const { update } = await play({ HTTPS_PROXY: proxy.url, ...env });
    expect(update).toMatchObject({
      error: { code: 'network_error', retryable: false, fix_by: 'operator' },
      next: { action: 'ask_user' },
    });
    expect(proxy.tunnels).toHaveLength(1);
    expect(gateway.requests).toEqual([]);
  });
});

it('plain HTTP on a port that should speak TLS asks the user at once', async () => {
  const { gateway, proxy } = await startNetwork();
  proxy.target = Number(new URL(gateway.url).port);
  const { update } = await play({ HTTPS_PROXY: proxy.url });
  expect(update).toMatchObject({ error: { code: 'network_error', retryable: false }, next: { action: 'ask_user' } });
  expect(proxy.tunnels).toHaveLength(1);
});

describe('an answer to a submit', () => {
  let gateway: RecordingGateway;
  let server: StdioServer;

  beforeAll(async () => {
    gateway = await RecordingGateway.start();
    server = await StdioServer.start({ gateway: gateway.url });
  });
  afterAll(async () => {
    await server.stop();
    await gateway.close();
  });

  const plain = (body: Buffer): Buffer => body;
  it.each<[string, Record<string, string | string[]>, (body: Buffer) => Buffer]>([
    ['in gzip', { 'content-encoding': 'gzip' }, gzipSync],
    ['in Brotli', { 'content-encoding': 'br' }, brotliCompressSync],
    ['in deflate', { 'content-encoding': 'deflate' }, deflateSync],
    ['in deflate without its header', { 'content-encoding': 'deflate' }, deflateRawSync],
    ['in gzip inside Brotli', { 'content-encoding': 'gzip, br' }, body => brotliCompressSync(gzipSync(body))],
    ['in gzip twice, said once', { 'content-encoding': 'gzip' }, body => gzipSync(gzipSync(body))],
    ['in gzip, not said at all', {}, gzipSync],
    ['in no encoding, though one is said', { 'content-encoding': 'gzip' }, plain],
    ['in an encoding without a meaning', { 'content-encoding': 'utf-8' }, plain],
    ['with 60 kB of headers', { 'set-cookie': Array.from({ length: 60 }, () => 'c'.repeat(1_000)) }, plain],
  ])('%s is read', async (form, headers, encode) => {
    const id = `job ${form}`.replace(/\W+/g, '-');
    const body = encode(Buffer.from(JSON.stringify({ request_id: id, status: 'IN_QUEUE' })));
    gateway.script(form, (_request, response) => void response.writeHead(202, headers).end(body));
    expect(await server.call('update_template', { prompt: form })).toMatchObject({ ok: true, job: { request_id: id } });
  });
});
