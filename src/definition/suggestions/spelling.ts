import { distance } from 'fastest-levenshtein';
import { ownProperty } from '../../base/json.ts';
import { SAME_WORDS } from './tables.ts';

/** Shorter words are similar by chance. */
const SHORTEST = 4;
const LONGEST = 40;
/** Words from this length on may hold two mistakes. */
const LONG = 8;

/** A word without case, hyphens, underscores and all else that is neither letter nor digit. */
export const normalizeWord = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/**
 * The option that is the same word, however it is written: `top-left`, `TOP_LEFT` and `left top` are `topLeft`. Nothing
 * is guessed.
 */
export function sameWord(word: string, options: readonly string[]): string | null {
  if (word.length > LONGEST) return null;
  const same = options.find(option => normalizeWord(option) === normalizeWord(word));
  if (same !== undefined) return same;
  const parts = partsOf(word);
  const alike = options.filter(option => partsOf(option) === parts);
  return alike.length === 1 ? (alike[0] ?? null) : null;
}

/**
 * The one option that differs by a typing mistake: one letter, or two neighbours that changed places; two of them in
 * long words.
 */
export function nearWord(word: string, options: readonly string[]): string | null {
  const given = normalizeWord(word);
  if (given.length < SHORTEST || given.length > LONGEST) return null;
  const near = options.filter(option => {
    const other = normalizeWord(option);
    if (other.length < SHORTEST) return false;
    return mistakes(given, other) <= (Math.min(given.length, other.length) >= LONG ? 2 : 1);
  });
  return near.length === 1 ? (near[0] ?? null) : null;
}

function mistakes(a: string, b: string): number {
  const count = distance(a, b);
  const swapped = count === 2 && a.length === b.length && [...a].sort().join('') === [...b].sort().join('');
  return swapped ? 1 : count;
}

/** The parts of a word, sorted, without `center` unless it is the only part. */
function partsOf(word: string): string {
  const words = word
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(part => part !== '')
    .map(part => ownProperty(SAME_WORDS, part) ?? part);
  const others = words.filter(part => part !== 'center');
  return [...new Set(others.length > 0 ? others : words)].sort().join(' ');
}
