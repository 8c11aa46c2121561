import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../base/json.ts';
import { DEEPEST, isTooDeep } from './path.ts';
import { follow, isIndex, missing, parsePointer, refusal, toPointer } from './pointer.ts';

/** The most operations of one call. */
const MOST_EDITS = 200;
/** The most characters that copies may add: each copy can double a definition. */
const MOST_COPIED = 5_000_000;

export const EDIT_OPS = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const;

/** An operation of RFC 6902, as given; other members are ignored, as the RFC requires. */
export interface Edit {
  op: (typeof EDIT_OPS)[number];
  path: string;
  from?: string | undefined;
  value?: unknown;
}

/**
 * Applies operations of RFC 6902 one after another to a copy of the definition: all of them or none.
 *
 * Written here, since the libraries have had their prototype pollutions (rfc6902 before 5.0.0, fast-json-patch before
 * 3.1.1), create what is missing or take `-` anywhere, and none says which members exist where a pointer fails.
 *
 * @throws ArgumentsFailure with the issue of the first operation that does not apply, at `edits[2]`
 */
export function applyEdits(base: JsonObject, edits: readonly Edit[]): JsonObject {
  if (edits.length > MOST_EDITS) throw refusal('edits', `There are ${edits.length}; at most ${MOST_EDITS} are taken`);
  if (isTooDeep(edits)) throw refusal('edits', 'They are nested too deep');
  const patch = new Patch(structuredClone(base));
  for (const [i, edit] of edits.entries()) patch.apply(edit, `edits[${i}]`);
  if (isObject(patch.document)) return patch.document;
  throw refusal('edits', 'What they leave is no JSON object');
}

/** A document that is being changed. Each step throws the issue of its argument, such as `edits[2]`. */
class Patch {
  document: unknown;
  #copied = 0;

  constructor(document: unknown) {
    this.document = document;
  }

  apply(edit: Edit, argument: string): void {
    const path = parsePointer(edit.path, argument);
    switch (edit.op) {
      case 'add':
        this.#add(path, structuredClone(givenValue(edit, argument)), argument);
        break;
      case 'replace':
        this.#replace(path, structuredClone(givenValue(edit, argument)), argument);
        break;
      case 'test':
        this.#test(path, givenValue(edit, argument), argument);
        break;
      case 'remove':
        this.#remove(path, argument);
        break;
      case 'move':
      case 'copy':
        this.#transfer(edit, path, argument);
    }
  }

  #transfer({ op, from: pointer }: Edit, path: string[], argument: string): void {
    if (pointer === undefined) {
      throw refusal(argument, `${op} needs from, the pointer to what is to be ${op === 'move' ? 'moved' : 'copied'}`);
    }
    const from = parsePointer(pointer, argument);
    const value = follow(this.document, from, argument);
    if (op === 'copy') {
      this.#copied += JSON.stringify(value).length;
      if (this.#copied > MOST_COPIED) throw refusal(argument, 'the copies make the definition too large');
      this.#add(path, structuredClone(value), argument);
    } else if (toPointer(path) !== toPointer(from)) {
      if (from.every((token, i) => token === path[i])) {
        throw refusal(argument, `\`${pointer}\` cannot be moved into itself`);
      }
      this.#remove(from, argument);
      this.#add(path, value, argument);
    }
  }

  #add(path: string[], value: unknown, argument: string): void {
    const holder = follow(this.document, path, argument, Math.max(0, path.length - 1));
    refuseTooDeep(path, value, argument);
    const key = path.at(-1);
    if (key === undefined) this.document = value;
    else if (isObject(holder)) holder[key] = value;
    else if (Array.isArray(holder) && key === '-') holder.push(value);
    else if (Array.isArray(holder) && isIndex(key) && Number(key) <= holder.length) {
      holder.splice(Number(key), 0, value);
    } else throw missing(holder, path, path.length - 1, argument);
  }

  #remove(path: string[], argument: string): void {
    const key = path.at(-1);
    if (key === undefined) throw refusal(argument, 'the whole definition cannot be removed');
    const holder = this.#holderOf(path, argument);
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
  }

  #replace(path: string[], value: unknown, argument: string): void {
    refuseTooDeep(path, value, argument);
    const key = path.at(-1);
    if (key === undefined) this.document = value;
    else Reflect.set(this.#holderOf(path, argument), key, value);
  }

  #test(path: string[], value: unknown, argument: string): void {
    const found = follow(this.document, path, argument);
    if (!isDeepStrictEqual(plain(found), plain(value))) {
      throw refusal(argument, `test: \`${toPointer(path)}\` has another value`);
    }
  }

  /** The object or list that holds a member that is there. */
  #holderOf(path: string[], argument: string): object {
    follow(this.document, path, argument);
    return follow(this.document, path, argument, path.length - 1) as object;
  }
}

function givenValue(edit: Edit, argument: string): unknown {
  if (Object.hasOwn(edit, 'value')) return edit.value;
  throw refusal(argument, `${edit.op} needs a value`);
}

function refuseTooDeep(path: string[], value: unknown, argument: string): void {
  if (isTooDeep(value, DEEPEST - path.length)) {
    throw refusal(argument, `\`${toPointer(path)}\` would be nested too deep`);
  }
}

/** A value as JSON represents it: -0 is 0. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
