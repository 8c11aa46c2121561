import { isObject, type JsonObject } from '../base/json.ts';

/**
 * A message as the protocol defines it: without the members that hosts send as null where they mean nothing (`params`,
 * `cursor`, `_meta`, `progressToken`, a call's `arguments`, the client's optional fields), and without an empty list
 * where an object belongs. Arguments of a call that are no object are put under their own name into one, for the tool to
 * read or to refuse. Everything else stays as it is.
 */
export function normalizeMessage(json: unknown): unknown {
  if (!isObject(json) || typeof json.method !== 'string' || !('params' in json)) return json;
  const { params, ...rest } = json;
  if (isNothing(params)) return rest;
  if (!isObject(params)) return json;
  // What the client says of itself is described by the protocol down to its leaves; elsewhere null may be a value.
  if (json.method === 'initialize') return { ...rest, params: withoutNulls(params) };
  const kept = withoutNothing(params);
  return { ...rest, params: json.method === 'tools/call' ? asPlainCall(kept) : kept };
}

/**
 * A call as this server takes it: its arguments in an object, where some hosts send them as JSON text
 * (XiaomiMiMo/MiMo-Code#1658), and without `task`, which a server that declares no tasks must ignore (specification of
 * 2025-11-25, Tasks), while the SDK refuses the call.
 */
function asPlainCall({ task, ...call }: JsonObject): JsonObject {
  const isWhole = call.arguments === undefined || isObject(call.arguments);
  return isWhole ? call : { ...call, arguments: { arguments: call.arguments } };
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
