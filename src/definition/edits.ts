import { isDeepStrictEqual } from 'node:util';
import { ArgumentsFailure } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { DEEPEST, isTooDeep } from './depth.ts';
import { follow, isIndex, missing, parsePointer, toPointer } from './pointer.ts';

/** The most operations of one call. */
const MOST_EDITS = 200;
/** The most characters that copies may add: each copy can double a definition. */
const MOST_COPIED = 5_000_000;

export const EDIT_OPS = ['add', 'remove', 'replace', 'move', 'copy', 'test'] as const;

/** An operation of RFC 6902 as an argument has it; other members are ignored, as the RFC wants it. */
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
 * 3.1.1), create what is missing or take `-` anywhere, and none says which members exist where a pointer went astray.
 *
 * @throws ArgumentsFailure with the issue of the first operation that does not apply, at `edits[2]`
 */
export function applyEdits(base: JsonObject, edits: readonly Edit[]): JsonObject {
  if (edits.length > MOST_EDITS) throw refusal('edits', `There are ${edits.length}; at most ${MOST_EDITS} are taken`);
  if (isTooDeep(edits)) throw refusal('edits', 'They are nested too deep');
  const patch = new Patch(structuredClone(base));
  for (const [i, edit] of edits.entries()) {
    const problem = patch.apply(edit);
    if (problem !== null) throw refusal(`edits[${i}]`, problem);
  }
  if (isObject(patch.document)) return patch.document;
  throw refusal('edits', 'What they leave is no JSON object');
}

function refusal(path: string, problem: string): ArgumentsFailure {
  return new ArgumentsFailure('invalid_arguments', { issues: [{ path, message: `${problem}.` }] });
}

/** A document that is being changed. Each step returns a problem, or null when it was done. */
class Patch {
  document: unknown;
  #copied = 0;

  constructor(document: unknown) {
    this.document = document;
  }

  apply(edit: Edit): string | null {
    const path = parsePointer(edit.path);
    if ('problem' in path) return path.problem;
    switch (edit.op) {
      case 'add':
        return needsValue(edit) ?? this.#add(path, structuredClone(edit.value));
      case 'replace':
        return needsValue(edit) ?? this.#replace(path, structuredClone(edit.value));
      case 'test':
        return needsValue(edit) ?? this.#test(path, edit.value);
      case 'remove':
        return this.#remove(path);
      case 'move':
      case 'copy':
        return this.#transfer(edit, path);
    }
  }

  #transfer({ op, from: pointer }: Edit, path: string[]): string | null {
    if (pointer === undefined)
      return `${op} needs from, the pointer to what is to be ${op === 'move' ? 'moved' : 'copied'}`;
    const from = parsePointer(pointer);
    if ('problem' in from) return from.problem;
    const source = follow(this.document, from, from.length);
    if ('problem' in source) return source.problem;
    if (op === 'copy') {
      this.#copied += charactersOf(source.value, MOST_COPIED - this.#copied);
      if (this.#copied > MOST_COPIED) return 'the copies make the definition too large';
      return this.#add(path, structuredClone(source.value));
    }
    if (toPointer(path) === toPointer(from)) return null;
    if (from.every((token, i) => token === path[i])) return `\`${pointer}\` cannot be moved into itself`;
    return this.#remove(from) ?? this.#add(path, source.value);
  }

  #add(path: string[], value: unknown): string | null {
    const found = this.#holderOf(path);
    if ('problem' in found) return found.problem;
    if (isTooDeep(value, DEEPEST - path.length)) return `\`${toPointer(path)}\` would be nested too deep`;
    const [holder, key] = [found.value, path.at(-1)];
    if (key === undefined) this.document = value;
    else if (isObject(holder)) holder[key] = value;
    else if (!Array.isArray(holder)) return missing(holder, path, path.length - 1);
    else if (key === '-') holder.push(value);
    else if (isIndex(key) && Number(key) <= holder.length) holder.splice(Number(key), 0, value);
    else return missing(holder, path, path.length - 1);
    return null;
  }

  #remove(path: string[]): string | null {
    if (path.length === 0) return 'the whole definition cannot be removed';
    return this.#change(path, (holder, key) => {
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
    });
  }

  #replace(path: string[], value: unknown): string | null {
    if (path.length === 0) {
      this.document = value;
      return null;
    }
    if (isTooDeep(value, DEEPEST - path.length)) return `\`${toPointer(path)}\` would be nested too deep`;
    return this.#change(path, (holder, key) => Reflect.set(holder, key, value));
  }

  #test(path: string[], value: unknown): string | null {
    const found = follow(this.document, path, path.length);
    if ('problem' in found) return found.problem;
    return isDeepStrictEqual(plain(found.value), plain(value))
      ? null
      : `test: \`${toPointer(path)}\` has another value`;
  }

  /** Changes a member that is there. */
  #change(path: string[], change: (holder: object, key: string) => void): string | null {
    const found = follow(this.document, path, path.length);
    if ('problem' in found) return found.problem;
    const holder = this.#holderOf(path);
    if (!('problem' in holder)) change(holder.value as object, path.at(-1) ?? '');
    return null;
  }

  #holderOf(path: string[]): ReturnType<typeof follow> {
    return follow(this.document, path, Math.max(0, path.length - 1));
  }
}

const needsValue = (edit: Edit): string | null => (Object.hasOwn(edit, 'value') ? null : `${edit.op} needs a value`);

/** A value as JSON has it: -0 is 0. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** About as many characters as a value has as JSON; counting ends beyond `most`. */
function charactersOf(value: unknown, most: number): number {
  let count = 0;
  const left = [value];
  while (left.length > 0 && count <= most) {
    const part = left.pop();
    count += typeof part === 'string' ? part.length + 2 : 2;
    if (typeof part !== 'object' || part === null) continue;
    for (const [key, member] of Object.entries(part)) {
      count += key.length;
      left.push(member);
    }
  }
  return count;
}
