import { closest, distance } from 'fastest-levenshtein';

/** The word among `allowed` that was probably meant, or null. */
export function didYouMean(word: string, allowed: readonly string[]): string | null {
  if (allowed.length === 0 || word.length > 100) return null;
  const lower = allowed.map(option => option.toLowerCase());
  const near = closest(word.toLowerCase(), lower);
  if (distance(word.toLowerCase(), near) > Math.max(2, Math.floor(near.length / 3))) return null;
  return allowed[lower.indexOf(near)] ?? null;
}
