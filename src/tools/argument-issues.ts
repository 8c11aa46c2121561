import type * as z from 'zod';
import { didYouMean } from '../base/did-you-mean.ts';
import type { Issue } from '../base/failure.ts';
import { formatPath, shorten, showText } from '../base/text.ts';

const LONGEST_NAME = 60;

/** What zod finds wrong with arguments, in words. */
export const toIssues = (error: z.ZodError): Issue[] => error.issues.map(toIssue);

/** The issue for a name that no argument has; `meant` is the argument that it resembles. */
export function unknownArgument(name: string, meant: string | null, names: string[]): Issue {
  const message = `There is no such argument.${meant === null ? '' : ` Did you mean ${meant}?`}`;
  return {
    path: showText(name, LONGEST_NAME),
    message,
    allowed: names,
    ...(meant === null ? {} : { suggestion: meant }),
  };
}

function toIssue(issue: z.core.$ZodIssue): Issue {
  const base = {
    path: formatPath(issue.path),
    message: `${issue.message}.`.replace(/[.]+$/, '.'),
    ...(issue.input === undefined ? {} : { received: shorten(issue.input) }),
  };
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.filter(value => typeof value === 'string');
    const meant = typeof issue.input === 'string' ? didYouMean(issue.input, allowed) : null;
    return { ...base, allowed, ...(meant === null ? {} : { suggestion: meant }) };
  }
  const limit = limitOf(issue);
  return limit === null ? base : { ...base, allowed: [limit] };
}

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
};

/** What to change, where the schema has no words of its own for it. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
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

/** The number nearest to one that is too large or too small; null when there is none. */
function limitOf(issue: z.core.$ZodIssue): number | null {
  if (issue.code !== 'too_big' && issue.code !== 'too_small') return null;
  if (issue.origin === 'string' || issue.origin === 'array') return null;
  return Number(issue.code === 'too_big' ? issue.maximum : issue.minimum);
}
