import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect as connectTcp, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDispatcher, type DispatcherOptions, ProxyRefused } from '../../src/net/dispatcher.ts';
import { permanentFault } from '../../src/net/faults.ts';
import { CA_FILE, certificate } from '../support/certificates.ts';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { startRawServer } from '../support/raw-server.ts';

const LIMITS: DispatcherOptions = {
  connections: 4,
  connectMs: 10_000,
  addressMs: 4_000,
  headersMs: 20_000,
  bodyMs: 20_000,
  maxHeaderBytes: 64 * 1024,
  maxResponseBytes: 100_000,
};

/** A TLS server on loopback; the port that it has. */
async function startTls(
  name: Parameters<typeof certificate>[0] = 'server',
  handle: RequestListener = (_request, response) => void response.end('hello'),
): Promise<number> {
  const server = createServer(certificate(name), handle);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** One request; its body is a stream of which is known whether anything was read. */
async function send(origin: string, options: Partial<DispatcherOptions> = {}) {
  const dispatcher = createDispatcher(origin, { ...LIMITS, ...options });
  onTestFinished(() => dispatcher.destroy());
  let read = false;
  const body = new Readable({
    read() {
      read = true;
      this.push('{}');
      this.push(null);
    },
  });
  try {
    const answer = await dispatcher.request({ method: 'POST', path: '/v1/run', headers: {}, body });
    return { status: answer.statusCode, text: await answer.body.text(), read };
  } catch (error) {
    return { error, fault: permanentFault(error), read };
  }
}

describe('through a proxy', () => {
  let proxy: ConnectProxy;
  beforeEach(async () => {
    proxy = await ConnectProxy.start();
    return () => proxy.close();
  });
  const through = (more: Partial<DispatcherOptions> = {}) => ({
    proxies: { https: proxy.url, bypass: '', other: false },
    ...more,
  });

  it('a request goes in a tunnel to the host that the proxy looks up, with the proxy’s own credentials', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const seen: IncomingMessage[] = [];
    proxy.target = await startTls('server', (request, response) => {
      seen.push(request);
      response.end('hello');
    });
    const proxies = { https: `http://ada:p%40ss@${proxy.host}`, bypass: '', other: false };
    expect(await send('https://gateway.test', { proxies })).toMatchObject({ status: 200, text: 'hello', read: true });
    expect(proxy.tunnels).toEqual(['gateway.test:443']);
    expect(proxy.authorization).toBe(`Basic ${Buffer.from('ada:p@ss').toString('base64')}`);
    expect(seen.map(({ headers }) => headers.host)).toEqual(['gateway.test']);
    expect(JSON.stringify(seen[0]?.rawHeaders)).not.toMatch(/proxy-authorization/i);
  });

  it.each([
    [302, 'proxy_refused'],
    [403, 'proxy_refused'],
    [404, 'proxy_refused'],
    [407, 'proxy_refused'],
    [429, undefined],
    [502, undefined],
    [503, undefined],
  ])('a tunnel that is refused with %i never lets the request leave', async (status, fault) => {
    proxy.status = status;
    const came = await send('https://gateway.test', through());
    expect(came).toMatchObject({ error: expect.any(ProxyRefused), fault, read: false });
  });

  it('a proxy that closes the connection is not connected to again at once', async () => {
    const closing = await startRawServer(socket => void socket.once('data', () => socket.destroy()));
    onTestFinished(() => closing.close());
    const proxies = { https: closing.url, bypass: '', other: false };
    const came = await send('https://gateway.test', { proxies });
    expect(came).toMatchObject({ error: { code: 'ERR_PROXY_CLOSED' }, fault: undefined, read: false });
    expect(closing.connections).toBe(1);
  });

  it('a proxy that does not answer is given up after the time for connecting, and nothing has left', async () => {
    proxy.status = null;
    expect(await send('https://gateway.test', through({ connectMs: 300 }))).toMatchObject({
      error: { code: 'UND_ERR_HEADERS_TIMEOUT' },
      fault: undefined,
      read: false,
    });
  });

  it('the host’s certificate is checked as without a proxy, before anything leaves', async () => {
    proxy.target = await startTls();
    expect(await send('https://gateway.test', through())).toMatchObject({ fault: 'unknown_ca', read: false });
  });

  it('loopback and hosts of NO_PROXY are reached directly', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const port = await startTls();
    expect(await send(`https://localhost:${port}`, through())).toMatchObject({ status: 200 });
    const proxies = { https: proxy.url, bypass: '.test', other: false };
    expect(await send('https://gateway.test', { proxies })).toMatchObject({ fault: 'proxy_needed', read: false });
    expect(proxy.tunnels).toEqual([]);
  });
  afterEach(() => vi.unstubAllEnvs());
});

