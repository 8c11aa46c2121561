import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { causeOf } from '../net/cause.ts';
import { AddressRefused, publicLookup } from '../net/public-lookup.ts';
import { refuseUrl } from '../net/public-url.ts';
import type { Resolve } from '../net/resolve.ts';

export interface LinksOptions {
  resolve: Resolve;
  /** An origin that may be fetched from although it is not public: the embedded gateway's. */
  allowedOrigin: string | null;
  limits?: Partial<LinkLimits>;
}

/** How long a fetch may take, milliseconds. */
export interface LinkLimits {
  /** Until the connection, TLS included, stands. */
  connect: number;
  /** Until the answer's headers. */
  headers: number;
  /** Between two pieces of the answer's body. */
  body: number;
}

/** What a link answered with; `body` must be read or destroyed. */
export interface LinkAnswer {
  kind: 'answer';
  status: number;
  /** Bytes of the body, if the server says. */
  length: number | null;
  /** For a part of the whole: its first byte and the bytes of the whole. */
  range: { first: number; total: number } | null;
  /** What tells this version of the contents from another, for If-Range. */
  validator: string | null;
  contentType: string | null;
  encoded: boolean;
  /** The path of the URL that answered. */
  pathname: string;
  body: Readable;
}

/** A link that must not be followed; `reason` is a sentence of ours. */
export interface LinkRefused {
  kind: 'refused';
  reason: string;
}

/** A link that did not answer; `cause` is an error code such as ECONNRESET. */
export interface LinkBroken {
  kind: 'broken';
  cause: string;
}

const LIMITS: LinkLimits = { connect: 10_000, headers: 15_000, body: 15_000 };
const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

type Headers = Record<string, string | string[] | undefined>;

/** HTTP to links from outside: public places only, by https, without any key. */
export class Links {
  readonly #agent: Agent;
  readonly #allowedOrigin: string | null;

  constructor({ resolve, allowedOrigin, limits }: LinksOptions) {
    const { connect, headers, body } = { ...LIMITS, ...limits };
    this.#allowedOrigin = allowedOrigin;
    this.#agent = new Agent({
      connect: { timeout: connect, lookup: publicLookup(resolve) },
      headersTimeout: headers,
      bodyTimeout: body,
    });
  }

  /**
   * Asks for a link's contents, over at most five redirects, each judged like the link itself. Never rejects.
   *
   * @param headers such as Range
   */
  async open(
    link: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<LinkAnswer | LinkRefused | LinkBroken> {
    let url = link;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const refusal = this.#refuse(url, link);
      if (refusal !== null) return { kind: 'refused', reason: `${hop === 0 ? '' : 'It redirects. '}${refusal}` };
      const answer = await this.#ask(url, headers, signal);
      if (answer.kind !== 'answer' || !REDIRECTS.includes(answer.status)) return answer;
      drop(answer.body);
      if (answer.location === null || !URL.canParse(answer.location, url))
        return { kind: 'refused', reason: 'It redirects to nowhere.' };
      url = new URL(answer.location, url).href;
    }
    return { kind: 'refused', reason: `It redirects more than ${MOST_REDIRECTS} times.` };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  /** The allowed origin is for links that lead there themselves, not for redirects off https. */
  #refuse(url: string, link: string): string | null {
    const isOwn = (place: string): boolean => URL.canParse(place) && new URL(place).origin === this.#allowedOrigin;
    return isOwn(url) && isOwn(link) ? null : refuseUrl(url);
  }

  async #ask(
    url: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<(LinkAnswer & { location: string | null }) | LinkRefused | LinkBroken> {
    try {
      const answer = await request(url, {
        dispatcher: this.#agent,
        // The length and the ranges are to be those of the contents themselves.
        headers: { accept: '*/*', 'accept-encoding': 'identity', ...headers },
        signal,
      });
      return { kind: 'answer', status: answer.statusCode, body: answer.body, ...read(answer.headers, url) };
    } catch (error) {
      const found = findRefusal(error);
      return found ? { kind: 'refused', reason: found.message } : { kind: 'broken', cause: causeOf(error) };
    }
  }
}

/** Lets go of a body that nobody wants. */
export function drop(body: Readable): void {
  body.on('error', () => {}).destroy();
}

function findRefusal(error: unknown): AddressRefused | null {
  if (error instanceof AddressRefused) return error;
  return error instanceof AggregateError ? (error.errors.find(inner => inner instanceof AddressRefused) ?? null) : null;
}

function read(headers: Headers, url: string) {
  const one = (name: string): string | null => {
    const value = headers[name];
    return typeof value === 'string' && /^[\x20-\x7e]{1,4096}$/.test(value) ? value : null;
  };
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(one('content-range') ?? '') ?? [];
  const etag = one('etag');
  const length = one('content-length');
  return {
    length: length === null ? null : Number(length),
    range: first !== undefined && total !== undefined ? { first: Number(first), total: Number(total) } : null,
    // A weak ETag cannot vouch for single bytes (RFC 9110, 13.1.5).
    validator: etag !== null && !etag.startsWith('W/') ? etag : one('last-modified'),
    contentType: one('content-type'),
    encoded: (one('content-encoding') ?? 'identity').toLowerCase() !== 'identity',
    pathname: new URL(url).pathname,
    location: one('location'),
  };
}
