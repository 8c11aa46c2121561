import { isObject, ownProperty } from '../../base/json.ts';
import { type Expectation, expectationOf, members } from '../schema-node.ts';
import { type Advice, keyOf, put, type UnfitValue } from './advice.ts';
import { sizeIn } from './parse-scalar.ts';
import { asListed, suggestForScalar } from './scalar.ts';
import { ALONE } from './tables.ts';

/** Keys under which other APIs keep the one value of an object. */
const WRAPPING_KEYS = ['type', 'name', 'value', 'preset', 'url', 'src', 'href'];

/** One entry where a list is wanted; merge fields as an object of names and values. */
export function asList({ at, value, fit }: UnfitValue): Advice | null {
  if (keyOf(at) === 'merge' && isObject(value) && !('find' in value)) {
    const list = Object.entries(value).map(([find, replace]) => ({ find, replace }));
    return put(list, 'Each merge field is an entry {find, replace}.');
  }
  const entry = isObject(value) && Object.keys(value).some(key => key in fit.elements);
  return fit.takes([value]) || entry ? put([value], 'Put it into a list.') : null;
}

/** One value of an object, given alone, or its values in a list. */
export function asObject({ at, value, fit }: UnfitValue): Advice | null {
  const key = keyOf(at);
  if (key === 'transition') return asTransition(value, fit);
  if (Array.isArray(value)) return fromList(value, fit);
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  if (key === 'asset')
    return /^https:\/\//.test(String(value)) ? put({ type: typeOfFile(String(value)), src: value }) : null;
  if ('width' in fit.shape && 'height' in fit.shape) {
    const size = sizeIn(String(value));
    return size && fit.takes(size) ? put(size) : null;
  }
  const alone = ownProperty(ALONE, key);
  if (alone !== undefined && fit.takes({ [alone]: value })) return put({ [alone]: value });
  return underOneKey(value, fit);
}

/** The one key of an object that takes a value: as it is, or, where none does, corrected. */
function underOneKey(value: string | number, fit: Expectation): Advice | null {
  const keys = Object.keys(fit.shape);
  const meant = Object.entries(fit.shape).flatMap(([name, node]) => {
    const inside = expectationOf(members(node, value));
    const telling = inside.allowed.length > 0 || inside.takesColour || keys.length === 1;
    if (!telling) return [];
    if (inside.takes(value)) return [{ whole: { [name]: value }, sure: true }];
    const other = suggested(suggestForScalar({ at: [name], value, fit: inside, holder: {} }));
    return other === undefined ? [] : [{ whole: { [name]: other }, sure: false }];
  });
  const sure = meant.filter(({ sure }) => sure);
  const [only, ...others] = sure.length > 0 ? sure : meant;
  return only && others.length === 0 && fit.takes(only.whole) ? put(only.whole) : null;
}

/** `"fade"` or a list of one or two. */
function asTransition(value: unknown, fit: Expectation): Advice | null {
  const [first, second = first] = Array.isArray(value) ? value : [value];
  const inside = (key: 'in' | 'out', given: unknown): unknown => {
    const node = fit.shape[key];
    if (!node || typeof given !== 'string') return undefined;
    const fits = expectationOf(members(node, given));
    return fits.takes(given) ? given : suggested(asListed({ at: [key], value: given, fit: fits, holder: {} }));
  };
  const both = { in: inside('in', first), out: inside('out', second) };
  return both.in !== undefined && both.out !== undefined ? put(both) : null;
}

/** A list of one object, of two numbers for x and y or width and height, or of the clips of a track. */
function fromList(list: readonly unknown[], fit: Expectation): Advice | null {
  const [first, second] = list;
  if (list.length === 1 && isObject(first) && Object.keys(first).some(key => key in fit.shape))
    return put(first, 'One object, not a list.');
  if ('clips' in fit.shape && list.every(isObject)) return put({ clips: list }, 'A track is {"clips": […]}.');
  if (list.length !== 2 || typeof first !== 'number' || typeof second !== 'number') return null;
  const pair = [
    ['x', 'y'],
    ['width', 'height'],
  ].find(keys => keys.every(key => key in fit.shape));
  const whole = pair && Object.fromEntries(pair.map((key, i) => [key, list[i]]));
  return whole && fit.takes(whole) ? put(whole) : null;
}

/** The only value of a list or an object, where a plain value is wanted. */
export function asOnlyEntry({ at, value, fit, holder }: UnfitValue): Advice | null {
  if (Object.keys(fit.shape).length > 0 || fit.takesList) return null;
  const [only, ...others] = Array.isArray(value)
    ? value
    : isObject(value)
      ? WRAPPING_KEYS.filter(key => key in value).map(key => value[key])
      : [];
  if (typeof only !== 'string' || others.length > 0) return null;
  if (fit.takes(only)) return put(only);
  const meant = suggested(suggestForScalar({ at, value: only, fit, holder }));
  return meant === undefined ? null : put(meant);
}

const suggested = (given: Advice | null): unknown =>
  given?.suggestion?.kind === 'value' ? given.suggestion.value : undefined;

function typeOfFile(url: string): string {
  if (/\.(mp3|wav|m4a|aac|ogg|flac)($|\?)/i.test(url)) return 'audio';
  return /\.(jpe?g|png|webp|gif|bmp|tiff?)($|\?)/i.test(url) ? 'image' : 'video';
}
