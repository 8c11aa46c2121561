import { didYouMean } from '../base/did-you-mean.ts';
import { isObject } from '../base/json.ts';
import { showText } from '../base/text.ts';

const LONGEST_NAME = 60;
const LONGEST_POINTER = 300;
const MOST_MEMBERS = 12;
/** Names that lead from JSON into JavaScript's own objects. */
const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

/** A pointer that cannot be followed, in one sentence without its full stop. */
interface Astray {
  problem: string;
}

/** The reference tokens of a JSON Pointer (RFC 6901); the empty text means the whole document. */
export function parsePointer(pointer: string): string[] | Astray {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return { problem: `${quote(pointer)} is no JSON Pointer; ${meant(pointer)}` };
  if (/~(?![01])/.test(pointer)) return { problem: `${quote(pointer)}: in a pointer ~ is written ~0 and / is ~1` };
  const tokens = pointer.slice(1).split('/').map(unescapeToken);
  const forbidden = tokens.find(token => FORBIDDEN.includes(token));
  return forbidden === undefined ? tokens : { problem: `${quote(pointer)}: ${forbidden} is refused as a name` };
}

/** The pointer of a path of keys and indices. */
export const toPointer = (tokens: readonly (string | number)[]): string =>
  tokens.map(token => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The value that a pointer leads to. Own members alone count. */
export function valueAt(document: unknown, pointer: string): { value: unknown } | Astray {
  const tokens = parsePointer(pointer);
  return 'problem' in tokens ? tokens : follow(document, tokens, tokens.length);
}

/**
 * Follows the first `depth` tokens of a pointer.
 *
 * @returns the value there, or which name is missing and which ones are there at the last place that exists
 */
export function follow(document: unknown, tokens: readonly string[], depth: number): { value: unknown } | Astray {
  let value = document;
  for (let i = 0; i < depth; i++) {
    const token = tokens[i] ?? '';
    if (!hasMember(value, token)) return { problem: missing(value, tokens, i) };
    value = Reflect.get(value as object, token);
  }
  return { value };
}

/** Whether an object has a member of its own of that name, or an array an item at that index. */
export function hasMember(value: unknown, token: string): boolean {
  if (Array.isArray(value)) return isIndex(token) && Number(token) < value.length;
  return isObject(value) && Object.hasOwn(value, token);
}

/** Whether a token is an array's index as RFC 6901 writes it: no sign, no leading zero. */
export const isIndex = (token: string): boolean => /^(0|[1-9]\d{0,9})$/.test(token);

/** Says that the token at `at` leads nowhere, and what is there instead. */
export function missing(holder: unknown, tokens: readonly string[], at: number): string {
  const token = tokens[at] ?? '';
  const place = at === 0 ? 'the definition' : quote(toPointer(tokens.slice(0, at)));
  const whole = quote(toPointer(tokens));
  if (Array.isArray(holder)) {
    const last = holder.length - 1;
    const there = last < 0 ? 'it is empty' : `its items are 0 to ${last}`;
    return `${whole}: ${place} is a list without an item ${quote(token)}; ${there}`;
  }
  if (!isObject(holder)) return `${whole}: ${place} is a plain value and has no members`;
  return `${whole}: there is no ${quote(token)} in ${place}; ${members(holder, token)}`;
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
