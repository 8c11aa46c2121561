import type { Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { contradictions, type Options } from '../definition/options.ts';
import type { Validation } from '../definition/validate.ts';
import type { ShownValidation } from './reply.ts';

/** So many issues are listed; whoever corrects them sees the next. */
export const MOST_LISTED = 10;
const MOST_KINDS = 5;

export interface Checked {
  validation: Validation;
  /** Those of the definition and those of the call. */
  warnings: Issue[];
}

/**
 * Checks a definition, and the options that are sent with it.
 *
 * @param before what it is compared with
 */
export async function check(
  definition: JsonObject,
  { before, options, warnings }: { before: JsonObject | undefined; options: Options; warnings: Issue[] },
): Promise<Checked> {
  // The schemas are large: they are loaded when they are first needed.
  const { validateDefinition } = await import('../definition/validate.ts');
  const validation = validateDefinition(definition, before ?? null);
  return { validation, warnings: [...warnings, ...contradictions(definition, options), ...validation.warnings] };
}

/** A check as a reply shows it: the first of each list, and the rest counted by kind. */
export function toShown({ validation, warnings }: Checked, studioLink: boolean): ShownValidation {
  const { valid, issues, stats, more, changes, studio_url } = validation;
  const left = {
    issues: Math.max(0, issues.length - MOST_LISTED) + more.issues,
    warnings: Math.max(0, warnings.length - MOST_LISTED) + more.warnings,
  };
  const kinds = countKinds([...issues.slice(MOST_LISTED), ...warnings.slice(MOST_LISTED)]);
  return {
    valid,
    issues: issues.slice(0, MOST_LISTED),
    warnings: warnings.slice(0, MOST_LISTED),
    ...(left.issues + left.warnings > 0
      ? {
          more: {
            ...(left.issues > 0 ? { issues: left.issues } : {}),
            ...(left.warnings > 0 ? { warnings: left.warnings } : {}),
            kinds,
          },
        }
      : {}),
    stats: withoutEmpty({ ...stats, placeholders: defaultsOf(stats.placeholders) }),
    ...(changes ? { changes } : {}),
    ...(studioLink && studio_url ? { studio_url } : {}),
  };
}

/** Issues by the first sentence of their message. */
function countKinds(issues: readonly Issue[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { message } of issues) {
    const [kind = message] = message.split(/[.:;]/);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_KINDS));
}

/** The merge fields with their defaults, where there is none in words: no field of a reply is null. */
function defaultsOf(placeholders: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(placeholders).map(([name, value]) => [name, value ?? '(no default)']));
}

/** Without the members that hold nothing. */
function withoutEmpty(stats: object): object {
  return Object.fromEntries(
    Object.entries(stats).filter(
      ([, value]) => value !== null && (typeof value !== 'object' || Object.keys(value).length > 0),
    ),
  );
}
