import { existsSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Resolve } from '../../src/net/resolve.ts';
import { certificate } from '../support/certificates.ts';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { scratch } from '../support/folder.ts';
import { fail, serving, startFileServer } from './file-server.ts';
import { content, contentsOf, MP4, setUp } from './setup.ts';

const ASK = { code: 'download_failed', transient: false };
const REPEAT = { code: 'download_failed', reason: 'broken', transient: true };

/** A listener on loopback that counts who comes. */
async function startTrap(): Promise<{ port: number; visits: () => number }> {
  let visits = 0;
  const server = createTcpServer(socket => {
    visits++;
    socket.destroy();
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, visits: () => visits };
}

describe('an answer that is no file', () => {
  test.each([
    [401, ASK],
    [403, ASK],
    [404, ASK],
    [410, ASK],
    [400, ASK],
    [204, ASK],
    [206, ASK],
    [416, ASK],
    [429, REPEAT],
    [500, REPEAT],
    [502, REPEAT],
    [503, REPEAT],
  ])('HTTP %i fails the download with its reason', async (status, came) => {
    const folder = scratch();
    const server = await startFileServer(fail(status));
    expect(await setUp({ folder, allowedOrigin: server.origin }).save([server.origin])).toMatchObject(came);
    expect(contentsOf(folder)).toEqual({});
  });

  test.each([403, 404, 410])('HTTP %i is reported as an expired link', async status => {
    const server = await startFileServer(fail(status));
    const came = await setUp({ folder: scratch(), allowedOrigin: server.origin }).save([server.origin]);
    expect(came.reason).toBe('link_expired');
  });

  test.each([
    ['a web page', serving({ bytes: content(10), type: 'text/html; charset=utf-8' })],
    ['an empty file', serving({ bytes: content(0) })],
    ['an encoding that was not asked for', fail(200, { 'content-encoding': 'gzip', 'content-type': 'video/mp4' })],
  ])('%s fails the download as no file', async (_, handle) => {
    const folder = scratch();
    const server = await startFileServer(handle);
    expect(await setUp({ folder, allowedOrigin: server.origin }).save([server.origin])).toMatchObject(ASK);
    expect(existsSync(join(folder, MP4))).toBe(false);
  });

  test('a file that is too large, by what the server says', async () => {
    const folder = scratch();
    const server = await startFileServer(serving({ bytes: content(1001) }));
    expect(await setUp({ folder, allowedOrigin: server.origin, capBytes: 1000 }).save([server.origin])).toMatchObject(
      ASK,
    );
    expect(contentsOf(folder)).toEqual({});
    server.handle = serving({ bytes: content(1000) });
    expect(await setUp({ folder, allowedOrigin: server.origin, capBytes: 1000 }).save([server.origin])).toMatchObject({
      saved: [{}],
    });
  });

  test('a file that is too large, though the server did not say so', async () => {
    const folder = scratch();
    const server = await startFileServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'video/mp4' });
      response.write(content(600));
      setTimeout(() => response.end(content(600)), 20);
    });
    expect(await setUp({ folder, allowedOrigin: server.origin, capBytes: 1000 }).save([server.origin])).toMatchObject(
      ASK,
    );
    expect(existsSync(join(folder, MP4))).toBe(false);
  });

  test.each(['ECONNRESET before an answer', 'nobody listens'])('%s is a transient failure', async how => {
    const server = await startFileServer((_request, response) => void response.destroy());
    const origin = how === 'nobody listens' ? 'http://127.0.0.1:9' : server.origin;
    expect(await setUp({ folder: scratch(), allowedOrigin: origin }).save([origin])).toMatchObject(REPEAT);
  });
});

describe('a link that is not followed', () => {
  test('http, and any private place, without a connection', async () => {
    const trap = await startTrap();
    const { save } = setUp({ folder: scratch(), resolve: async () => ['93.184.216.34'] });
    const hosts = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433'];
    for (const host of hosts) {
      expect(await save([`https://${host}:${trap.port}/a.mp4`])).toMatchObject(ASK);
      expect(await save([`http://${host}:${trap.port}/a.mp4`])).toMatchObject(ASK);
    }
    expect(trap.visits()).toBe(0);
  });

  test('https to a name with a private address is refused when it connects', async () => {
    const trap = await startTrap();
    const url = `https://cdn.example.com:${trap.port}/a.mp4`;
    for (const answers of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['::ffff:127.0.0.1'], ['169.254.169.254']]) {
      const came = await setUp({ folder: scratch(), resolve: async () => answers }).save([url]);
      expect(came).toMatchObject(ASK);
      expect(came).toMatchObject({ reason: 'link_refused', cause: expect.stringMatching(/not public/) });
    }
    expect(trap.visits()).toBe(0);
  });

  test('a name without an address is a transient failure', async () => {
    expect(await setUp({ folder: scratch() }).save(['https://cdn.example.com/a.mp4'])).toMatchObject(REPEAT);
  });
});

