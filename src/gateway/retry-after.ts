import { isObject } from '../base/json.ts';

/** The headers of an answer by their lower-case names; one that came more than once is a list. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A longer pause than this is cut to it, so that it still makes a date. */
const LONGEST_SECONDS = 10 * 365 * 86_400;
/** A reset over this is a time since the epoch, and no pause (30 years). */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

/**
 * The pause that an answer asks for, in seconds; undefined when it asks for none.
 *
 * Read are `Retry-After` (RFC 9110, 10.2.3: seconds or a date; also with decimals or sent twice), `retry-after-ms`
 * (Azure, OpenAI) and what error bodies have, the longest of them; without these, when a limit was met,
 * `RateLimit-Reset` (seconds, IETF draft) and `X-RateLimit-Reset` (seconds, or a time since the epoch). A date is counted
 * from the answer's own `Date`.
 *
 * @param limited whether a limit was met: other answers too carry when theirs ends
 * @param now this machine's clock, milliseconds since the epoch, for an answer without a `Date`
 */
export function pauseAsked(headers: Headers, body: unknown, limited: boolean, now: number): number | undefined {
  const sent = dateOf(one(headers, 'date')) ?? now;
  const asked = [
    retryAfter(one(headers, 'retry-after'), sent),
    inMilliseconds(seconds(one(headers, 'retry-after-ms'))),
    ...pausesInBody(body),
  ];
  const resets = ['ratelimit-reset', 'x-ratelimit-reset'].map(name => reset(seconds(one(headers, name)), sent));
  const pause = longest(asked) ?? (limited ? longest(resets) : undefined);
  return pause === undefined ? undefined : Math.min(pause, LONGEST_SECONDS);
}

function retryAfter(text: string | undefined, sent: number): number | undefined {
  const date = dateOf(text);
  return date === undefined ? seconds(text) : Math.max(0, (date - sent) / 1000);
}

/** `20`, `20.0`, `20s`, and the longest of a list. */
function seconds(text: string | undefined): number | undefined {
  const amounts = text?.split(',').map(part => /^(\d+(?:\.\d+)?) ?s?$/i.exec(part.trim())?.[1]);
  return amounts?.includes(undefined) ? undefined : longest(amounts?.map(Number) ?? []);
}

function reset(value: number | undefined, sent: number): number | undefined {
  if (value === undefined || value < EPOCH_SECONDS) return value;
  const until = value < EPOCH_MILLISECONDS ? value * 1000 : value;
  return Math.max(0, (until - sent) / 1000);
}

function pausesInBody(body: unknown): (number | undefined)[] {
  if (!isObject(body)) return [];
  return [body, body.error, body.detail]
    .filter(isObject)
    .flatMap(part => [
      amount(part.retry_after_seconds),
      amount(part.retry_after),
      amount(part.retryAfter),
      inMilliseconds(amount(part.retry_after_ms)),
    ]);
}

function amount(value: unknown): number | undefined {
  if (typeof value === 'string') return seconds(value);
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

const inMilliseconds = (value: number | undefined): number | undefined => value && value / 1000;

function longest(pauses: (number | undefined)[]): number | undefined {
  const known = pauses.filter(pause => pause !== undefined && Number.isFinite(pause)) as number[];
  return known.length === 0 ? undefined : Math.max(...known);
}

function dateOf(text: string | undefined): number | undefined {
  // Date.parse takes much more than HTTP's forms.
  const time = text !== undefined && /^[A-Z][a-z]+, \d/.test(text.trim()) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** A header's value; the values of one that came more than once as a list. */
function one(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
