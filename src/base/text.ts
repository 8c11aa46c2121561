import { stripVTControlCharacters } from 'node:util';
import type { Redact } from './redact.ts';

const LONGEST = 500;
const LONGEST_KEY = 60;
const LONGEST_VALUE = 100;
/** More of a text is not even looked at. */
const MOST_READ = 20_000;
/** Control characters, zero-width and bidirectional marks, variation selectors, line separators: whatever hides or reorders text. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}\p{Co}]+/gu;

/**
 * Text from outside, made harmless to show: one line, no control or invisible characters, no secret, at most `longest`
 * characters. Undefined when nothing visible is left.
 */
export function cleanText(text: string, redact: Redact, longest = LONGEST): string | undefined {
  const line = redact(bare(text, ' ').replace(/\s+/g, ' ').trim());
  return line === '' ? undefined : cut(line, longest);
}

/** Text without what hides or reorders it: escape sequences are removed, other invisible characters become blanks. */
export const visibleText = (text: string): string => bare(text, ' ');

/**
 * Text of the user's own, made harmless to show again: a mark replaces what cannot be seen, all else stays as it
 * is, since a space too many may be the very mistake.
 */
export function showText(text: string, longest: number): string {
  return cut(bare(text.slice(0, MOST_READ).replace(/[\t\n\r]/g, ' '), '\u{fffd}'), longest);
}

/** A path as a programmer writes it, `timeline.tracks[0].clips[2]`, its names short and harmless enough to be shown. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) =>
      typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${showText(String(part), LONGEST_KEY)}`,
    )
    .join('');
}

/** A value made short and harmless enough to be shown again. */
export function shorten(value: unknown): unknown {
  if (typeof value === 'string') return showText(value, LONGEST_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
}

/** A text without what is invisible at its ends (pasted values bring zero-width characters along) and quotes around it. */
export function unquote(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && INVISIBLE.test(text.charAt(from))) from++;
  while (from < to && INVISIBLE.test(text.charAt(to - 1))) to--;
  const close = QUOTES[text.charAt(from)];
  const inner = text.slice(from + 1, to - 1);
  const isQuoted = close !== undefined && to - from > 1 && text.charAt(to - 1) === close && !inner.includes(close);
  return isQuoted ? inner.trim() : text.slice(from, to);
}

const INVISIBLE = /[\s\p{Cf}]/u;
/** Each quote that opens, and the one that closes it. */
const QUOTES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’' };

function bare(text: string, mark: string): string {
  return stripVTControlCharacters(text.slice(0, MOST_READ)).toWellFormed().replace(UNSEEN, mark);
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;
}
