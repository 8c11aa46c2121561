import type * as z from 'zod';
import { didYouMean } from '../guidance/did-you-mean.ts';
import { Failure, type Issue } from '../guidance/failure.ts';
import { formatPath, shorten } from '../guidance/issue.ts';

const MOST_ISSUES = 25;

/**
 * Checks a call's arguments.
 *
 * @throws Failure `invalid_arguments` with one issue for each mistake
 */
export function parseArguments(input: z.ZodObject, given: unknown): unknown {
  const parsed = check(input, given);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap(issue => toIssues(issue, Object.keys(input.shape)));
  throw new Failure('invalid_arguments', { issues: issues.slice(0, MOST_ISSUES) });
}

function check(input: z.ZodObject, given: unknown): z.ZodSafeParseResult<unknown> {
  try {
    return input.safeParse(given ?? {}, { reportInput: true });
  } catch {
    // zod compares whatever is called `length` in place of a text, and some objects cannot be compared.
    const message = 'An argument that must be a text or a list is an object.';
    throw new Failure('invalid_arguments', { issues: [{ path: '', message }] });
  }
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
  const whole = issue.code === 'invalid_type' && issue.expected === 'int';
  const message = missing
    ? 'This argument is required.'
    : whole
      ? 'Give a whole number.'
      : `${issue.message}.`.replace(/[.]+$/, '.');
  if (issue.code !== 'invalid_value') return [{ path, message, ...received }];
  const allowed = issue.values.filter(value => typeof value === 'string');
  const meant = typeof issue.input === 'string' ? didYouMean(issue.input, allowed) : null;
  return [{ path, message, ...received, allowed, ...(meant ? { suggestion: meant } : {}) }];
}
