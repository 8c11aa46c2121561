import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Attempt, HttpClient } from '../../src/gateway/http.ts';
import { onRequest, startRawServer } from '../support/raw-server.ts';

const KEY = 'wk-live-0123456789';
/** Long enough for whatever a loaded machine does; what ends before is ended by the other side. */
const LONG_MS = 60_000;
/** Long enough for a request to arrive, on a loaded machine too. */
const SHORT_MS = 2_000;
const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** A client of a server that treats each connection so. */
async function connected(onConnection: (socket: Socket, nth: number) => void) {
  const server = await startRawServer(onConnection);
  const client = new HttpClient({ origin: server.url, key: KEY });
  onTestFinished(async () => {
    await client.close();
    await server.close();
  });
  const poll = (ms = LONG_MS): Promise<Attempt> => client.send('GET', '/v1/run/status/job-1', undefined, ms);
  const submit = (body: string, ms = LONG_MS): Promise<Attempt> =>
    client.send('POST', '/v1/run', Buffer.from(body), ms);
  return { server, client, poll, submit };
}

/** A client of a server that answers each whole request with these bytes, and then closes the connection. */
const answeredWith = (...parts: (string | Buffer)[]) =>
  connected(socket =>
    onRequest(socket, () => {
      for (const part of parts) socket.write(part);
      socket.end();
    }),
  );

const withLength = (body: string | Buffer, headers = ''): (string | Buffer)[] => [
  `${OK}${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`,
  body,
];

describe('a request', () => {
  it('arrives byte for byte, with the key in one header', async () => {
    const body = JSON.stringify({ prompt: 'Grüße 😀', image: 'A'.repeat(300_000) });
    let request = '';
    const { submit } = await connected(socket =>
      onRequest(socket, text => {
        request = text;
        socket.end(withLength('{}').join(''));
      }),
    );
    const { handedOver, answer } = await submit(body);
    expect({ handedOver, status: answer?.status }).toEqual({ handedOver: true, status: 200 });
    const [head = '', sent = ''] = request.split('\r\n\r\n');
    expect(Buffer.from(sent, 'latin1').equals(Buffer.from(body))).toBe(true);
    expect(head.match(/wk-live/g)).toHaveLength(1);
    expect(head).toMatch(/^POST \/v1\/run HTTP\/1\.1\r\n/);
    expect(head).toMatch(/authorization: Bearer wk-live-0123456789/i);
    expect(head).toMatch(/connection: close/i);
  });

  it('that polls shares a connection, one that changes something has its own', async () => {
    const { server, poll, submit } = await connected(socket =>
      onRequest(socket, () => {
        for (const part of withLength('{}')) socket.write(part);
      }),
    );
    await poll();
    // undici takes a connection again in the turn of the event loop after its answer.
    await setTimeout(10);
    await poll();
    expect(server.connections).toBe(1);
    await submit('{}');
    await submit('{}');
    expect(server.connections).toBe(3);
  });
});

