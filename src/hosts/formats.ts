import { evaluate, parse as parseJsonc } from '@humanwhocodes/momoa';
import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { isObject, type JsonObject } from '../base/json.ts';

/** How a host writes its settings; `jsonc` is JSON with comments and trailing commas. */
export type Format = 'json' | 'jsonc' | 'toml';

/** What a settings file holds, or where it stops being its format: from 1 on, null where that is not known. */
export type Settings =
  | { kind: 'read'; document: JsonObject }
  | { kind: 'no object' }
  | { kind: 'malformed'; line: number | null; column: number | null; commented: boolean };

const BOM = /^\u{feff}/u;

export const hasBom = (text: string): boolean => BOM.test(text);

/** Parses a settings file. Of a mistake only the place is kept, since the words around it may be a key. */
export function parseSettings(text: string, format: Format): Settings {
  const bare = text.replace(BOM, '');
  if (bare.trim() === '') return format === 'json' ? { kind: 'no object' } : { kind: 'read', document: {} };
  try {
    const document =
      format === 'toml'
        ? parseToml(bare, { integersAsBigInt: 'asNeeded' })
        : format === 'json'
          ? JSON.parse(bare)
          : looseJson(bare);
    return isObject(document) ? { kind: 'read', document } : { kind: 'no object' };
  } catch (error) {
    return format === 'json' ? malformedJson(bare) : placeOf(error, false);
  }
}

/** A settings file as a person would write it. */
export function writeSettings(document: JsonObject, format: Format): string {
  return format === 'toml' ? stringifyToml(document).trim() : JSON.stringify(document, null, 2);
}

const looseJson = (text: string): unknown => evaluate(parseJsonc(text, { mode: 'jsonc', allowTrailingCommas: true }));

/** JSON.parse gives no line, and does not say that only comments are in the way. */
function malformedJson(text: string): Settings {
  const commented = attempt(() => looseJson(text)) === null;
  return placeOf(
    attempt(() => parseJsonc(text, { mode: 'json' })),
    commented,
  );
}

/** What `work` throws; null when it does not. */
function attempt(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}

function placeOf(error: unknown, commented: boolean): Settings {
  const { line, column } = (error ?? {}) as { line?: unknown; column?: unknown };
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return { kind: 'malformed', line: number(line), column: number(column), commented };
}
