import { isObject, type JsonObject } from '../../base/json.ts';
import { type Fit, fitOf, members } from '../schema-node.ts';
import { colourIn } from './colours.ts';
import type { Advice } from './meant-key.ts';
import { numberIn, partOfOne, sizeIn } from './numbers.ts';
import { nearWord, sameWord, spell } from './spelling.ts';
import type { Path, Suggestion } from './suggestion.ts';
import { entryOf } from './table.ts';
import { ALONE, VALUES } from './values.ts';

/** A value that the schema does not take. */
export interface UnfitValue {
  /** The path of the value. */
  at: Path;
  value: unknown;
  /** What fits there. */
  fit: Fit;
  /** The object that holds it. */
  holder: unknown;
}

/** What was meant by a value that does not fit; null where nothing is known of it. */
export function meantValue(unfit: UnfitValue): Advice | null {
  const { value, fit } = unfit;
  const listed = fit.takesList && !Array.isArray(value);
  const object = Object.keys(fit.shape).length > 0 && !isObject(value);
  return (
    fromJsonText(unfit, listed || object) ??
    (listed ? asList(unfit) : null) ??
    (object ? asObject(unfit) : null) ??
    fromNumber(unfit) ??
    asText(unfit) ??
    inAnotherKey(unfit) ??
    asListed(unfit) ??
    asColour(unfit)
  );
}

const advice = (message: string, suggestion: Suggestion): Advice => ({ message, suggestion });
const put = (value: unknown, message = ''): Advice => advice(message, { kind: 'value', value });
const keyOf = (at: Path): string => String(at.findLast(part => typeof part === 'string') ?? '');

