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
  type?: string;
  /** Breaks off after so many bytes of the body … */
  breakAfter?: number;
  /** … or sends nothing more after them until the promise resolves. */
  pause?: { after: number; until: Promise<unknown> };
  /** Sends pieces of this size, a hundredth of a second apart. */
  drip?: number;
}

/** Serves contents as a careful server would, but for what is asked of it. */
export function serving({ bytes, type = 'video/mp4', breakAfter, pause, drip }: Contents): FileServer['handle'] {
  return async (_request, response) => {
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
    if (breakAfter !== undefined) {
      response.write(bytes.subarray(0, breakAfter), () => response.destroy());
    } else if (pause) {
      response.write(bytes.subarray(0, pause.after));
      await pause.until;
      response.end(bytes.subarray(pause.after));
    } else if (drip) {
      for (let at = 0; at < bytes.length && !response.destroyed; at += drip) {
        response.write(bytes.subarray(at, at + drip));
        await delay(10);
      }
      response.end();
    } else response.end(bytes);
  };
}

export const fail =
  (status: number, headers: Record<string, string> = {}): FileServer['handle'] =>
  (_request, response) =>
    void response.writeHead(status, headers).end('no');
