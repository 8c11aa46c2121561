import { create } from 'jsondiffpatch';
import { showText } from '../guidance/text.ts';
import { isObject, type JsonObject, textOf } from './edit.ts';

const MOST_LINES = 20;
const LONGEST_LINE = 300;

const differ = create({
  // Clips are the same when they show the same thing: one that was only moved or retimed is no new one.
  objectHash: (item: unknown, index) => {
    const asset = isObject(item) ? item.asset : undefined;
    return isObject(asset) ? `${textOf(asset.type)} ${textOf(asset.src)}` : `${index}`;
  },
  arrays: { detectMove: false, includeValueOnMove: false },
});

/** What would change from one definition to another, a line each, at most 20. */
export function describeChanges(before: JsonObject, after: JsonObject): string[] {
  const lines = [...walk(differ.diff(before, after), '')].map(line => showText(line, LONGEST_LINE));
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES - 1), `and ${rest + 1} more changes`] : lines;
}

/**
 * Reads a delta: `[new]` added, `[old, new]` changed, `[old, 0, 0]` removed; in a list (`_t: 'a'`) the keys are the new
 * positions, and those that begin with `_` the old ones.
 */
function* walk(delta: unknown, path: string): Generator<string> {
  if (Array.isArray(delta)) {
    const [first, second] = delta;
    if (delta.length === 1) yield `added ${path}${kind(first)}`;
    else if (delta.length === 2) yield `changed ${path}: ${show(first)} → ${show(second)}`;
    else yield `removed ${path}${kind(first)}`;
  } else if (isObject(delta)) {
    const list = delta._t === 'a';
    for (const [key, part] of Object.entries(delta)) {
      if (list && key === '_t') continue;
      const place = list ? `[${key.replace('_', '')}]` : `${path === '' ? '' : '.'}${key}`;
      yield* walk(part, `${path}${place.slice(0, 60)}`);
    }
  }
}

function kind(value: unknown): string {
  if (!isObject(value)) return `: ${show(value)}`;
  return isObject(value.asset) && typeof value.asset.type === 'string' ? ` (${value.asset.type.slice(0, 30)})` : '';
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const text = isObject(value) ? 'an object' : String(JSON.stringify(value));
  return text.length <= 60 ? text : `${text.slice(0, 59).toWellFormed()}…`;
}