describe('directly', () => {
  it('a name without an address is a permanent fault only where a proxy is set that is not used', async () => {
    const origin = 'https://no-such-host.invalid';
    expect(await send(origin)).toMatchObject({ error: expect.any(Error), fault: undefined, read: false });
    const proxies = { https: null, bypass: '', other: true };
    expect(await send(origin, { proxies })).toMatchObject({ fault: 'proxy_needed', read: false });
  });

  it('a certificate from an unknown CA is a permanent fault, and nothing leaves', async () => {
    expect(await send(`https://localhost:${await startTls()}`)).toMatchObject({ fault: 'unknown_ca', read: false });
  });

  it.each([
    ['server', undefined],
    ['expired', 'expired_certificate'],
    ['elsewhere', 'wrong_name'],
  ] as const)('the certificate %s from a known CA is judged as %s', async (name, fault) => {
    const port = await startTls(name);
    const error = await new Promise<unknown>(resolve => {
      const socket = connectTls({ port, host: 'localhost', servername: 'localhost', ca: readFileSync(CA_FILE) });
      socket.on('error', resolve).on('secureConnect', () => resolve(socket.end()));
    });
    expect(permanentFault(error)).toBe(fault);
  });

  it('plain HTTP on a port that should speak TLS is a permanent fault', async () => {
    const server = createHttpServer((_request, response) => void response.end());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await send(`https://localhost:${port}`)).toMatchObject({ fault: 'plain_http', read: false });
  });

  it('headers of 60 kB are read, and a body over the cap is not', async () => {
    const server = createHttpServer({ maxHeaderSize: 1_000_000 }, (request, response) => {
      if (request.url !== '/v1/run') return void response.end();
      response.setHeader('x-long', 'x'.repeat(60_000));
      response.end('x'.repeat(Number(request.headers['x-size'] ?? 10)));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await send(origin)).toMatchObject({ status: 200 });
    expect(await send(origin, { maxResponseBytes: 5 })).toMatchObject({
      error: { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' },
    });
  });

  it('a connection that is refused has read nothing of the body', async () => {
    expect(await send('http://127.0.0.1:9')).toMatchObject({ error: { code: 'ECONNREFUSED' }, read: false });
  });
});

it.runIf(process.platform === 'linux')(
  'of two addresses of a name, the second is reached when the first is dead',
  async () => {
    // A blocked process whose backlog is full: the system drops whoever connects.
    const dead = spawn(process.execPath, ['-e', BLOCKED]);
    const port = Number(await once(dead.stdout, 'data'));
    const fill = Array.from({ length: 4 }, () => connectTcp(port, DEAD).on('error', () => {}));
    const server = createHttpServer((_request, response) => void response.end('hello')).listen(port, '127.0.0.1');
    onTestFinished(() => {
      for (const socket of fill) socket.destroy();
      dead.kill('SIGKILL');
      server.close();
    });
    await vi.waitFor(() => expect(fill.filter(({ readyState }) => readyState === 'open').length).toBeGreaterThan(1));
    const lookup: LookupFunction = (_host, _options, callback) =>
      callback(null, [
        { address: DEAD, family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    expect(await send(`http://gateway.test:${port}`, { lookup, addressMs: 300 })).toMatchObject({ status: 200 });
  },
);

const DEAD = '127.0.0.3';
const BLOCKED = `const server = require('node:net').createServer().listen({ port: 0, host: '${DEAD}', backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;
