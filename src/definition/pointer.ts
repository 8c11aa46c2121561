import { didYouMean } from '../base/did-you-mean.ts';
import { type ArgumentsFailure, invalidArgument } from '../base/failure.ts';
import { isObject } from '../base/json.ts';
import { showText } from '../base/text.ts';
import type { Path } from './path.ts';

const LONGEST_NAME = 60;
const LONGEST_POINTER = 300;
const MOST_MEMBERS = 12;
/** Names that lead from JSON into JavaScript's own objects. */
const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

/**
 * The reference tokens of a JSON Pointer (RFC 6901); the empty text means the whole document.
 *
 * @param argument that an issue is for
 * @throws ArgumentsFailure
 */
export function parsePointer(pointer: string, argument: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw refusal(argument, `${quote(pointer)} is no JSON Pointer; ${meant(pointer)}`);
  if (/~(?![01])/.test(pointer)) throw refusal(argument, `${quote(pointer)}: in a pointer ~ is written ~0 and / is ~1`);
  const tokens = pointer.slice(1).split('/').map(unescapeToken);
  const forbidden = tokens.find(token => FORBIDDEN.includes(token));
  if (forbidden !== undefined) throw refusal(argument, `${quote(pointer)}: ${forbidden} is refused as a name`);
  return tokens;
}

/** The issue of an argument whose pointer cannot be followed; `problem` is a sentence without its full stop. */
export const refusal = (argument: string, problem: string): ArgumentsFailure =>
  invalidArgument(argument, `${problem}.`);

/** The pointer of a path of keys and indices. */
export const toPointer = (path: Path): string =>
  path.map(token => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The value to which a pointer leads; see `follow`. */
export const resolvePointer = (document: unknown, pointer: string, argument: string): unknown =>
  follow(document, parsePointer(pointer, argument), argument);

/**
 * The value to which the first `depth` tokens of a pointer lead. Own members alone count.
 *
 * @throws ArgumentsFailure that says which name is missing, and which ones the last place that exists has
 */
export function follow(document: unknown, tokens: readonly string[], argument: string, depth = tokens.length): unknown {
  return tokens.slice(0, depth).reduce((value, token, i) => {
    if (!hasMember(value, token)) throw missing(value, tokens, i, argument);
    return Reflect.get(value as object, token);
  }, document);
}

/** Whether an object has a member of its own of that name, or an array an item at that index. */
export function hasMember(value: unknown, token: string): boolean {
  if (Array.isArray(value)) return isIndex(token) && Number(token) < value.length;
  return isObject(value) && Object.hasOwn(value, token);
}

/** Whether a token is an array's index as RFC 6901 writes it: no sign, no leading zero. */
export const isIndex = (token: string): boolean => /^(0|[1-9]\d{0,9})$/.test(token);

/** The failure for a pointer whose token at `at` does not exist; it lists what does. */
export function missing(holder: unknown, tokens: readonly string[], at: number, argument: string): ArgumentsFailure {
  const token = tokens[at] ?? '';
  const place = at === 0 ? 'the definition' : quote(toPointer(tokens.slice(0, at)));
  return refusal(argument, `${quote(toPointer(tokens))}: ${instead(holder, token, place)}`);
}

function instead(holder: unknown, token: string, place: string): string {
  if (Array.isArray(holder)) {
    const last = holder.length - 1;
    const there = last < 0 ? 'it is empty' : `its items are 0 to ${last}`;
    return `${place} is a list without an item ${quote(token)}; ${there}`;
  }
  if (!isObject(holder)) return `${place} is a plain value and has no members`;
  return `there is no ${quote(token)} in ${place}; ${members(holder, token)}`;
}

function members(holder: object, token: string): string {
  const names = Object.keys(holder);
  const near = didYouMean(token, names);
  const shown = near === null ? names.slice(0, MOST_MEMBERS) : [near];
  if (shown.length === 0) return 'it is empty';
  const rest = near === null ? names.length - shown.length : 0;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return `${shown.map(quote).join(', ')}${more} ${names.length > 1 && near === null ? 'are' : 'is'} there`;
}

/** The pointer that a path in another notation means, such as `timeline.tracks[0]` or `#/timeline`. */
function meant(path: string): string {
  const tokens = path.match(/[^.[\]/#"']+/g) ?? [];
  return tokens.length === 0 ? 'it begins with /' : `write ${quote(toPointer(tokens))}`;
}

const unescapeToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');
const quote = (text: string): string => `\`${showText(text, text.startsWith('/') ? LONGEST_POINTER : LONGEST_NAME)}\``;
