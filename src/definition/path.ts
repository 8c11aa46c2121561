import { isObject } from '../base/json.ts';
import { formatPath } from '../base/text.ts';

/** The keys and indices that lead to a value in a JSON document. */
export type Path = readonly PropertyKey[];

/** The most levels of a definition. */
export const DEEPEST = 100;

/** The value at a path of a document; undefined if the path does not exist. Own members alone count. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
    document,
  );
}

/** Whether a JSON value is nested deeper than any definition needs, and than it can safely be walked. */
export function isTooDeep(value: unknown, deepest = DEEPEST): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true;
    level = level.flatMap(part => (typeof part === 'object' && part !== null ? Object.values(part) : []));
  }
  return false;
}

/** A text in a definition, and its path. */
export interface PlacedText {
  /** As in `timeline.tracks[0].clips[2].asset.text`. */
  path: string;
  text: string;
  /** The object that holds it, and under which key. */
  holder: object;
  key: string;
}

/** Every text in a value that is wanted. */
export function textsIn(value: object, wanted: (text: string) => boolean): PlacedText[] {
  const found: PlacedText[] = [];
  const trail: PropertyKey[] = [];
  const walk = (holder: object): void => {
    for (const key of Object.keys(holder)) {
      const part: unknown = Reflect.get(holder, key);
      trail.push(Array.isArray(holder) ? Number(key) : key);
      if (typeof part === 'string' && wanted(part)) found.push({ path: formatPath(trail), text: part, holder, key });
      else if (typeof part === 'object' && part !== null) walk(part);
      trail.pop();
    }
  };
  walk(value);
  return found;
}