describe('redirects', () => {
  test('are followed five times within the place that is allowed', async () => {
    const [bytes, folder] = [content(1000), scratch()];
    const server = await startFileServer((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) return serving({ bytes })(request, response);
      response.writeHead([301, 302, 303, 307, 308][left % 5] ?? 302, { location: `/${left - 1}` }).end('moved');
    });
    const { save } = setUp({ folder, allowedOrigin: server.origin });
    expect(await save([`${server.origin}/6`])).toMatchObject(ASK);
    expect(server.requests).toHaveLength(6);
    expect(await save([`${server.origin}/5`])).toMatchObject({ saved: [{ bytes: 1000 }] });
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test.each([
    'http://127.0.0.1:PORT/',
    'https://127.0.0.1:PORT/',
    'https://localhost:PORT/',
    'https://cdn.example.com:PORT/',
    '//127.0.0.1:PORT/',
    'http://[::1]:PORT/',
    'file:///etc/passwd',
    'data:video/mp4,x',
    'http://',
  ])('to %s are judged like the link itself', async location => {
    const trap = await startTrap();
    const folder = scratch();
    const server = await startFileServer(fail(302, { location: location.replace('PORT', String(trap.port)) }));
    const { save } = setUp({ folder, allowedOrigin: server.origin, resolve: async () => ['127.0.0.1'] });
    expect(await save([server.origin])).toMatchObject(ASK);
    expect(trap.visits()).toBe(0);
    expect(existsSync(join(folder, MP4))).toBe(false);
  });

  test('without a place to go to are refused', async () => {
    const server = await startFileServer(fail(302));
    expect(await setUp({ folder: scratch(), allowedOrigin: server.origin }).save([server.origin])).toMatchObject(ASK);
  });
});

describe('through a proxy', () => {
  const PUBLIC = async () => ['93.184.216.34'];
  const through = async (resolve: Resolve = PUBLIC) => {
    const proxy = await ConnectProxy.start();
    onTestFinished(() => proxy.close());
    // It refuses every tunnel: what counts here is which it was asked for.
    proxy.status = 502;
    const proxies = { https: proxy.url, bypass: '', other: false };
    return { proxy, ...setUp({ folder: scratch(), resolve, proxies }) };
  };

  test('a link goes to the proxy when its name has a public address here, or none', async () => {
    for (const resolve of [PUBLIC, async () => []]) {
      const { proxy, save } = await through(resolve);
      expect(await save(['https://cdn.example.com/a.mp4'])).toMatchObject(REPEAT);
      expect(proxy.tunnels).toEqual(['cdn.example.com:443']);
    }
  });

  test.each([
    'https://intranet/a.mp4',
    'https://printer.local/a.mp4',
    'https://wiki.internal/a.mp4',
    'https://10.0.0.7/a.mp4',
    'https://[fd00::1]/a.mp4',
    'https://localhost/a.mp4',
    'https://169.254.169.254/latest/meta-data',
    'http://cdn.example.com/a.mp4',
  ])('%s does not reach the proxy', async url => {
    const { proxy, save } = await through();
    expect(await save([url])).toMatchObject({ reason: 'link_refused', transient: false });
    expect([...proxy.tunnels, ...proxy.plain]).toEqual([]);
  });

  test('a name that leads to any address here that is not public does not reach the proxy', async () => {
    const { proxy, save } = await through(async () => ['93.184.216.34', '10.0.0.7']);
    expect(await save(['https://cdn.example.com/a.mp4'])).toMatchObject({ reason: 'link_refused' });
    expect(proxy.tunnels).toEqual([]);
  });

  test.each([403, 407])('a refusal with %i is not transient', async status => {
    const { proxy, save } = await through();
    proxy.status = status;
    expect(await save(['https://cdn.example.com/a.mp4'])).toMatchObject({ reason: 'broken', transient: false });
  });

  test('a file comes through its tunnel', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const bytes = content(1000);
    const tls = createServer(certificate('server'), serving({ bytes }));
    await new Promise<void>(listening => tls.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void tls.close());
    const { proxy, save } = await through(async () => []);
    proxy.status = 200;
    proxy.target = (tls.address() as AddressInfo).port;
    expect(await save(['https://cdn.test/a.mp4'])).toMatchObject({ saved: [{ bytes: 1000 }] });
  });
});
