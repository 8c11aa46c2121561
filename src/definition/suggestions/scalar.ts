import { isObject, ownProperty } from '../../base/json.ts';
import type { Path } from '../path.ts';
import { type Advice, keyOf, put, type UnfitValue } from './advice.ts';
import { colourIn, numberIn, partOfOne } from './parse-scalar.ts';
import { nearWord, normalizeWord, sameWord } from './spelling.ts';
import { VALUES } from './tables.ts';

/** Keys whose numbers are fractions of 1, whether or not the schema says so. */
const PARTS_OF_ONE = ['opacity', 'scale', 'volume'];
const FLAGS: Record<string, boolean> = { true: true, yes: true, on: true, false: false, no: false, off: false };

/** Suggests a number, word, text or colour for an invalid value; null where none is known. */
export function suggestForScalar(unfit: UnfitValue): Advice | null {
  return fromNumber(unfit) ?? asListed(unfit) ?? asPlainWord(unfit) ?? asText(unfit) ?? asColour(unfit);
}

function fromNumber({ at, value, fit }: UnfitValue): Advice | null {
  if (!fit.takesNumber) return null;
  const most = PARTS_OF_ONE.includes(keyOf(at)) ? 1 : fit.most;
  const given = typeof value === 'string' ? numberIn(value, most) : null;
  if (given !== null && fit.takes(given)) return put(given);
  if (typeof value === 'number') return fromUnfitNumber(value, at, { fit, most });
  const pixels = typeof value === 'string' && value.trim().endsWith('%') && (most ?? 0) > 100;
  return pixels ? { message: `${keyOf(at)} is in pixels; leave it out for the whole frame.` } : null;
}

function fromUnfitNumber(value: number, at: Path, { fit, most }: { fit: UnfitValue['fit']; most: number | undefined }) {
  const percent = most === 1 ? partOfOne(value) : null;
  if (percent !== null) return put(percent, `${value} % is ${percent}.`);
  if (at.includes('offset')) return { message: 'It is a fraction of the frame, not pixels: 0.1 is a tenth.' };
  return fit.takes(Math.round(value)) && fit.allowed.length === 0 ? put(Math.round(value)) : null;
}

/** One of a list of values, however it is written. */
export function asListed({ at, value, fit }: UnfitValue): Advice | null {
  const words = fit.allowed.filter(option => typeof option === 'string');
  if (words.length === 0 || (typeof value !== 'string' && typeof value !== 'number')) return null;
  const given = String(value);
  if (words.includes(given)) return put(given, `Put it in quotes: "${given}".`);
  const known = VALUES.get(keyOf(at))?.get(normalizeWord(given));
  const plain = given.replace(/(slow|fast)$/i, '');
  const meant =
    sameWord(given, words) ??
    (known !== undefined && words.includes(known) ? known : null) ??
    nearWord(given, words) ??
    (plain === given ? null : sameWord(plain, words));
  return meant === null ? null : put(meant);
}

/** `auto`, `end` and aliases, which the schema knows only as patterns. */
function asPlainWord({ value, fit }: UnfitValue): Advice | null {
  if (typeof value !== 'string' || fit.takes('')) return null;
  const word = value.trim();
  const written = [word.toLowerCase(), word.replace(/^alias:\/*/i, 'alias://')].find(other => fit.takes(other));
  return written === undefined || !/^(auto|end|alias:\/\/.+)$/.test(written) ? null : put(written);
}

/** A number or true or false where a text is wanted, and the other way round; and what is no value at all. */
function asText({ value, fit }: UnfitValue): Advice | null {
  if ((typeof value === 'number' || typeof value === 'boolean') && fit.takes(String(value)))
    return put(String(value), `Put it in quotes: "${value}".`);
  if (typeof value !== 'string') return null;
  const flag = ownProperty(FLAGS, value.trim().toLowerCase());
  if (flag !== undefined && fit.takes(flag)) return put(flag);
  if (value === '') return { message: 'It is empty.' };
  const none = /^(null|undefined|none|nan)$/i.test(value.trim());
  return none ? { message: `"${value}" is not a value: give one, or leave the key out.` } : null;
}

function asColour({ at, value, fit }: UnfitValue): Advice | null {
  if (!fit.takesColour) return null;
  const given = isObject(value) ? value.color : value;
  if (typeof given !== 'string') return null;
  const alpha = /^#[0-9a-f]{8}$/i.test(given) || /^rgba\(/i.test(given.trim());
  const message = alpha ? 'Six digits only: transparency goes into opacity.' : '';
  // The green of a green screen is not CSS’s green.
  const named = at.includes('chromaKey') && !given.includes('#');
  const colour = named ? null : colourIn(given);
  if (colour !== null && fit.takes(colour)) return put(colour, message);
  return message === '' ? null : { message };
}

/** Colours that the schema takes as free text: what to say where one of them is no text. */
export function plainColour(at: Path, value: unknown): Advice | null {
  const key = keyOf(at);
  if (key !== 'background' && key !== 'color') return null;
  const message = 'This must be a hex colour such as "#000000".';
  const given = isObject(value) && typeof value.color === 'string' ? value.color : null;
  return given === null ? { message } : put(colourIn(given) ?? given, message);
}