function fromJsonText({ value, fit }: UnfitValue, wanted: boolean): Advice | null {
  if (!wanted || typeof value !== 'string' || !/^\s*[[{]/.test(value)) return null;
  try {
    const json: unknown = JSON.parse(value);
    const fits = Array.isArray(json) ? fit.takesList : Object.keys(fit.shape).length > 0;
    return fits ? put(json, 'It is JSON in quotes: give it without them.') : null;
  } catch {
    return null;
  }
}

/** One entry where a list is wanted; merge fields as an object of names and values. */
function asList({ at, value, fit }: UnfitValue): Advice | null {
  if (keyOf(at) === 'merge' && isObject(value) && !('find' in value)) {
    const list = Object.entries(value).map(([find, replace]) => ({ find, replace }));
    return put(list, 'Each merge field is an entry {find, replace}.');
  }
  return fit.takes([value]) || (isObject(value) && Object.keys(value).length > 0)
    ? put([value], 'Put it into a list.')
    : null;
}

/** One value of an object, given alone. */
function asObject({ at, value, fit }: UnfitValue): Advice | null {
  const key = keyOf(at);
  if (key === 'transition') return asTransition(value, fit);
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  if (key === 'asset')
    return /^https:\/\//.test(String(value)) ? put({ type: typeOfFile(String(value)), src: value }) : null;
  if ('width' in fit.shape && 'height' in fit.shape) {
    const size = sizeIn(String(value));
    return size && fit.takes(size) ? put(size) : null;
  }
  const alone = entryOf(ALONE, key);
  if (alone !== undefined && alone in fit.shape && fit.takes({ [alone]: value })) return put({ [alone]: value });
  const meant = Object.entries(fit.shape).flatMap(([name, node]) => {
    const inside = fitOf(members(node, value));
    if (inside.allowed.length === 0 && !inside.takesColour) return [];
    if (inside.takes(value)) return [{ whole: { [name]: value }, sure: true }];
    const other = suggested(meantValue({ at: [...at, name], value, fit: inside, holder: {} }));
    return other === undefined ? [] : [{ whole: { [name]: other }, sure: false }];
  });
  const sure = meant.filter(({ sure }) => sure);
  const [only, ...others] = sure.length > 0 ? sure : meant;
  return only && others.length === 0 && fit.takes(only.whole) ? put(only.whole) : null;
}

/** `"fade"` or a list of one or two. */
function asTransition(value: unknown, fit: Fit): Advice | null {
  const [first, second = first] = Array.isArray(value) ? value : [value];
  const inside = (key: 'in' | 'out', given: unknown): unknown => {
    const node = fit.shape[key];
    if (!node || typeof given !== 'string') return undefined;
    const fits = fitOf(members(node, given));
    return fits.takes(given) ? given : suggested(asListed({ at: [key], value: given, fit: fits, holder: {} }));
  };
  const both = { in: inside('in', first), out: inside('out', second) };
  return both.in !== undefined && both.out !== undefined ? put(both) : null;
}

const suggested = (given: Advice | null): unknown =>
  given?.suggestion?.kind === 'value' ? given.suggestion.value : undefined;

function typeOfFile(url: string): string {
  if (/\.(mp3|wav|m4a|aac|ogg|flac)($|\?)/i.test(url)) return 'audio';
  return /\.(jpe?g|png|webp|gif|bmp|tiff?)($|\?)/i.test(url) ? 'image' : 'video';
}

function fromNumber({ at, value, fit }: UnfitValue): Advice | null {
  if (!fit.takesNumber) return null;
  const given = typeof value === 'string' ? numberIn(value, fit.most) : null;
  if (given !== null && fit.takes(given)) return put(given);
  const percent = typeof value === 'number' && fit.most === 1 ? partOfOne(value) : null;
  if (percent !== null) return put(percent, `${value} % is ${percent}.`);
  const pixels = typeof value === 'string' && value.trim().endsWith('%') && (fit.most ?? 0) > 100;
  return pixels ? { message: `${keyOf(at)} is in pixels; leave it out for the whole frame.` } : null;
}

/** A number or true or false where a text is wanted, and the other way round. */
function asText({ value, fit }: UnfitValue): Advice | null {
  if (typeof value === 'string' && /^(null|undefined|none|nan)$/i.test(value.trim()))
    return { message: `"${value}" is no value: give one, or leave the key out.` };
  if (value === '') return { message: 'It is empty.' };
  if ((typeof value === 'number' || typeof value === 'boolean') && fit.takes(String(value)))
    return put(String(value), `Put it in quotes: "${value}".`);
  const flag = typeof value === 'string' ? entryOf(FLAGS, value.trim().toLowerCase()) : undefined;
  return flag !== undefined && fit.takes(flag) ? put(flag) : null;
}

const FLAGS: Record<string, boolean> = { true: true, yes: true, on: true, false: false, no: false, off: false };

/** A value that says what another key is for. */
function inAnotherKey({ at, value, fit, holder }: UnfitValue): Advice | null {
  const key = keyOf(at);
  const there = at.slice(0, -1);
  if (key === 'effect' && typeof value === 'string' && /^fade/i.test(value) && !fit.allowed.includes('fadeIn')) {
    const sound =
      isObject(holder) &&
      isObject(holder.asset) &&
      (holder.asset.type === 'audio' || holder.asset.type === 'text-to-speech');
    if (sound)
      return advice('This is an effect of the sound: asset.effect.', {
        kind: 'key',
        to: [...there, 'asset', 'effect'],
      });
    const word = spell(value);
    const fade = { ...(word === 'fadeout' ? {} : { in: 'fade' }), ...(word === 'fadein' ? {} : { out: 'fade' }) };
    return advice('A fade is a transition.', { kind: 'instead', to: [...there, 'transition'], value: fade, drop: [] });
  }
  if (key === 'interpolation' && typeof value === 'string' && /^ease/i.test(value))
    return advice('An easing belongs into easing, beside interpolation "bezier".', { kind: 'value', value: 'bezier' });
  if (key === 'resolution' && holder !== undefined) return asResolution(there, value, fit);
  return null;
}

/** Width and height where a preset is wanted. */
function asResolution(there: Path, value: unknown, fit: Fit): Advice | null {
  const size = isObject(value) && typeof value.width === 'number' && typeof value.height === 'number' ? value : null;
  const given = size ?? (typeof value === 'string' ? sizeIn(value) : null);
  if (!given) return null;
  const [long, short] = [Number(given.width), Number(given.height)].sort((a, b) => b - a);
  const preset = { 3840: '4k', 1920: '1080', 1280: 'hd', 1024: 'sd', 640: 'mobile', 512: 'preview' }[long ?? 0];
  const portrait = Number(given.height) > Number(given.width);
  if (preset !== undefined && short === ((long ?? 0) * 9) / 16 && fit.takes(preset)) {
    const ratio = portrait ? ' Set aspectRatio "9:16" beside it: it is upright.' : '';
    return put(preset, `This size has a name.${ratio}`);
  }
  const own = { width: given.width, height: given.height };
  const to = [...there, 'size'];
  return advice('A size of your own stands in size.', { kind: 'instead', to, value: own, drop: [] });
}

/** One of a list of values, however it is written. */
function asListed({ at, value, fit }: UnfitValue): Advice | null {
  const words = fit.allowed.filter(option => typeof option === 'string');
  if (words.length === 0 || (typeof value !== 'string' && typeof value !== 'number')) return null;
  const given = String(value);
  const rows: Record<string, string> = entryOf(VALUES, keyOf(at)) ?? {};
  const known = entryOf(rows, spell(given));
  const plain = given.replace(/(slow|fast)$/i, '');
  const meant =
    sameWord(given, words) ??
    (known !== undefined && words.includes(known) ? known : null) ??
    nearWord(given, words) ??
    (plain === given ? null : sameWord(plain, words));
  return meant === null ? null : put(meant);
}

function asColour({ value, fit }: UnfitValue): Advice | null {
  if (!fit.takesColour) return null;
  const given = isObject(value) ? value.color : value;
  if (typeof given !== 'string') return null;
  if (/^#[0-9a-f]{8}$/i.test(given)) return { message: 'Six digits: how opaque it is stands in opacity.' };
  const colour = colourIn(given);
  return colour !== null && fit.takes(colour) ? put(colour) : null;
}

/** Colours that the schema takes as any text: what to say where one of them is no text. */
export function plainColour(at: Path, value: unknown): Advice | null {
  const key = keyOf(at);
  if (key !== 'background' && key !== 'color') return null;
  const given = isObject(value) ? (value as JsonObject).color : undefined;
  const colour = typeof given === 'string' ? (colourIn(given) ?? given) : null;
  return {
    message: 'This must be a hex colour such as "#000000".',
    ...(colour === null ? {} : { suggestion: { kind: 'value', value: colour } }),
  };
}
