import { Readable } from 'node:stream';
import { Pool } from 'undici';
import type { Redact } from '../base/redact.ts';
import { causeOf } from '../net/cause.ts';
import { type Body, byteLength, bytesOf } from './body.ts';

/** How long one attempt may take, milliseconds. */
export interface TimeLimits {
  /** Until the connection, TLS included, stands. */
  connect: number;
  /** Until the answer's headers, for requests without a body; one with a body is billed, so only its deadline ends it. */
  headers: number;
  /** Between two pieces of the answer's body. */
  body: number;
}

/** The headers that this project reads, each null when it is missing or not single. */
export interface HttpHeaders {
  retryAfter: string | null;
  requestId: string | null;
  recordId: string | null;
}

/** A whole answer of the gateway. */
export interface HttpAnswer {
  kind: 'answer';
  status: number;
  headers: HttpHeaders;
  /** The body parsed as JSON; undefined when it is not JSON or did not arrive whole. */
  json: unknown;
  /** The body as text; empty when it did not arrive whole. */
  text: string;
}

/** An attempt without a whole answer; `cause` is a short word of ours or an error code such as ECONNRESET. */
export interface HttpBreak {
  kind: 'not_sent' | 'broken';
  cause: string;
  /** The headers, if they came: they may name the job. */
  headers: HttpHeaders | null;
}

/** Causes that tell even without a body that no connection came about. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const ANSWER_CAP_BYTES = 8 * 1024 * 1024;

/**
 * HTTP to one origin, kept alive for questions. A request that changes something has a connection to itself: on a used
 * one a late second answer to an earlier request would be taken for its own. Redirects are answers like any other and are not followed; an answer
 * over 8 MiB counts as broken. The key goes into one header of requests to this origin and nowhere else.
 */
export class HttpClient {
  readonly #pool: Pool;
  readonly #unshared: Pool;
  readonly #key: string;
  readonly #redact: Redact;
  readonly #headersTimeout: number;

  constructor(origin: string, key: string, redact: Redact, limits: TimeLimits) {
    this.#key = key;
    this.#redact = redact;
    this.#headersTimeout = limits.headers;
    const options = {
      connections: 128,
      connect: { timeout: limits.connect },
      bodyTimeout: limits.body,
      maxResponseSize: ANSWER_CAP_BYTES,
    };
    this.#pool = new Pool(origin, options);
    this.#unshared = new Pool(origin, options);
  }

  /**
   * One attempt; never rejects. Once the status says that the request was refused or redirected (300 and above), it
   * is an answer however its body ends.
   *
   * @param deadline ends the attempt wherever it is
   */
  async send(
    method: 'GET' | 'POST',
    path: string,
    body: Body | null,
    deadline: AbortSignal,
  ): Promise<HttpAnswer | HttpBreak> {
    // The pool reads the body only when a connection stands and the request is being written.
    let left = false;
    const written =
      body &&
      streamOf(body, () => {
        left = true;
      });
    const bodyHeaders = body !== null && {
      'content-type': 'application/json',
      'content-length': String(byteLength(body)),
    };
    let headers: HttpHeaders | null = null;
    const asking = method === 'GET';
    try {
      const answer = await (asking ? this.#pool : this.#unshared).request({
        reset: !asking,
        method,
        path,
        headers: {
          authorization: `Bearer ${this.#key}`,
          accept: 'application/json',
          ...bodyHeaders,
        },
        body: written,
        headersTimeout: body === null ? this.#headersTimeout : 0,
        signal: deadline,
      });
      const header = (name: string): string | null => {
        const value = answer.headers[name];
        return typeof value === 'string' ? this.#redact(value) : null;
      };
      headers = {
        retryAfter: header('retry-after'),
        requestId: header('x-request-id'),
        recordId: header('x-record-id'),
      };
      const refused = answer.statusCode >= 300;
      const text = await answer.body.text().catch((error: unknown) => {
        if (refused) return '';
        throw error;
      });
      const clean = this.#redact(text);
      return { kind: 'answer', status: answer.statusCode, headers, text: clean, json: parseJson(clean, this.#redact) };
    } catch (error) {
      const cause = causeOf(error);
      const sent = body === null ? !NO_CONNECTION.has(cause) : left;
      return { kind: sent ? 'broken' : 'not_sent', cause, headers };
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.destroy(), this.#unshared.destroy()]);
  }
}

/** A body that is made as it is read. */
function streamOf(body: Body, onRead: () => void): Readable {
  const bytes = bytesOf(body);
  return new Readable({
    read() {
      onRead();
      this.push(bytes.next().value ?? null);
    },
  });
}

/** The reviver catches a key that the JSON text spells with escapes. */
function parseJson(text: string, redact: Redact): unknown {
  try {
    return JSON.parse(text, (_name, value) => (typeof value === 'string' ? redact(value) : value));
  } catch {
    return undefined;
  }
}
