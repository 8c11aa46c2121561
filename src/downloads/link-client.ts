import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { SurroundingsFailure } from '../base/failure.ts';
import { ADDRESS_MS, CONNECT_MS } from '../base/limits.ts';
import { causeOf } from '../net/cause.ts';
import { createDispatcher } from '../net/dispatcher.ts';
import { permanentFault } from '../net/faults.ts';
import { type Proxies, proxyFor } from '../net/proxy.ts';
import { AddressRefused, publicLookup } from '../net/public-lookup.ts';
import { judgeUrl, urlRefusal } from '../net/public-url.ts';
import type { Resolve } from '../net/resolve.ts';

export interface LinkClientOptions {
  resolve: Resolve;
  /** An origin that may be fetched from although it is not public: the sandbox's. */
  allowedOrigin: string | null;
  proxies: Proxies;
  limits?: Partial<LinkLimits>;
}

/** How long a fetch may take, milliseconds. */
export interface LinkLimits {
  /** Until the connection is there, TLS included. */
  connect: number;
  /** Until the answer's headers. */
  headers: number;
  /** Between two pieces of the answer's body. */
  body: number;
}

/** What a link answered with; `body` must be read or dropped. */
export interface LinkAnswer {
  status: number;
  /** Bytes of the body, if the server says. */
  length: number | null;
  contentType: string | null;
  encoded: boolean;
  /** The path of the URL that answered. */
  pathname: string;
  body: Readable;
}

const LIMITS: LinkLimits = { connect: CONNECT_MS, headers: 15_000, body: 15_000 };
const CONNECTIONS = 8;
const HEADER_CAP_BYTES = 64 * 1024;
/** What a body holds is counted as it is written. */
const NO_CAP = -1;
const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

type Headers = Record<string, string | string[] | undefined>;

/**
 * HTTP to links from outside: public places only, by https, without any key. A direct connection is made to an address
 * that was judged. Through a proxy, which looks names up itself, a name is judged by the addresses that it has here.
 */
export class LinkClient {
  readonly #agent: Agent;
  readonly #options: LinkClientOptions;

  constructor(options: LinkClientOptions) {
    const { connect, headers, body } = { ...LIMITS, ...options.limits };
    this.#options = options;
    this.#agent = new Agent({
      factory: (origin): Dispatcher =>
        createDispatcher(String(origin), {
          connections: CONNECTIONS,
          connectMs: connect,
          addressMs: ADDRESS_MS,
          headersMs: headers,
          bodyMs: body,
          maxHeaderBytes: HEADER_CAP_BYTES,
          maxResponseBytes: NO_CAP,
          proxies: options.proxies,
          lookup: publicLookup(options.resolve),
        }),
    });
  }

  /**
   * Asks for a link's contents, over at most five redirects, each judged like the link itself.
   *
   * @throws SurroundingsFailure `download_failed`: `link_refused`, or `broken` when there is no answer
   */
  async open(link: string, signal: AbortSignal): Promise<LinkAnswer> {
    let url = link;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const refusal = await this.#refuse(url, link);
      if (refusal !== null) throw linkRefused(`${hop === 0 ? '' : 'It redirects. '}${refusal}`);
      const { location, ...answer } = await this.#ask(url, signal);
      if (!REDIRECTS.includes(answer.status)) return answer;
      discard(answer.body);
      if (location === null || !URL.canParse(location, url)) throw linkRefused('It redirects to nowhere.');
      url = new URL(location, url).href;
    }
    throw linkRefused(`It redirects more than ${MOST_REDIRECTS} times.`);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** The allowed origin is for links that lead there themselves, not for redirects off https. */
  async #refuse(url: string, link: string): Promise<string | null> {
    const { allowedOrigin, proxies, resolve } = this.#options;
    const isOwn = (place: string): boolean => URL.canParse(place) && new URL(place).origin === allowedOrigin;
    if (isOwn(url) && isOwn(link)) return null;
    const refusal = urlRefusal(url);
    if (refusal !== null || proxyFor(url, proxies) === null) return refusal;
    return (await judgeUrl(url, resolve)).refusal;
  }

  async #ask(url: string, signal: AbortSignal): Promise<LinkAnswer & { location: string | null }> {
    try {
      const { statusCode, body, headers } = await request(url, {
        dispatcher: this.#agent,
        // Content-Length is then that of the file itself.
        headers: { accept: '*/*', 'accept-encoding': 'identity' },
        signal,
      });
      return { status: statusCode, body, ...read(headers, url) };
    } catch (error) {
      const refusal = findRefusal(error);
      if (refusal) throw linkRefused(refusal.message);
      throw broken(causeOf(error), { transient: permanentFault(error) === undefined });
    }
  }
}

/** Discards a body. */
export function discard(body: Readable): void {
  body.on('error', () => {}).destroy();
}

/** Why a result was not saved. */
export type DownloadReason =
  | 'link_refused'
  | 'link_expired'
  | 'too_large'
  | 'not_a_file'
  | 'encoded'
  | 'empty'
  | 'broken';

/** A transfer that broke, and whether it may succeed when it is tried again. */
export function broken(
  cause: string,
  { transient = true, httpStatus }: { transient?: boolean; httpStatus?: number } = {},
): SurroundingsFailure {
  const facts = { reason: 'broken', cause, transient } as const;
  return new SurroundingsFailure('download_failed', { ...facts, ...(httpStatus ? { httpStatus } : {}) });
}

const linkRefused = (cause: string): SurroundingsFailure =>
  new SurroundingsFailure('download_failed', { reason: 'link_refused', cause, transient: false });

function findRefusal(error: unknown): AddressRefused | null {
  if (error instanceof AddressRefused) return error;
  return error instanceof AggregateError ? (error.errors.find(inner => inner instanceof AddressRefused) ?? null) : null;
}

function read(headers: Headers, url: string) {
  const one = (name: string): string | null => {
    const value = headers[name];
    return typeof value === 'string' && /^[\x20-\x7e]{1,4096}$/.test(value) ? value : null;
  };
  const length = one('content-length');
  return {
    length: length === null ? null : Number(length),
    contentType: one('content-type'),
    encoded: (one('content-encoding') ?? 'identity').toLowerCase() !== 'identity',
    pathname: new URL(url).pathname,
    location: one('location'),
  };
}
