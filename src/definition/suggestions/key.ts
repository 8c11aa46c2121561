import { isObject, type JsonObject, ownProperty } from '../../base/json.ts';
import { type Path, valueAt } from '../path.ts';
import { type Expectation, expectationAt, expectationOf, members, type Node, valuesOf } from '../schema-node.ts';
import { type Advice, leaveOut } from './advice.ts';
import { nearWord, normalizeWord, sameWord } from './spelling.ts';
import { KEYS, NO_KEYS, SUCCESSORS } from './tables.ts';

/** A key that the schema does not know, and the document that it is in. */
export interface UnknownKey {
  schema: Node;
  document: JsonObject;
  /** The path of the object that holds the key. */
  at: Path;
  key: string;
}

/**
 * What was meant by a key that the schema does not know. First what is certain (the same word written otherwise, the key
 * of another object or another asset type, the table of habits), then, if nothing else, a typing mistake.
 */
export function suggestForKey(unknown: UnknownKey): Advice {
  const { schema, document, at, key } = unknown;
  const fit = expectationAt(schema, document, at);
  const keys = Object.keys(fit.shape);
  const same = sameWord(key, keys);
  if (same !== null) return moved(unknown, [...at, same], `Write it ${same}.`);
  return (
    forAsset(unknown, keys) ??
    forClip(unknown, true) ??
    fromTable(unknown, fit) ??
    forClip(unknown, false) ??
    ofOtherType(unknown) ??
    mistyped(unknown, fit) ??
    leaveOut('There is no such key here: use one of allowed, or leave it out.')
  );
}

/** A key of the asset, used at the clip. */
function forAsset(unknown: UnknownKey, keys: readonly string[]): Advice | null {
  const { schema, document, at, key } = unknown;
  const inside = [...at, 'asset'];
  if (!keys.includes('asset') || !isObject(valueAt(document, inside))) return null;
  if (!Object.hasOwn(expectationAt(schema, document, inside).shape, key)) return null;
  return moved(unknown, [...inside, key], `This belongs into the clip’s asset: asset.${key}.`);
}

/** A key of the clip, used at its asset; `sure` only if the clip accepts the value as well. */
function forClip(unknown: UnknownKey, sure: boolean): Advice | null {
  const { schema, document, at, key } = unknown;
  if (at.at(-1) !== 'asset') return null;
  const clip = at.slice(0, -1);
  const node = expectationAt(schema, document, clip).shape[key];
  if (!node) return null;
  if (sure && !expectationOf(members(node, valueAt(document, [...at, key]))).takes(valueAt(document, [...at, key])))
    return null;
  return moved(unknown, [...clip, key], 'This belongs to the clip, beside its asset.');
}

function fromTable(unknown: UnknownKey, fit: Expectation): Advice | null {
  const { at, key, document } = unknown;
  const [place, word] = [placeOf(at, fit), normalizeWord(key)];
  const note = NO_KEYS.get(place)?.get(word);
  if (note !== undefined) return leaveOut(`There is no such key here. ${note}`);
  const rows = KEYS.get(place);
  const names = rows?.get(`${word}:${typeof valueAt(document, [...at, key])}`) ?? rows?.get(word);
  const name = names?.split('|').find(name => isKnown(unknown, targetOf(name, at)));
  if (name === undefined) return null;
  const bare = name.replace(/^[/^]/, '');
  const where = name.startsWith('/')
    ? `it belongs at ${bare}`
    : name.startsWith('^')
      ? `put it beside ${String(at.at(-1))}, as ${bare}`
      : `use ${bare}`;
  return moved(unknown, targetOf(name, at), `There is no such key here: ${where}.`);
}

function targetOf(name: string, at: Path): Path {
  if (name.startsWith('/')) return name.slice(1).split('.');
  return name.startsWith('^') ? [...at.slice(0, -1), ...name.slice(1).split('.')] : [...at, ...name.split('.')];
}

/** Whether the schema has a key; an object of any keys, such as `options`, has every key. */
function isKnown({ schema, document }: UnknownKey, to: Path): boolean {
  const holder = expectationAt(schema, document, to.slice(0, -1));
  if (Object.keys(holder.shape).length > 0) return Object.hasOwn(holder.shape, to.at(-1) ?? '');
  return holder.takes({}) && !holder.takes('');
}

/** For a key of assets of another type. */
function ofOtherType({ schema, document, at, key }: UnknownKey): Advice | null {
  if (at.at(-1) !== 'asset') return null;
  const type = valueAt(document, [...at, 'type']);
  const others = members(expectationAt(schema, document, at.slice(0, -1)).shape.asset ?? schema, undefined);
  const types = others.flatMap(node => {
    const { shape } = expectationOf([node]);
    return Object.hasOwn(shape, key) && shape.type ? members(shape.type, undefined).flatMap(valuesOf) : [];
  });
  if (typeof type !== 'string' || types.length === 0) return null;
  const successor = ownProperty(SUCCESSORS, type);
  const cure =
    successor !== undefined && types.includes(successor)
      ? `Change type to "${successor}", or leave it out.`
      : 'Leave it out.';
  return leaveOut(`This is a key of ${types.join(', ')}; ${type} has none. ${cure}`);
}

function mistyped(unknown: UnknownKey, fit: Expectation): Advice | null {
  const { at, key, document } = unknown;
  const near = nearWord(key, Object.keys(fit.shape));
  const node = near === null ? undefined : fit.shape[near];
  if (near === null || !node) return null;
  const value = valueAt(document, [...at, key]);
  const fits = expectationOf(members(node, value));
  return isOfTheKind(value, fits)
    ? moved(unknown, [...at, near], `There is no such key here. Did you mean ${near}?`)
    : null;
}

/** Whether a value has the right type, valid or not. */
function isOfTheKind(value: unknown, fit: Expectation): boolean {
  if (Array.isArray(value)) return fit.takesList;
  if (isObject(value)) return Object.keys(fit.shape).length > 0;
  if (typeof value === 'string') return fit.takes(value) || fit.allowed.length > 0 || fit.takesColour;
  return fit.takes(value) || (typeof value === 'number' && fit.takesNumber);
}

/** Advice to move a value to another key, or to leave it out if that key is in use. */
function moved({ document }: UnknownKey, to: Path, message: string): Advice {
  if (valueAt(document, to) === undefined) return { message, suggestion: { kind: 'key', to } };
  return leaveOut(`${message} It is there already: leave it out here.`);
}

/** The name under which the tables list a place: `clip`, `asset`, `asset.font`, `output.size`, `tween`, `merge` … */
export function placeOf(at: Path, fit: Expectation): string {
  if (Object.hasOwn(fit.shape, 'interpolation')) return 'tween';
  const names = at.filter(part => typeof part === 'string').join('.');
  const short = names
    .replace(/^timeline\.tracks\.clips\.asset/, 'asset')
    .replace(/^timeline\.tracks\.clips/, 'clip')
    .replace(/^timeline\.tracks/, 'track')
    .replace(/^timeline\.(soundtrack|fonts)/, (_, name) => (name === 'fonts' ? 'font' : name));
  return short === '' ? 'edit' : short;
}
