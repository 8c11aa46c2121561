import type { JsonObject } from '../base/json.ts';
import { objectsIn, stringOrEmpty } from './clips.ts';

/**
 * A merge field in a text: `{{ NAME }}`. Blanks inside the braces do not count, and the name may hold some.
 * Source: shotstack/shotstack-cli, skills/shotstack/shared/agent-core.md, "Merge fields".
 */
const FIELD = /\{\{\s*([\p{L}\p{N}_$][^{}]{0,98}?)\s*\}\}/gu;
const WHOLE = /^\{\{([^{}]+)\}\}$/;

/** Whether a text holds a merge field. */
export const hasPlaceholder = (text: string): boolean => text.includes('{{') && /\{\{[^{}]+\}\}/.test(text);

/** The merge field that a text is, when it is nothing else. */
export const placeholderIn = (text: string): string | undefined => WHOLE.exec(text)?.[1]?.trim() || undefined;

/** The names of the merge fields in some texts, each once. */
export function fieldsIn(texts: readonly string[]): string[] {
  const names = texts.flatMap(text =>
    text.includes('{{') ? [...text.matchAll(FIELD)].map(([, name = '']) => name) : [],
  );
  return [...new Set(names)];
}

/** The default of each merge field, by its name; an empty text is none. */
export function defaultsOf(definition: JsonObject): Map<string, unknown> {
  return new Map(
    objectsIn(definition.merge).flatMap(({ item }) =>
      item.replace === undefined || item.replace === '' ? [] : [[stringOrEmpty(item.find), item.replace]],
    ),
  );
}

/**
 * A definition as it is with every default put in; the very same object when there is nothing to put in. A text that is
 * nothing but a placeholder becomes the default itself, of whatever type; a field without a default is left.
 */
export function withDefaults(definition: JsonObject): JsonObject {
  const defaults = defaultsOf(definition);
  if (defaults.size === 0) return definition;
  const { merge, ...rest } = definition;
  const filled = fill(rest, defaults);
  return filled === rest ? definition : { ...(filled as JsonObject), merge };
}

function fill(value: unknown, defaults: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') return value.includes('{{') ? fillText(value, defaults) : value;
  if (typeof value !== 'object' || value === null) return value;
  // Nearly everything stays as it is: a copy is made where something changes.
  let copy: object | undefined;
  for (const key of Object.keys(value)) {
    const part: unknown = Reflect.get(value, key);
    const filled = fill(part, defaults);
    if (filled === part) continue;
    copy ??= Array.isArray(value) ? [...value] : { ...value };
    Reflect.set(copy, key, filled);
  }
  return copy ?? value;
}

function fillText(text: string, defaults: ReadonlyMap<string, unknown>): unknown {
  const whole = placeholderIn(text);
  if (whole !== undefined && defaults.has(whole)) return defaults.get(whole);
  return text.replace(FIELD, (field, name) => {
    const value = defaults.get(name);
    if (value === undefined) return field;
    return typeof value === 'string' ? value : String(JSON.stringify(value));
  });
}
