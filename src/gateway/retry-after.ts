const DAY_SECONDS = 86_400;

/**
 * `Retry-After` in seconds, from its two forms (RFC 9110, 10.2.3): a whole number of seconds or an HTTP date. Null for
 * anything else, and for a pause of more than a day, which nobody means.
 *
 * @param now milliseconds since the epoch, against which a date is read
 */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return acceptable(Number(text));
  if (!/^[A-Z][a-z]+, \d/.test(text)) return null;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : acceptable(Math.max(0, (date - now) / 1000));
}

/** The longest of the pauses asked for, in seconds; null when none is acceptable. */
export function longestPause(...asked: (number | null)[]): number | null {
  const accepted = asked.map(seconds => (seconds === null ? null : acceptable(seconds))).filter(s => s !== null);
  return accepted.length === 0 ? null : Math.max(...accepted);
}

const acceptable = (seconds: number): number | null => (seconds >= 0 && seconds <= DAY_SECONDS ? seconds : null);
