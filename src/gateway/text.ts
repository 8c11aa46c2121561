import { stripVTControlCharacters } from 'node:util';

const LONGEST = 500;
// Control characters, zero-width and bidirectional marks, variation selectors, line separators: whatever hides or reorders text.
const UNSEEN = /[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}\p{Co}]+/gu;

/** Text from outside, made harmless to show: one line, no control or invisible characters, at most 500 characters. */
export function cleanText(text: string): string | null {
  const visible = stripVTControlCharacters(text.slice(0, 20_000)).toWellFormed().replace(UNSEEN, ' ');
  const line = visible.replace(/\s+/g, ' ').trim();
  if (line === '') return null;
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).toWellFormed()}…`;
}
