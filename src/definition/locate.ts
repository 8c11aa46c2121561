import { isObject } from '../base/json.ts';
import { formatPath } from '../base/text.ts';
import { toPointer } from './pointer.ts';

/** Where in a JSON value a definition is. */
export interface Located {
  /** As in `data.edit` or `[0].json`. */
  path: string;
  /** The same as a JSON pointer (RFC 6901). */
  pointer: string;
  /** Whether it, or what holds it, is JSON in a text. */
  inText: boolean;
}

/** Limits of the search: wrappers are shallow. */
const DEEPEST = 12;
const MOST_LOOKED_AT = 20_000;
const MOST_FOUND = 5;
const LONGEST_TEXT = 5_000_000;

/** Every definition in a JSON value, the nearest first; those inside another are not searched. */
export function locateDefinitions(given: unknown): Located[] {
  const found: Located[] = [];
  let level: Place[] = [{ value: given, path: [], inText: false }];
  let left = MOST_LOOKED_AT;
  for (let depth = 0; depth <= DEEPEST && level.length > 0 && found.length < MOST_FOUND; depth++) {
    const next: Place[] = [];
    for (const place of level) {
      if (left-- <= 0) return found;
      const value = typeof place.value === 'string' ? parsedText(place.value) : place.value;
      const inText = place.inText || typeof place.value === 'string';
      if (isDefinition(value)) found.push(located(place.path, inText));
      else if (typeof value === 'object' && value !== null) {
        for (const [key, part] of Object.entries(value))
          next.push({ value: part, path: [...place.path, Array.isArray(value) ? Number(key) : key], inText });
      }
    }
    level = next;
  }
  return found;
}

interface Place {
  value: unknown;
  path: PropertyKey[];
  inText: boolean;
}

const isDefinition = (value: unknown): boolean =>
  isObject(value) && isObject(value.timeline) && Array.isArray(value.timeline.tracks) && isObject(value.output);

function located(path: PropertyKey[], inText: boolean): Located {
  return { path: formatPath(path) || 'the top', pointer: toPointer(path) || '/', inText };
}

/** The list or object that a text is in JSON; undefined when it is none. */
export function parsedText(text: string): unknown {
  if (text.length > LONGEST_TEXT || !/^\s*[[{"]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}
