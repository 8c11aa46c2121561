import type { JsonObject } from '../../base/json.ts';
import { formatPath, showText } from '../../base/text.ts';
import { type Path, valueAt } from '../path.ts';
import type { Expectation } from '../schema-node.ts';

/** What to say of a mistake, and what would correct it. */
export interface Advice {
  message: string;
  suggestion?: Suggestion;
}

/** A correction, in a form that can be shown and carried out. */
export type Suggestion =
  /** Another value in the same place. */
  | { kind: 'value'; value: unknown }
  /** The same value under another key. */
  | { kind: 'key'; to: Path }
  /** Another value under another key; the keys in `drop` are removed. */
  | { kind: 'instead'; to: Path; value: unknown; drop: readonly string[] }
  | { kind: 'leave-out' };

/** A value that the schema does not take. */
export interface UnfitValue {
  /** The path of the value. */
  at: Path;
  value: unknown;
  /** What fits there. */
  fit: Expectation;
  /** The object that holds it. */
  holder: unknown;
}

const LONGEST = 500;

/** Advice to put another value in the same place. */
export const put = (value: unknown, message = ''): Advice => ({ message, suggestion: { kind: 'value', value } });

/** Advice to put a value under another key, and to remove the keys in `drop`. */
export const instead = (to: Path, value: unknown, message: string, drop: readonly string[] = []): Advice => ({
  message,
  suggestion: { kind: 'instead', to, value, drop },
});

/** Advice to leave a key out. */
export const leaveOut = (message: string): Advice => ({ message, suggestion: { kind: 'leave-out' } });

/** The key that holds a value, or the list that the value is in. */
export const keyOf = (at: Path): string => String(at.findLast(part => typeof part === 'string') ?? '');

/**
 * A suggestion as an issue shows it: a value (`5`, `fade`, or JSON for lists and objects), a key (`length`, `font.size`,
 * or a whole path where it is not in the same object), or `key: value` for both. Undefined where it would be too long.
 */
export function suggestionText(path: Path, suggestion: Suggestion): string | undefined {
  const text = textFor(path.slice(0, -1), suggestion);
  return text === undefined || text.length > LONGEST ? undefined : showText(text, LONGEST);
}

function textFor(holder: Path, suggestion: Suggestion): string | undefined {
  switch (suggestion.kind) {
    case 'value':
      return typeof suggestion.value === 'string' ? suggestion.value : JSON.stringify(suggestion.value);
    case 'key':
      return relativePath(holder, suggestion.to);
    case 'instead':
      return `${relativePath(holder, suggestion.to)}: ${JSON.stringify(suggestion.value)}`;
    case 'leave-out':
      return undefined;
  }
}

/** A path as it is written inside an object, or the whole path where it leads out of that object. */
function relativePath(holder: Path, to: Path): string {
  const inside = holder.every((key, i) => key === to[i]);
  return formatPath(inside ? to.slice(holder.length) : to);
}

/** Carries a suggestion out in a document, in place; does nothing where the document has no room for it. */
export function applySuggestion(document: JsonObject, path: Path, suggestion: Suggestion): void {
  const holder = valueAt(document, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof holder !== 'object' || holder === null || key === undefined) return;
  const value: unknown = Reflect.get(holder, key);
  if (suggestion.kind === 'value') Reflect.set(holder, key, suggestion.value);
  else Reflect.deleteProperty(holder, key);
  if (suggestion.kind === 'key') add(document, suggestion.to, value);
  if (suggestion.kind === 'instead') {
    for (const dropped of suggestion.drop) Reflect.deleteProperty(holder, dropped);
    add(document, suggestion.to, suggestion.value);
  }
}

/** Sets a value where there is none yet, and the objects around it where they are missing. */
function add(document: JsonObject, to: Path, value: unknown): void {
  let holder: object = document;
  for (const key of to.slice(0, -1)) {
    if (Reflect.get(holder, key) === undefined) Reflect.set(holder, key, {});
    const next: unknown = Reflect.get(holder, key);
    if (typeof next !== 'object' || next === null) return;
    holder = next;
  }
  const key = to.at(-1);
  if (key !== undefined && Reflect.get(holder, key) === undefined) Reflect.set(holder, key, value);
}
