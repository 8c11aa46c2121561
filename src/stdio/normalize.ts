import { isObject, type JsonObject } from '../base/json.ts';

/**
 * A message as the protocol has it: without the members that hosts send as null where they mean nothing (`params`,
 * `cursor`, `_meta`, `progressToken`, a call's `arguments`, the client's optional fields), and without an empty list
 * where an object belongs. Everything else stays as it is.
 */
export function normalizeMessage(json: unknown): unknown {
  if (!isObject(json) || typeof json.method !== 'string' || !('params' in json)) return json;
  const { params, ...rest } = json;
  if (isNothing(params)) return rest;
  if (!isObject(params)) return json;
  // What the client says of itself is described by the protocol down to its leaves; elsewhere null may be a value.
  return { ...rest, params: json.method === 'initialize' ? withoutNulls(params) : withoutNothing(params) };
}

const isNothing = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

function withoutNothing(params: JsonObject): JsonObject {
  const kept = Object.entries(params).filter(
    ([name, value]) => value !== null && !(name === 'arguments' && isNothing(value)),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === '_meta' && isObject(value) ? withoutNulls(value) : value]),
  );
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, isObject(value) ? withoutNulls(value) : value]),
  );
}
