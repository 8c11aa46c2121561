import { create } from 'jsondiffpatch';
import { isObject, type JsonObject } from '../base/json.ts';
import { showText } from '../base/text.ts';
import { clipsOf, objectsIn } from './clips.ts';

const MOST_LINES = 20;
const LONGEST_LINE = 300;

/** Comparing takes the product of both counts: beyond this it would hold up every other call. */
const MOST_CLIPS = 2_000;

const differ = create({
  // A clip or track is the same when it shows the same, wherever it has moved; what is left over is compared by place.
  objectHash: (item: unknown) => JSON.stringify(isObject(item) ? (assetsOf(item) ?? item) : item),
  arrays: { detectMove: false, includeValueOnMove: false },
});

/** What would change from one definition to another, a line each, at most 20. */
export function describeChanges(before: JsonObject, after: JsonObject): string[] {
  const counts = [before, after].map(definition => clipsOf(definition).length);
  if (Math.max(...counts) > MOST_CLIPS) return [`${counts[0]} clips before, ${counts[1]} after: too many to compare`];
  const lines = [...walk(differ.diff(before, after), '')].map(line => showText(line, LONGEST_LINE));
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES - 1), `and ${rest + 1} more changes`] : lines;
}

/** What a clip or a track shows; undefined for anything else. */
function assetsOf(item: JsonObject): unknown {
  if (isObject(item.asset)) return item.asset;
  return Array.isArray(item.clips) ? objectsIn(item.clips).map(({ item: clip }) => clip.asset) : undefined;
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
      if (list && (key === '_t' || (key.startsWith('_') && isReplaced(delta, key.slice(1))))) continue;
      const place = list ? `[${key.replace('_', '')}]` : `${path === '' ? '' : '.'}${key}`;
      const changed = list && isReplaced(delta, key) ? differ.diff(...replacement(delta, key)) : part;
      yield* walk(changed, `${path}${place.slice(0, 60)}`);
    }
  }
}

/** Whether a list item was removed and another added at its place, which counts as a change. */
function isReplaced(delta: JsonObject, key: string): boolean {
  const [came, went] = [delta[key], delta[`_${key}`]];
  return Array.isArray(came) && came.length === 1 && Array.isArray(went) && isObject(came[0]) && isObject(went[0]);
}

function replacement(delta: JsonObject, key: string): [before: unknown, after: unknown] {
  return [(delta[`_${key}`] as unknown[])[0], (delta[key] as unknown[])[0]];
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
