import { editSchema } from '@shotstack/schemas/zod';
import type { Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { describeChanges } from './changes.ts';
import { RULES } from './rules/rules.ts';
import { findSchemaIssues } from './schema-issues.ts';
import { type Stats, statsOf } from './stats.ts';
import { studioLink } from './studio-link.ts';

const MOST_ISSUES = 25;

/** What the check of a definition found. */
export interface Validation {
  /** Whether the official schema takes it. */
  valid: boolean;
  /** Mistakes for which Shotstack would refuse it: at most 25. */
  issues: Issue[];
  /** What it takes and what yet looks wrong: at most 25. */
  warnings: Issue[];
  /** How many of each were left out. */
  more: { issues: number; warnings: number };
  stats: Stats;
  /** A link that shows it in Shotstack Studio; null when it would be too long. */
  studio_url: string | null;
  /** What would change from the last definition sent for the same template; null when none is known. */
  changes: string[] | null;
}

/**
 * Checks a definition without asking anybody: the official schema's verdict, the lint rules, what it amounts to, and
 * what it changes. The definition itself is left as it is.
 *
 * @param before the last definition that was sent for the same template, if it is known
 */
export function validateDefinition(edit: JsonObject, before: JsonObject | null): Validation {
  const found = findSchemaIssues(editSchema, edit);
  const issues = found.filter(({ error }) => error).map(({ issue }) => issue);
  const warnings = [
    ...found.filter(({ error }) => !error).map(({ issue }) => issue),
    ...RULES.flatMap(rule => rule.find(edit)),
  ];
  return {
    valid: issues.length === 0,
    issues: issues.slice(0, MOST_ISSUES),
    warnings: warnings.slice(0, MOST_ISSUES),
    more: {
      issues: Math.max(0, issues.length - MOST_ISSUES),
      warnings: Math.max(0, warnings.length - MOST_ISSUES),
    },
    stats: statsOf(edit),
    studio_url: studioLink(edit),
    changes: before && describeChanges(before, edit),
  };
}
