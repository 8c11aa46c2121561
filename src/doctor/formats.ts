import { evaluate, parse as parseJsonc } from '@humanwhocodes/momoa';
import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { isObject, type JsonObject } from '../base/json.ts';

/** How a host writes its settings; `jsonc` is JSON with comments and trailing commas. */
export type Format = 'json' | 'jsonc' | 'toml';

/** What a settings file holds, or where it stops being its format: from 1 on, null where that is not known. */
export type Settings =
  | { kind: 'read'; document: JsonObject }
  | { kind: 'malformed'; line: number | null; column: number | null };

/** Reads a settings file. Of a mistake only the place is told, since the words around it may be a key. */
export function parseSettings(text: string, format: Format): Settings {
  const bare = text.replace(/^\u{feff}/u, '');
  if (format !== 'json' && bare.trim() === '') return { kind: 'read', document: {} };
  try {
    const document = format === 'toml' ? parseToml(bare) : format === 'json' ? JSON.parse(bare) : looseJson(bare);
    return isObject(document) ? { kind: 'read', document } : { kind: 'malformed', line: 1, column: 1 };
  } catch (error) {
    return placeOf(format === 'json' ? (mistakeIn(bare) ?? error) : error);
  }
}

/** A settings file as a person would write it. */
export function writeSettings(document: JsonObject, format: Format): string {
  return format === 'toml' ? stringifyToml(document).trim() : JSON.stringify(document, null, 2);
}

const looseJson = (text: string): unknown => evaluate(parseJsonc(text, { mode: 'jsonc', allowTrailingCommas: true }));

/** JSON.parse tells no line; a parser that does is asked again. */
function mistakeIn(text: string): unknown {
  try {
    parseJsonc(text, { mode: 'json' });
    return null;
  } catch (error) {
    return error;
  }
}

function placeOf(error: unknown): Settings {
  const { line, column } = error as { line?: unknown; column?: unknown };
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return { kind: 'malformed', line: number(line), column: number(column) };
}
