import { isObject, type JsonObject, ownProperty } from '../../base/json.ts';
import { type Path, valueAt } from '../path.ts';
import { expectationAt, expectationOf, members, type Node } from '../schema-node.ts';
import { type Advice, instead, put } from './advice.ts';
import { placeOf } from './key.ts';
import { normalizeWord } from './spelling.ts';
import { KEYS } from './tables.ts';

/** Several keys that are one mistake together. */
export interface ShapeMistake extends Advice {
  /** The path of the object, or of the key that is named. */
  path: Path;
  /** The unknown keys that it explains. */
  keys: readonly string[];
}

/** Keys by which an asset is recognised. */
const ASSET_KEYS = ['type', 'src', 'text', 'html', 'prompt', 'url'];

/** Finds mistakes of which several unknown keys of one object are parts: one message for each. */
export function findShapeMistakes(
  schema: Node,
  document: JsonObject,
  at: Path,
  keys: readonly string[],
): ShapeMistake[] {
  const holder = valueAt(document, at);
  if (!isObject(holder)) return [];
  const shapes = ownProperty(SHAPES, placeOf(at, expectationAt(schema, document, at))) ?? [];
  return shapes.map(shape => shape({ schema, document, at, holder, keys })).filter(shape => shape !== null);
}

/** An object with unknown keys, and the document that it is in. */
interface Misshapen {
  schema: Node;
  document: JsonObject;
  at: Path;
  holder: JsonObject;
  keys: readonly string[];
}

/** A clip without an asset, with the asset’s keys in the clip itself. */
function flattened({ schema, document, at, holder, keys }: Misshapen): ShapeMistake | null {
  if (holder.asset !== undefined || !keys.some(key => ASSET_KEYS.includes(key))) return null;
  const node = expectationAt(schema, document, at).shape.asset;
  const known = node ? Object.keys(expectationOf(members(node, holder)).shape) : [];
  const moved = keys.filter(key => known.includes(key) || ASSET_KEYS.includes(key));
  const [asset, rest] = [true, false].map(inside =>
    Object.fromEntries(Object.entries(holder).filter(([key]) => moved.includes(key) === inside)),
  );
  const message = `Put ${listWords(moved)} into \`asset\`: {"asset": {${moved.map(key => JSON.stringify(key)).join(', ')}}, "start", "length"}.`;
  return { path: at, keys: moved, ...put({ asset, ...rest }, message) };
}

/** A clip in place of a track of clips. */
function loneClip({ at, holder, keys }: Misshapen): ShapeMistake | null {
  if (holder.clips !== undefined || !keys.some(key => key === 'asset' || ASSET_KEYS.includes(key))) return null;
  const message = 'A track is {"clips": [{…}]}: move its contents into a clip.';
  return { path: at, keys, ...put({ clips: [holder] }, message) };
}

/** Clips in the timeline itself. */
function loneTrack({ at, holder, keys }: Misshapen): ShapeMistake | null {
  if (holder.tracks !== undefined || !keys.includes('clips')) return null;
  const message = 'Clips go into tracks: "tracks": [{"clips": […]}].';
  const advice = instead([...at, 'tracks'], [{ clips: holder.clips }], message);
  return { path: [...at, 'clips'], keys: ['clips'], ...advice };
}

/** When a clip or a range ends, where its length is wanted. */
function endTime({ at, holder, keys }: Misshapen): ShapeMistake | null {
  const key = keys.find(key => ['end', 'endtime', 'endat', 'to', 'stop'].includes(normalizeWord(key)));
  if (key === undefined || holder.length !== undefined) return null;
  const shape = { path: [...at, key], keys: [key] };
  const [start, end] = [numberOf(holder.start ?? 0), numberOf(holder[key])];
  const length = Number((end - start).toFixed(6));
  if (!(length > 0)) return { ...shape, message: 'There is no end here, but a length: the seconds from start to end.' };
  const message = `There is no end here, but a length: ${end} less ${start} is ${length}.`;
  return { ...shape, ...instead([...at, 'length'], length, message) };
}

/** Times and values of a tween under each other’s names. */
function tween({ at, holder, keys }: Misshapen): ShapeMistake | null {
  const named = new Map(keys.map(key => [normalizeWord(key), key]));
  const startTime = named.get('starttime') ?? named.get('delay');
  const duration = named.get('duration');
  const end = named.get('end');
  if (end === undefined && startTime === undefined) return null;
  const endsAt = end !== undefined && ('to' in holder || 'from' in holder);
  const whole: JsonObject = {
    from: holder.from ?? (endsAt ? undefined : holder.start),
    to: holder.to ?? (end === undefined || endsAt ? undefined : holder[end]),
    start: startTime === undefined ? (endsAt ? holder.start : 0) : holder[startTime],
    length: holder.length ?? (duration === undefined ? undefined : holder[duration]),
  };
  if (endsAt && whole.length === undefined) whole.length = numberOf(holder[end]) - numberOf(holder.start ?? 0);
  const lasts = !endsAt || holder.length !== undefined || duration !== undefined || Number(whole.length) > 0;
  const used = [startTime, duration, end].filter(key => key !== undefined);
  const rest = Object.entries(holder).filter(([key]) => !used.includes(key) && !(key in whole));
  const meant = Object.fromEntries([...Object.entries(whole), ...rest].filter(([, value]) => value !== undefined));
  const message = 'A tween is {from, to, start, length}: from and to are values, start and length are seconds.';
  return { path: at, keys: used, ...(lasts ? put(meant, message) : { message }) };
}

/** Merge fields under other names than find and replace: one mistake, however many entries it is made in. */
function mergeList({ document, at, holder, keys }: Misshapen): ShapeMistake | null {
  const named = (names: readonly string[], meant: string): string | undefined =>
    names.find(key => KEYS.get('merge')?.get(normalizeWord(key)) === meant);
  const [find, replace] = [named(keys, 'find'), named(keys, 'replace')];
  if ((find === undefined && replace === undefined) || !Array.isArray(document.merge)) return null;
  const list = document.merge.map(entry => {
    if (!isObject(entry)) return entry;
    // Each entry may have names of its own.
    const memberOf = (meant: string): unknown => entry[meant] ?? entry[named(Object.keys(entry), meant) ?? meant];
    return { find: memberOf('find'), replace: memberOf('replace') };
  });
  const written = [find ?? 'find', replace ?? 'replace'].filter(key => key in holder).map(normalizeWord);
  const message = `Each merge field is an entry {find, replace}, not {${written.join(', ')}}.`;
  const used = [find, replace].filter(key => key !== undefined);
  return { path: at.slice(0, -1), keys: used, ...put(list, message) };
}

/** Width and height beside the format. */
function outputSize({ at, holder, keys }: Misshapen): ShapeMistake | null {
  const sides = keys.filter(key => key === 'width' || key === 'height');
  const [first] = sides;
  if (first === undefined || isObject(holder.size)) return null;
  const size = { width: numberOf(holder.width), height: numberOf(holder.height) };
  const shape = { path: [...at, first], keys: sides };
  if (!(size.width > 0 && size.height > 0))
    return { ...shape, message: 'Width and height belong into size, together: give both.' };
  return { ...shape, ...instead([...at, 'size'], size, 'Width and height belong into size, together.', sides) };
}

const SHAPES: Record<string, ((misshapen: Misshapen) => ShapeMistake | null)[]> = {
  track: [loneClip],
  timeline: [loneTrack],
  'output.range': [endTime],
  clip: [flattened, endTime],
  tween: [tween],
  merge: [mergeList],
  output: [outputSize],
};

const numberOf = (value: unknown): number =>
  typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;

const listWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
