import { editSchema } from '@shotstack/schemas/zod';
import type { Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { describeChanges } from './changes.ts';
import { prepareDefinition } from './prepared-definition.ts';
import { RULES } from './rules/rules.ts';
import { findSchemaIssues } from './schema-issues.ts';
import { type Stats, statsOf, tally } from './stats.ts';
import { atDefault, unfitDefaults } from './unfit-defaults.ts';

const MOST_LISTED = 10;
const MOST_OF_A_KIND = 3;
/** A longer link is cut by browsers and hosts. */
const LONGEST_LINK = 6_000;

/** What the check of a definition found. */
export interface Validation {
  /** Whether the official schema accepts it. */
  valid: boolean;
  /** Mistakes for which Shotstack would refuse it, the most serious first: at most 10. */
  issues: Issue[];
  /** What Shotstack accepts although it renders wrong, the most serious first: at most 10. */
  warnings: Issue[];
  /** What is not listed: how many of each, and how many of each kind of mistake and of each rule. */
  more: {
    issues: number;
    warnings: number;
    kinds?: Record<string, number>;
    /** There are still more issues than were counted. */
    at_least?: true;
  };
  stats: Stats;
  /** A link that shows it in Shotstack Studio; left out when it would be too long. */
  studio_url?: string;
  /** What would change from the last definition sent for the same template; left out when none is known. */
  changes?: string[];
}

/** An issue, and the name under which it is counted. */
interface Counted {
  kind: string;
  issue: Issue;
}

/**
 * Checks a definition offline: the official schema's verdict, the lint rules, statistics, and what it changes. The
 * definition itself is not modified.
 *
 * @param before the last definition that was sent for the same template, if it is known
 */
export function validateDefinition(definition: JsonObject, before: JsonObject | null): Validation {
  const { findings: all, cut, mended } = findSchemaIssues(editSchema, definition);
  const findings = all.filter(({ lenient }) => !lenient);
  // The rules check the definition as it will be once its mistakes are corrected, so that one check reports everything.
  const subject = prepareDefinition(mended);
  const lenient = all.filter(({ lenient }) => lenient).map(({ kind, issue }) => ({ kind, issue }));
  const warnings: Counted[] = [
    ...unfitDefaults(editSchema, subject).map(issue => ({ kind: 'unfit-defaults', issue })),
    ...RULES.flatMap(rule => rule.find(subject).map(issue => ({ kind: rule.name, issue: atDefault(issue, mended) }))),
    ...lenient,
  ];
  const shown = listed(warnings);
  const left = [...findings.slice(MOST_LISTED), ...warnings.filter(warning => !shown.includes(warning))];
  const link = studioLink(definition);
  return {
    valid: findings.length === 0,
    issues: findings.slice(0, MOST_LISTED).map(({ issue }) => issue),
    warnings: shown.map(({ issue }) => issue),
    more: {
      issues: Math.max(0, findings.length - MOST_LISTED),
      warnings: Math.max(0, warnings.length - MOST_LISTED),
      ...(left.length > 0 ? { kinds: tally(left.map(({ kind }) => kind)) } : {}),
      ...(cut ? { at_least: true } : {}),
    },
    stats: statsOf(mended === definition ? subject : prepareDefinition(definition)),
    ...(link === undefined ? {} : { studio_url: link }),
    ...(before ? { changes: describeChanges(before, definition) } : {}),
  };
}

/** The first 10, at most 3 of a kind while there are others, so that one rule does not hide the rest. */
function listed(warnings: readonly Counted[]): Counted[] {
  const seen = new Map<string, number>();
  const first: Counted[] = [];
  const later: Counted[] = [];
  for (const warning of warnings) {
    const count = seen.get(warning.kind) ?? 0;
    seen.set(warning.kind, count + 1);
    (count < MOST_OF_A_KIND ? first : later).push(warning);
  }
  return [...first, ...later].slice(0, MOST_LISTED);
}

/**
 * A link that opens a definition in Shotstack Studio, so that a person can look before paying. The definition is the
 * link: nothing is uploaded. Source of the form: shotstack/shotstack-cli, src/commands/studio.ts.
 */
function studioLink(definition: JsonObject): string | undefined {
  const link = `https://shotstack.studio/#json=${Buffer.from(JSON.stringify(definition)).toString('base64url')}`;
  return link.length <= LONGEST_LINK ? link : undefined;
}
