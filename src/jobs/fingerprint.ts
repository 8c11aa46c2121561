import { createHash } from 'node:crypto';
import type { TemplateUpdate } from '../gateway/gateway.ts';
import { isObject, type JsonObject } from '../json.ts';

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
  const sorted = JSON.stringify(value, (_name, part) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
  return createHash('sha256').update(sorted).digest('hex');
}
