import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { ADDRESS_MS, CONNECT_MS } from '../base/limits.ts';
import { causeOf } from '../net/cause.ts';
import { createDispatcher } from '../net/dispatcher.ts';
import type { PermanentFault } from '../net/faults.ts';
import { permanentFault } from '../net/faults.ts';
import type { Proxies } from '../net/proxy.ts';
import type { Headers } from './retry-after.ts';

/** One request, and what came back for it. */
export interface Attempt {
  /** Whether the request was handed over to a connection to its last byte; before that it can have no effect. */
  handedOver: boolean;
  /** Missing when no head of an answer arrived. */
  answer?: Answer;
  /** Why there is no answer, or why its body is cut off. */
  fault?: Fault;
  /** What arrived on the connection of a request with a body: an answer that cannot be read may still hold an id. */
  bytes?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** The body, decoded, as far as it arrived. */
  text: string;
}

interface Fault {
  /** An error code such as ECONNRESET, or a few words of ours. */
  cause: string;
  permanent?: PermanentFault;
}

export interface HttpClientOptions {
  origin: string;
  key: string;
  /** @default none */
  proxies?: Proxies | undefined;
  /** @default CONNECT_MS, ADDRESS_MS */
  limits?: { connectMs?: number; addressMs?: number } | undefined;
}

const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;
const MAX_HEADER_BYTES = 64 * 1024;
/** So much of what arrives is kept beside the answer itself: a head and the beginning of a body. */
const MAX_RECEIVED_BYTES = 128 * 1024;
/** A body is handed over in pieces of this size. */
const PIECE_BYTES = 64 * 1024;

