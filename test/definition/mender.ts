import type { Issue } from '../../src/base/failure.ts';
import { isObject, type JsonObject } from '../../src/base/json.ts';

/** Puts a definition right by what issues and warnings say, and by nothing else: it knows nothing of Shotstack. */
export function mend(definition: JsonObject, issues: readonly Issue[]): JsonObject {
  const mended = structuredClone(definition);
  for (const issue of issues) obey(mended, issue);
  return mended;
}

function obey(document: JsonObject, { path, message, suggestion, allowed }: Issue): void {
  const [holder, key] = placeOf(document, path);
  if (holder === undefined) return;
  if (suggestion === undefined) {
    const [, type] = /Change type to "([\w-]+)"/.exec(message) ?? [];
    if (type !== undefined) Reflect.set(holder, 'type', type);
    else if (/leave (it|the key) out/i.test(message)) Reflect.deleteProperty(holder, key);
    return;
  }
  const [, other, json] = /^([\w.]+): ([[{"\d].*)$/s.exec(suggestion) ?? [];
  if (other !== undefined && json !== undefined) {
    const value: unknown = JSON.parse(json);
    for (const used of [key, ...(isObject(value) ? Object.keys(value) : [])]) Reflect.deleteProperty(holder, used);
    put(document, pathFrom(path, other), value);
    return;
  }
  if (/no such key|belongs|Write it|effect of the sound/.test(message) && /^[\w.[\]]+$/.test(suggestion)) {
    const value: unknown = Reflect.get(holder, key);
    Reflect.deleteProperty(holder, key);
    put(document, pathFrom(path, suggestion), value);
    return;
  }
  Reflect.set(holder, key, meantBy(suggestion, message, allowed));
  const [, beside, word] = /Set (\w+) "([^"]+)" beside it/.exec(message) ?? [];
  if (beside !== undefined) Reflect.set(holder, beside, word);
}

/** A suggestion is a text where a text is allowed or quotes are spoken of, else JSON if it is that. */
function meantBy(suggestion: string, message: string, allowed: readonly unknown[] = []): unknown {
  if (allowed.includes(suggestion) || /in quotes: "/.test(message)) return suggestion;
  try {
    return JSON.parse(suggestion);
  } catch {
    return suggestion;
  }
}

const keysOf = (path: string): (string | number)[] =>
  (path.match(/[^.[\]]+/g) ?? []).map(part => (/^\d+$/.test(part) ? Number(part) : part));

/** A key as a suggestion writes it: in the same object, or a whole path. */
const pathFrom = (path: string, key: string): (string | number)[] =>
  /^(timeline|output)\b/.test(key) ? keysOf(key) : [...keysOf(path).slice(0, -1), ...keysOf(key)];

const at = (value: unknown, keys: readonly (string | number)[]): unknown =>
  keys.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
    value,
  );

function placeOf(document: JsonObject, path: string): [holder: object | undefined, key: string | number] {
  const keys = keysOf(path);
  const holder = at(document, keys.slice(0, -1));
  return [typeof holder === 'object' && holder !== null ? holder : undefined, keys.at(-1) ?? ''];
}

function put(document: JsonObject, keys: readonly (string | number)[], value: unknown): void {
  const last = keys.at(-1);
  const holder = keys.slice(0, -1).reduce<object>((part, key) => {
    const next: unknown = Reflect.get(part, key);
    if (typeof next === 'object' && next !== null) return next;
    const made = {};
    Reflect.set(part, key, made);
    return made;
  }, document);
  if (last !== undefined) Reflect.set(holder, last, value);
}
