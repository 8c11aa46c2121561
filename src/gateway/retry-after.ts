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
 * Reads `Retry-After` (RFC 9110, 10.2.3), `retry-after-ms` (Azure, OpenAI) and what error bodies have, the longest of
 * them; without these, when a limit was met, `RateLimit-Reset` (IETF draft) and `X-RateLimit-Reset`. Each may be a number
 * of seconds, also with decimals or sent twice, a duration (`20s`, `1m30s`, `PT20S`), a date or a time since the epoch.
 * What is a time is counted from the answer's own `Date`.
 *
 * @param limited whether a limit was met: other answers too carry when theirs ends
 * @param now this machine's clock, milliseconds since the epoch, for an answer without a `Date`
 */
export function parseRetryAfter(headers: Headers, body: unknown, limited: boolean, now: number): number | undefined {
  const sent = dateOf(one(headers, 'date')) ?? now;
  const read = (value: unknown): number | undefined => pauseIn(value, sent);
  const milliseconds = (value: unknown): number | undefined => {
    const pause = read(value);
    return pause && pause / 1000;
  };
  const asked = [
    read(one(headers, 'retry-after')),
    milliseconds(one(headers, 'retry-after-ms')),
    ...members(body).map(([name, value]) => (/ms$/i.test(name) ? milliseconds(value) : read(value))),
  ];
  const resets = ['ratelimit-reset', 'x-ratelimit-reset'].map(name => read(one(headers, name)));
  const pause = longest(asked) ?? (limited ? longest(resets) : undefined);
  return pause === undefined ? undefined : Math.min(pause, LONGEST_SECONDS);
}

/** A pause in seconds, however it is written. */
function pauseIn(value: unknown, sent: number): number | undefined {
  const until = typeof value === 'string' ? dateOf(value) : undefined;
  const amount = typeof value === 'number' ? value : typeof value === 'string' ? seconds(value) : undefined;
  if (until !== undefined) return Math.max(0, (until - sent) / 1000);
  if (amount === undefined || amount < 0) return undefined;
  return amount < EPOCH_SECONDS
    ? amount
    : Math.max(0, amount < EPOCH_MILLISECONDS ? amount - sent / 1000 : (amount - sent) / 1000);
}

/** `20`, `20.0`, `20s`, `1m30s`, `PT20S`, and the longest of a list. */
function seconds(text: string): number | undefined {
  const amounts = text.split(',').map(part => {
    const [whole, ...parts] = /^(?:PT)?(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?) ?s?)?$/i.exec(part.trim()) ?? [];
    const [hours = 0, minutes = 0, rest = 0] = parts.map(amount => Number(amount ?? 0));
    return whole ? hours * 3600 + minutes * 60 + rest : undefined;
  });
  return amounts.includes(undefined) ? undefined : longest(amounts);
}

/** What an error body calls a pause: at its top, in `error` or in `detail`, or in Google's `details`. */
function members(body: unknown): [string, unknown][] {
  if (!isObject(body)) return [];
  const inner = isObject(body.error) ? body.error.details : undefined;
  return [body, body.error, body.detail, ...(Array.isArray(inner) ? inner : [])]
    .filter(isObject)
    .flatMap(part => Object.entries(part))
    .filter(([name]) => /^retry_?(after|delay|in)(_?(seconds|ms))?$/i.test(name));
}

function longest(pauses: (number | undefined)[]): number | undefined {
  const known = pauses.filter(pause => pause !== undefined && Number.isFinite(pause)) as number[];
  return known.length === 0 ? undefined : known.reduce((a, b) => Math.max(a, b));
}

/** The time of an HTTP date or of one in ISO 8601: Date.parse takes much more. */
function dateOf(text: string | undefined): number | undefined {
  const isDate = text !== undefined && /^([A-Z][a-z]+, \d|\d{4}-\d\d-\d\dT)/.test(text.trim());
  const time = isDate ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** A header's value; the values of one that came more than once as a list. */
function one(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