/**
 * HTTP to one origin, kept alive for polls. A request that changes something has a connection to itself: on a used one a
 * late second answer to an earlier request would be taken for its own. Redirects are answers like any other and are not
 * followed. The key goes into one header of requests to this origin and nowhere else.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #shared: Dispatcher;
  readonly #unshared: Dispatcher;

  constructor(options: HttpClientOptions) {
    const { origin, proxies, limits } = options;
    const dispatcherOptions = {
      connections: 128,
      connectMs: CONNECT_MS,
      addressMs: ADDRESS_MS,
      ...limits,
      // The deadline of each attempt is the only limit: before it aborts, what is in the socket is read.
      headersMs: 0,
      bodyMs: 0,
      maxHeaderBytes: MAX_HEADER_BYTES,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      ...(proxies && { proxies }),
    };
    this.#options = options;
    this.#shared = createDispatcher(origin, dispatcherOptions);
    this.#unshared = createDispatcher(origin, dispatcherOptions);
  }

  /**
   * One attempt; never rejects.
   *
   * @param ms ends the attempt wherever it is
   */
  async send(method: 'GET' | 'POST', path: string, body: Buffer | undefined, ms: number): Promise<Attempt> {
    const { origin, key } = this.#options;
    const upload = body && createUpload(body);
    const poll = method === 'GET';
    const deadline = startDeadline(ms);
    const parts: Buffer[] = [];
    let head: Omit<Answer, 'text'> | undefined;
    let fault: Fault | undefined;
    try {
      const response = await (poll ? this.#shared : this.#unshared).request({
        origin,
        method,
        path,
        reset: !poll,
        headers: {
          authorization: `Bearer ${key}`,
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json', 'content-length': String(body.length) }),
        },
        body: upload?.stream ?? null,
        signal: deadline.signal,
      });
      head = { status: response.statusCode, headers: response.headers };
      for await (const part of response.body) parts.push(part);
    } catch (error) {
      fault = faultOf(error);
    } finally {
      deadline.stop();
    }
    const handedOver = upload?.handedOver ?? true;
    const bytes = upload && { bytes: Buffer.concat(upload.received).toString('latin1') };
    if (!head) return { handedOver, ...(fault && { fault }), ...bytes };
    const { text, fault: decoding } = decode(Buffer.concat(parts), head.headers['content-encoding']);
    fault ??= decoding;
    return { handedOver, answer: { ...head, text }, ...(fault && { fault }), ...bytes };
  }

  async close(): Promise<void> {
    await Promise.all([this.#shared.destroy(), this.#unshared.destroy()]);
  }
}

function faultOf(error: unknown): Fault {
  const permanent = permanentFault(error);
  return { cause: causeOf(error), ...(permanent && { permanent }) };
}

/** A body on its way. */
interface Upload {
  stream: Readable;
  /** The last piece was taken, to be written to a connection. */
  handedOver: boolean;
  /** What arrived on that connection. */
  received: Buffer[];
}

/** Makes a stream of a body, whose pieces are taken only as fast as the connection writes them. */
function createUpload(body: Buffer): Upload {
  let from = 0;
  let taken = 0;
  const stream = new Readable({
    read() {
      const piece = body.subarray(from, from + PIECE_BYTES);
      from += piece.length;
      this.push(piece.length === 0 ? null : piece);
    },
  });
  const upload: Upload = { stream, handedOver: false, received: [] };
  // Paused, so that this listener does not start the stream: undici does, once it writes to a connection.
  stream.pause();
  stream.on('data', (piece: Buffer) => {
    taken += piece.length;
    upload.handedOver = taken === body.length;
  });
  stream.on('error', () => {});
  uploads.set(stream, upload);
  return upload;
}

const uploads = new WeakMap<object, Upload>();

// undici drops what its parser refuses. Its documented channel names the connection that a request is written to, from
// which undici reads with `read` alone.
subscribe('undici:client:sendHeaders', message => {
  const { request, socket } = message as { request: { body: object | null }; socket: Socket };
  const upload = request.body && uploads.get(request.body);
  if (!upload) return;
  const read = socket.read.bind(socket);
  let left = MAX_RECEIVED_BYTES;
  socket.read = (size?: number) => {
    const chunk: Buffer | null = read(size);
    if (chunk !== null && left > 0) upload.received.push(chunk.subarray(0, left));
    left -= chunk?.length ?? 0;
    return chunk;
  };
});

/**
 * A signal that aborts after `ms`, but not before what is in the sockets by then has been read: after a sleep of the
 * machine timers are due before the answer that arrived meanwhile is looked at.
 */
function startDeadline(ms: number): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const end = (): void => controller.abort(new DOMException('The attempt took too long', 'TimeoutError'));
  // Sockets are read between the timers and the first immediate; the second leaves time to handle what was read.
  const timer = setTimeout(() => setImmediate(() => setImmediate(end)), ms);
  timer.unref();
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
}

/** Undoes the encodings of a body, of one that is cut off as far as possible; the result is capped like the body itself. */
function decode(body: Buffer, encodings: string | string[] | undefined): { text: string; fault?: Fault } {
  const names = String(encodings ?? '')
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .reverse();
  let bytes = body;
  // Something in between may have dropped the header of what it, or the gateway, has packed.
  for (const name of [...names, 'gzip']) {
    const decoder = DECODERS[name];
    if (!decoder || bytes.length === 0) continue;
    try {
      bytes = decoder(bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        return { text: '', fault: { cause: 'an answer that is too long' } };
      // A header that names an encoding does not make the body one: it is read as it is.
    }
  }
  return { text: bytes.toString('utf8') };
}

const ZLIB = { maxOutputLength: MAX_RESPONSE_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = { maxOutputLength: MAX_RESPONSE_BYTES, finishFlush: constants.BROTLI_OPERATION_FLUSH };

const DECODERS: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: bytes => gunzipSync(bytes, ZLIB),
  'x-gzip': bytes => gunzipSync(bytes, ZLIB),
  br: bytes => brotliDecompressSync(bytes, BROTLI),
  // Some servers leave out zlib's two bytes before the data, which begin with the method 8.
  deflate: bytes => ((bytes.readUInt8() & 0x0f) === 8 ? inflateSync(bytes, ZLIB) : inflateRawSync(bytes, ZLIB)),
};