describe('a request without an answer', () => {
  it('was not handed over when nobody listens', async () => {
    const { server, submit } = await connected(() => {});
    await server.close();
    expect(await submit('{}')).toEqual({ handedOver: false, fault: { cause: 'ECONNREFUSED' }, bytes: '' });
  });

  it('was not handed over when the connection died within the upload', async () => {
    const { submit } = await connected(socket => socket.once('data', () => socket.resetAndDestroy()));
    const attempt = await submit(`{"image":"${'A'.repeat(16 * 1024 * 1024)}"}`);
    expect(attempt).toMatchObject({
      handedOver: false,
      fault: { cause: expect.stringMatching(/^E[A-Z]+$|UND_ERR_SOCKET/) },
    });
    expect(attempt).not.toHaveProperty('answer');
  });

  it('was not handed over when the other side stopped reading and the time ran out', async () => {
    const { submit } = await connected(socket => socket.pause());
    const attempt = await submit(`{"image":"${'A'.repeat(16 * 1024 * 1024)}"}`, 300);
    expect(attempt).toEqual({ handedOver: false, fault: { cause: 'TIMEOUT' }, bytes: '' });
  });

  it.each([1, 65_536, 65_537, 200_000])(
    'was handed over when %i bytes arrived before the connection died',
    async size => {
      const { submit } = await connected(socket => onRequest(socket, () => socket.destroy()));
      expect(await submit('x'.repeat(size))).toMatchObject({ handedOver: true, fault: { cause: 'UND_ERR_SOCKET' } });
    },
  );

  it('was handed over when the other side is silent', async () => {
    const { submit } = await connected(() => {});
    expect(await submit('{}', SHORT_MS)).toEqual({ handedOver: true, fault: { cause: 'TIMEOUT' }, bytes: '' });
  });

  it('was not handed over when the connection does not come about in time', async () => {
    // TLS that never begins.
    const server = await startRawServer(() => {});
    const origin = server.url.replace('http:', 'https:');
    const client = new HttpClient({ origin, key: KEY, limits: { connectMs: 300 } });
    onTestFinished(async () => {
      await client.close();
      await server.close();
    });
    expect(await client.send('POST', '/v1/run', Buffer.from('{}'), LONG_MS)).toEqual({
      handedOver: false,
      fault: { cause: 'UND_ERR_CONNECT_TIMEOUT' },
      bytes: '',
    });
  });

  it('is known to lack TLS on the other side for good', async () => {
    const server = await startRawServer(socket =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const client = new HttpClient({ origin: server.url.replace('http:', 'https:'), key: KEY });
    onTestFinished(async () => {
      await client.close();
      await server.close();
    });
    const attempt = await client.send('POST', '/v1/run', Buffer.from('{}'), LONG_MS);
    expect(attempt).toMatchObject({ handedOver: false, fault: { permanent: 'plain_http' } });
  });
});

describe('an answer', () => {
  it('is taken before the whole request was handed over', async () => {
    const refusal = 'HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}';
    const { submit } = await connected(socket => socket.once('data', () => socket.pause().write(refusal)));
    const attempt = await submit(`{"image":"${'A'.repeat(16 * 1024 * 1024)}"}`);
    expect(attempt).toMatchObject({ handedOver: false, answer: { status: 413, text: '{}' } });
    expect(attempt).not.toHaveProperty('fault');
  });

  it('is read to the end of the connection without a length', async () => {
    const { poll } = await answeredWith(`${OK}\r\n`, '{"a":', '1}');
    expect(await poll()).toMatchObject({ answer: { status: 200, text: '{"a":1}' } });
  });

  it('is kept as far as it arrived when the connection is cut', async () => {
    const { submit } = await answeredWith(`${OK}x-request-id: abc\r\ncontent-length: 999\r\n\r\n{"request_id":"abc",`);
    const attempt = await submit('{}');
    expect(attempt.answer).toMatchObject({
      status: 200,
      text: '{"request_id":"abc",',
      headers: { 'x-request-id': 'abc' },
    });
    expect(attempt.fault).toMatchObject({ cause: expect.any(String) });
  });

  it('is kept as far as it arrived when the time runs out', async () => {
    const { submit } = await connected(socket =>
      onRequest(socket, () => socket.write(`${OK}content-length: 99\r\n\r\n{"request`)),
    );
    expect(await submit('{}', SHORT_MS)).toMatchObject({ answer: { text: '{"request' }, fault: { cause: 'TIMEOUT' } });
  });

  it('over 8 MiB is cut off', async () => {
    const { poll } = await answeredWith(...withLength('x'.repeat(9 * 1024 * 1024)));
    const { answer, fault } = await poll();
    expect(fault?.cause).toBe('an answer that is too long');
    expect(answer?.text.length).toBeLessThanOrEqual(8 * 1024 * 1024);
  });

  it.each([40_000, 60_000])('may have headers of %i bytes', async size => {
    const { poll } = await answeredWith(...withLength('{}', `x-policy: ${'a'.repeat(size)}\r\n`));
    expect(await poll()).toMatchObject({ answer: { status: 200 } });
  });

  it('may begin with an early hint', async () => {
    const { submit } = await answeredWith('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', ...withLength('{}'));
    expect(await submit('{}')).toMatchObject({ answer: { status: 200, text: '{}' } });
  });
});

describe('an encoded answer', () => {
  const json = '{"request_id":"abc"}';
  it.each<[string, string, Buffer]>([
    ['gzip', 'gzip', gzipSync(json)],
    ['gzip by its old name', 'X-GZIP', gzipSync(json)],
    ['br', 'br', brotliCompressSync(json)],
    ['deflate', 'deflate', deflateSync(json)],
    ['deflate without its header', 'deflate', deflateRawSync(json)],
    ['two encodings', 'br, gzip', gzipSync(brotliCompressSync(json))],
    ['identity', 'identity', Buffer.from(json)],
    ['an encoding that it does not have', 'gzip', Buffer.from(json)],
  ])('is decoded from %s', async (_what, encoding, body) => {
    const { submit } = await answeredWith(...withLength(body, `content-encoding: ${encoding}\r\n`));
    expect(await submit('{}')).toMatchObject({ answer: { text: json } });
  });

  it.each<[string, (text: string) => Buffer]>([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('is decoded from %s as far as it arrived', async (encoding, encode) => {
    // What does not compress, so that the id's bytes are on the wire before the cut.
    const noise = Array.from({ length: 40_000 }, (_, i) =>
      ((i * 7919 + (i % 97) * 104_729) % 1_000_003).toString(36),
    ).join('');
    const whole = encode(`${json.slice(0, -1)},"noise":"${noise}"}`);
    const half = whole.subarray(0, whole.length / 2);
    const { submit } = await answeredWith(
      `${OK}content-encoding: ${encoding}\r\ncontent-length: ${whole.length}\r\n\r\n`,
      half,
    );
    const { answer, fault } = await submit('{}');
    expect(answer?.text.startsWith(json.slice(0, -1))).toBe(true);
    expect(fault).toBeDefined();
  });

  it.each<[string, (body: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('that grows over 8 MiB from %s is cut off', async (encoding, encode) => {
    const body = encode(Buffer.alloc(16 * 1024 * 1024, 'a'));
    const { poll } = await answeredWith(...withLength(body, `content-encoding: ${encoding}\r\n`));
    expect(await poll()).toMatchObject({ answer: { text: '' }, fault: { cause: 'an answer that is too long' } });
  });
});

describe('an answer that cannot be read', () => {
  const body = '{"request_id":"abc"}';
  const length = `content-length: ${body.length}\r\n`;
  const UNREADABLE: Record<string, [bytes: string, cause: RegExp]> = {
    'Content-Length twice': [`${OK}${length}${length}\r\n${body}`, /on its length$/],
    'Transfer-Encoding beside Content-Length': [
      `${OK}${length}transfer-encoding: chunked\r\n\r\n${body}`,
      /on its length$/,
    ],
    'a control character in a header': [`${OK}x-note: a\u0001b\r\n${length}\r\n${body}`, /not valid HTTP \(.*header/i],
    'no HTTP at all': [`SSH-2.0-OpenSSH_9.6\r\n${body}`, /not valid HTTP \(.*HTTP/],
    'an unasked 100 Continue': [`HTTP/1.1 100 Continue\r\n\r\n${OK}${length}\r\n${body}`, /unasked 100 Continue/],
    'headers over 64 KiB': [`${OK}${length}x-policy: ${'a'.repeat(70_000)}\r\n\r\n${body}`, /headers are too long/],
  };

  it.each(Object.entries(UNREADABLE))('because of %s has its cause in words', async (_what, [bytes, cause]) => {
    const { poll } = await answeredWith(bytes);
    const attempt = await poll();
    expect(attempt).toEqual({ handedOver: true, fault: { cause: expect.stringMatching(cause) } });
    expect(attempt.fault?.cause).toMatch(/^an (answer|unasked)/);
  });

  const { 'headers over 64 KiB': _tooLong, ...inOneRead } = UNREADABLE;
  it.each(Object.entries(inOneRead))('because of %s is kept as bytes for a submit', async (_what, [bytes]) => {
    const { submit } = await answeredWith(bytes);
    const { handedOver, answer, bytes: kept } = await submit('{}');
    expect({ handedOver, answer }).toEqual({ handedOver: true, answer: undefined });
    expect(kept).toContain('"request_id":"abc"');
  });

  it('because its head was cut off is kept as bytes for a submit', async () => {
    const { submit } = await answeredWith(`${OK}x-request-id: abc\r\ncontent-`);
    expect(await submit('{}')).toMatchObject({
      fault: { cause: 'UND_ERR_SOCKET' },
      bytes: `${OK}x-request-id: abc\r\ncontent-`,
    });
  });

  it('with a broken piece in its body is kept up to that', async () => {
    const { submit } = await answeredWith(`${OK}transfer-encoding: chunked\r\n\r\n14\r\n${body}\r\nzz\r\n`);
    const { answer, fault } = await submit('{}');
    expect(answer?.text).toBe(body);
    expect(fault?.cause).toMatch(/^an answer that is not valid HTTP/);
  });
});

it('an answer that is in the socket is read before the deadline ends the attempt, as after a sleep of the machine', async () => {
  const server = new Worker(SLEEPERS_SERVER, { eval: true });
  onTestFinished(async () => void (await server.terminate()));
  const { port, answered } = await new Promise<{ port: number; answered: Int32Array }>(resolve =>
    server.once('message', resolve),
  );
  const client = new HttpClient({ origin: `http://127.0.0.1:${port}`, key: KEY });
  onTestFinished(() => client.close());
  const ms = SHORT_MS;
  const start = performance.now();
  const attempt = client.send('POST', '/v1/run', Buffer.from('{}'), ms);
  // The request leaves, and then this thread is blocked until the answer is in its socket and the deadline is over.
  while (Atomics.load(answered, 0) === 0) await new Promise(resolve => setImmediate(resolve));
  Atomics.wait(answered, 1, 0, ms);
  while (performance.now() - start < ms + 100) Atomics.wait(answered, 1, 0, 50);
  expect(await attempt).toMatchObject({ answer: { status: 202, text: '{"request_id":"abc"}' } });
});

/** Answers in a thread of its own, while the client's stands still: [0] is set when the request is in, [1] when it is answered. */
const SLEEPERS_SERVER = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
const answered = new Int32Array(new SharedArrayBuffer(8));
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    Atomics.store(answered, 0, 1);
    setTimeout(() => {
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"request_id":"abc"}', () => {
        Atomics.store(answered, 1, 1);
        Atomics.notify(answered, 1);
      });
    }, 100);
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port, answered }));
`;
