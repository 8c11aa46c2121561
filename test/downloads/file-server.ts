import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** A server on loopback, and what it was asked. */
export interface FileServer {
  origin: string;
  requests: IncomingMessage[];
  /** What it does now; a test may change it between calls. */
  handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

export async function startFileServer(handle: FileServer['handle']): Promise<FileServer> {
  const started: FileServer = { origin: '', requests: [], handle };
  const server = createServer((request, response) => {
    started.requests.push(request);
    void started.handle(request, response);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  started.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return started;
}

export interface Contents {
  bytes: Buffer;
  etag?: string;
  type?: string;
  /** Whether it goes on from a byte when asked to. */
  ranges?: boolean;
  /** Whether it heeds If-Range. */
  conditions?: boolean;
  /** Breaks off after so many bytes of an answer's body, */
  breakAfter?: number;
  /** … or says nothing more after them. */
  stallAfter?: number;
  /** Sends pieces of this size, a hundredth of a second apart. */
  drip?: number;
}

/** Serves contents as a careful server would, but for what is asked of it. */
export function serving(contents: Contents): FileServer['handle'] {
  const { bytes, etag = '"v1"', type = 'video/mp4', ranges = true, conditions = true } = contents;
  return async (request, response) => {
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    const same = !conditions || (request.headers['if-range'] ?? etag) === etag;
    const first = ranges && same && from !== undefined ? Number(from) : null;
    if (first !== null && first >= bytes.length)
      return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    const body = bytes.subarray(first ?? 0);
    response.writeHead(first === null ? 200 : 206, {
      'content-type': type,
      'content-length': body.length,
      ...(etag === '' ? {} : { etag }),
      ...(first === null ? {} : { 'content-range': `bytes ${first}-${bytes.length - 1}/${bytes.length}` }),
    });
    await send(response, body, contents);
  };
}

async function send(response: ServerResponse, body: Buffer, { breakAfter, stallAfter, drip }: Contents): Promise<void> {
  const stop = breakAfter ?? stallAfter;
  if (stop !== undefined && stop < body.length) {
    response.write(body.subarray(0, stop));
    // What a client has not read when the connection breaks is lost to it.
    await delay(100);
    if (breakAfter !== undefined) response.destroy();
    return;
  }
  if (drip === undefined) return void response.end(body);
  for (let at = 0; at < body.length && !response.destroyed; at += drip) {
    response.write(body.subarray(at, at + drip));
    await delay(10);
  }
  response.end();
}

export const fail =
  (status: number, headers: Record<string, string> = {}): FileServer['handle'] =>
  (_request, response) =>
    void response.writeHead(status, headers).end('no');
