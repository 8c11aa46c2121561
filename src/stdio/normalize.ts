import { isObject, type JsonObject } from '../base/json.ts';

/**
 * A message as the protocol defines it: without the members that hosts send as null where they mean nothing (`params`,
 * `cursor`, `_meta`, `progressToken`, a call's `arguments`, the client's optional fields), and without an empty list
 * where an object belongs, which is what PHP makes of an empty object (modelcontextprotocol/php-sdk#284,
 * elgorro/aiquila#442). Everything else stays as it is.
 */
export function normalizeMessage(json: unknown): unknown {
  if (!isObject(json) || typeof json.method !== 'string' || !('params' in json)) return json;
  const { params, ...rest } = json;
  if (isNothing(params)) return rest;
  if (!isObject(params)) return json;
  // What the client says of itself is described by the protocol down to its leaves; elsewhere null may be a value.
  if (json.method === 'initialize') return { ...rest, params: { capabilities: {}, ...withoutNothing(params) } };
  const kept = Object.fromEntries(
    Object.entries(params).filter(([name, value]) => value !== null && !(OBJECTS.includes(name) && isNothing(value))),
  );
  if (isObject(kept._meta)) kept._meta = withoutNothing(kept._meta);
  return { ...rest, params: json.method === 'tools/call' ? asPlainCall(kept) : kept };
}

/** Members of `params` that are objects. */
const OBJECTS = ['arguments', '_meta'];

/**
 * A call as this server takes it: its arguments in an object, where some hosts send them as JSON text
 * (XiaomiMiMo/MiMo-Code#1658) or beside the tool's name (kesslerio/attio-mcp-server#345), and without `task`, which a
 * server that declares no tasks must ignore (specification of 2025-11-25, Tasks), while the SDK refuses the call.
 */
function asPlainCall({ task, name, _meta, arguments: given, ...beside }: JsonObject): JsonObject {
  const args = given === undefined && Object.keys(beside).length > 0 ? beside : given;
  return {
    ...(name === undefined ? {} : { name }),
    ...(_meta === undefined ? {} : { _meta }),
    // What is no object is put into one under its own name, for the tool to read or to refuse.
    ...(args === undefined ? {} : { arguments: isObject(args) ? args : { arguments: args } }),
  };
}

const isNothing = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

function withoutNothing(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => !isNothing(value))
      .map(([name, value]) => [name, isObject(value) ? withoutNothing(value) : value]),
  );
}
