import type * as z from 'zod';
import { didYouMean } from '../base/did-you-mean.ts';
import { Failure, type Issue } from '../base/failure.ts';
import { formatPath, shorten } from '../base/text.ts';

const MOST_ISSUES = 25;

/**
 * Checks a call's arguments.
 *
 * @throws Failure `invalid_arguments` with one issue for each mistake
 */
export function parseArguments(input: z.ZodObject, given: unknown): unknown {
  const parsed = check(input, given);
  if (parsed.success) return parsed.data;
  const found = parsed.error.issues.flatMap(issue => toIssues(issue, Object.keys(input.shape)));
  // An argument under a wrong name is one mistake, though the right one is missing as well.
  const renamed = new Set(found.flatMap(({ renamed }) => renamed ?? []));
  const issues = found
    .map(({ issue }) => issue)
    .filter(({ path, received }) => received !== undefined || !renamed.has(path));
  throw new Failure('invalid_arguments', { issues: issues.slice(0, MOST_ISSUES) });
}

function check(input: z.ZodObject, given: unknown): z.ZodSafeParseResult<unknown> {
  try {
    return input.safeParse(given ?? {}, { reportInput: true, error: inWords });
  } catch {
    // zod compares whatever is called `length` in place of a text, and some objects cannot be compared.
    const message = 'An argument that must be a text or a list is an object.';
    throw new Failure('invalid_arguments', { issues: [{ path: '', message }] });
  }
}

/** An issue, and the argument that was probably meant by a name that is not known. */
interface Finding {
  issue: Issue;
  renamed?: string;
}

function toIssues(issue: z.core.$ZodIssue, names: string[]): Finding[] {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => {
      const meant = didYouMean(key, names);
      const message = `There is no such argument.${meant ? ` Did you mean ${meant}?` : ''}`;
      const found = { path: shorten(key) as string, message, allowed: names };
      return meant ? { issue: { ...found, suggestion: meant }, renamed: meant } : { issue: found };
    });
  }
  const received = issue.input === undefined ? {} : { received: shorten(issue.input) };
  const message = `${issue.message}.`.replace(/[.]+$/, '.');
  if (issue.code !== 'invalid_value') {
    const fit = fitting(issue);
    return [{ issue: { path, message, ...received, ...(fit === null ? {} : { allowed: [fit] }) } }];
  }
  const allowed = issue.values.filter(value => typeof value === 'string');
  const meant = typeof issue.input === 'string' ? didYouMean(issue.input, allowed) : null;
  return [{ issue: { path, message, ...received, allowed, ...(meant ? { suggestion: meant } : {}) } }];
}

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
};

/** What to change, where the schema has no words of its own for it. */
function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'This argument is required';
      return `Give ${KINDS[issue.expected] ?? `an ${issue.expected}`}`;
    case 'too_big':
      return `Give ${measure(issue.maximum, issue.origin)} at most`;
    case 'too_small':
      return `Give ${measure(issue.minimum, issue.origin)} at least`;
    case 'invalid_value':
      return 'Give one of the values in allowed';
    default:
      return undefined;
  }
}

function measure(limit: number | bigint, origin: string): string {
  const unit = origin === 'string' ? ' character' : origin === 'array' ? ' item' : '';
  return `${limit}${unit}${unit !== '' && Number(limit) !== 1 ? 's' : ''}`;
}

/** The value nearest to one that is too large or too small, or that is meant by a text; null when none is certain. */
function fitting(issue: z.core.$ZodIssue): number | boolean | null {
  if (issue.code === 'too_big' && issue.origin !== 'string') return Number(issue.maximum);
  if (issue.code === 'too_small' && issue.origin !== 'string') return Number(issue.minimum);
  if (issue.code !== 'invalid_type' || typeof issue.input !== 'string') return null;
  const text = issue.input.trim();
  if (issue.expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : null;
  const isNumber = ['number', 'int'].includes(issue.expected) && /^-?\d+(\.\d+)?$/.test(text);
  return isNumber ? Number(text) : null;
}
