import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../base/json.ts';
import type { TemplateUpdate } from '../gateway/gateway.ts';

/** A longer string, such as a picture's base64, is hashed where it stands; in characters. */
const LONG = 64 * 1024;

/** Tells two updates apart: equal for the same request, in whatever order its keys were written. */
export function fingerprint(update: TemplateUpdate): string {
  return hash(update as unknown as JsonObject);
}

/** Tells two definitions apart, in the same way. */
export function hashDefinition(definition: JsonObject | null): string | null {
  return definition && hash(definition);
}

/** Names the owner of a key in the store, without holding the key. */
export function tenantOf(key: string): string {
  return createHash('sha256').update(`tenant ${key}`).digest('hex').slice(0, 32);
}

function hash(value: JsonObject): string {
  const sorted = JSON.stringify(value, (_name, part) => {
    if (isObject(part)) return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
    return typeof part === 'string' && part.length > LONG ? { sha256: digest(part) } : part;
  });
  return digest(sorted);
}

/** In steps, so that no copy of a whole picture is made. */
function digest(text: string): string {
  const hash = createHash('sha256');
  for (let from = 0; from < text.length; from += LONG) hash.update(text.slice(from, from + LONG), 'utf16le');
  return hash.digest('hex');
}
