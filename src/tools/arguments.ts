import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { Failure, type Issue } from '../guidance/failure.ts';

const MOST_ISSUES = 25;

/**
 * Checks a call's arguments.
 *
 * @throws Failure `invalid_arguments` with one issue for each mistake
 */
export function parseArguments(input: z.ZodObject, given: unknown): unknown {
  const parsed = input.safeParse(given ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap(issue => toIssues(issue, Object.keys(input.shape)));
  throw new Failure('invalid_arguments', { issues: issues.slice(0, MOST_ISSUES) });
}

/** The word among `allowed` that was probably meant, or null. */
export function didYouMean(word: string, allowed: readonly string[]): string | null {
  if (allowed.length === 0 || word.length > 100) return null;
  const near = closest(word.toLowerCase(), [...allowed]);
  return distance(word.toLowerCase(), near) <= Math.max(2, Math.floor(near.length / 3)) ? near : null;
}

/** A path as a programmer writes it: `reference_images[2]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

/** A value short enough to be shown again. */
export function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.length <= 100 ? value : `${value.slice(0, 99).toWellFormed()}…`;
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
}

function toIssues(issue: z.core.$ZodIssue, names: string[]): Issue[] {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => {
      const meant = didYouMean(key, names);
      return {
        path: shorten(key) as string,
        message: `There is no such argument.${meant ? ` Did you mean ${meant}?` : ''}`,
        allowed: names,
        ...(meant ? { suggestion: meant } : {}),
      };
    });
  }
  const received = issue.input === undefined ? {} : { received: shorten(issue.input) };
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  const message = missing ? 'This argument is required.' : `${issue.message}.`.replace(/[.]+$/, '.');
  if (issue.code !== 'invalid_value') return [{ path, message, ...received }];
  const allowed = issue.values.filter(value => typeof value === 'string');
  const meant = typeof issue.input === 'string' ? didYouMean(issue.input, allowed) : null;
  return [{ path, message, ...received, allowed, ...(meant ? { suggestion: meant } : {}) }];
}
