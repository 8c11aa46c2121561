import { isObject, type JsonObject } from '../../base/json.ts';
import { formatPath, showText } from '../../base/text.ts';

export type Path = readonly PropertyKey[];

/** What would put a mistake right, in a form that can be said and carried out. */
export type Suggestion =
  /** Another value in the same place. */
  | { kind: 'value'; value: unknown }
  /** The same value under another key. */
  | { kind: 'key'; to: Path }
  /** Another value under another key; the keys in `drop` are removed. */
  | { kind: 'instead'; to: Path; value: unknown; drop: readonly string[] }
  | { kind: 'leave-out' };

const LONGEST = 500;

/**
 * A suggestion as an issue shows it: a value (`5`, `fade`, or JSON for lists and objects), a key (`length`, `font.size`,
 * or a whole path where it is not in the same object), or `key: value` for both. Undefined where it would be too long.
 */
export function suggestionText(path: Path, suggestion: Suggestion): { suggestion?: string } {
  const text = textFor(path.slice(0, -1), suggestion);
  return text === null || text.length > LONGEST ? {} : { suggestion: showText(text, LONGEST) };
}

function textFor(holder: Path, suggestion: Suggestion): string | null {
  switch (suggestion.kind) {
    case 'value':
      return typeof suggestion.value === 'string' ? suggestion.value : JSON.stringify(suggestion.value);
    case 'key':
      return seenFrom(holder, suggestion.to);
    case 'instead':
      return `${seenFrom(holder, suggestion.to)}: ${JSON.stringify(suggestion.value)}`;
    case 'leave-out':
      return null;
  }
}

/** A path as it is written inside an object, or the whole path where it leads out of that object. */
function seenFrom(holder: Path, to: Path): string {
  const inside = holder.every((key, i) => key === to[i]);
  return formatPath(inside ? to.slice(holder.length) : to);
}

/** Puts a mistake right in a document, in place; does nothing where the document has no room for it. */
export function carryOut(document: JsonObject, path: Path, suggestion: Suggestion): void {
  const holder = valueAt(document, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof holder !== 'object' || holder === null || key === undefined) return;
  const value: unknown = Reflect.get(holder, key);
  if (suggestion.kind === 'value') Reflect.set(holder, key, suggestion.value);
  else Reflect.deleteProperty(holder, key);
  if (suggestion.kind === 'key') put(document, suggestion.to, value);
  if (suggestion.kind === 'instead') {
    for (const dropped of suggestion.drop) Reflect.deleteProperty(holder, dropped);
    put(document, suggestion.to, suggestion.value);
  }
}

function put(document: JsonObject, to: Path, value: unknown): void {
  let holder: JsonObject = document;
  for (const key of to.slice(0, -1)) {
    const next: unknown = Reflect.get(holder, key);
    if (next === undefined) {
      const made = {};
      Reflect.set(holder, key, made);
      holder = made;
    } else if (typeof next === 'object' && next !== null) holder = next as JsonObject;
    else return;
  }
  const key = to.at(-1);
  if (key !== undefined && Reflect.get(holder, key) === undefined) Reflect.set(holder, key, value);
}

/** The value at a path of a document; undefined if the path does not exist. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
    document,
  );
}
