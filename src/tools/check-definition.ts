import type { Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { contradictions, type Options } from '../definition/options.ts';
import type { Validation } from '../definition/validate.ts';
import type { ShownValidation } from './reply.ts';

/** A longer list of placeholders is counted. */
const MOST_NAMES = 5;

/**
 * Checks a definition, and the options that are sent with it: their warnings, and those of the call, come first.
 *
 * @param before what it is compared with
 */
export async function checkDefinition(
  definition: JsonObject,
  { before, options, warnings }: { before: JsonObject | undefined; options: Options; warnings: Issue[] },
): Promise<Validation> {
  // The schemas are large: they are loaded when they are first needed.
  const { validateDefinition } = await import('../definition/validate.ts');
  const validation = validateDefinition(definition, before ?? null);
  const own = [...warnings, ...contradictions(definition, validation.stats, options)];
  return { ...validation, warnings: [...own, ...validation.warnings] };
}

/** A check as a reply shows it: without what is empty, and with the Studio link where it is asked for alone. */
export function toShown({ more, stats, studio_url, ...rest }: Validation, studioLink: boolean): ShownValidation {
  const left = Object.entries(more).filter(([, value]) => value !== 0);
  // What they hold is often long; get_definition shows it.
  const shown = { ...stats, placeholders: someOf(Object.keys(stats.placeholders)) };
  const members = Object.entries(shown).filter(
    ([, value]) => typeof value !== 'object' || Object.keys(value).length > 0,
  );
  return {
    ...rest,
    ...(left.length > 0 ? { more: Object.fromEntries(left) } : {}),
    stats: Object.fromEntries(members),
    ...(studioLink && studio_url !== undefined ? { studio_url } : {}),
  };
}

const someOf = (names: string[]): string[] =>
  names.length <= MOST_NAMES ? names : [...names.slice(0, MOST_NAMES), `and ${names.length - MOST_NAMES} more`];
