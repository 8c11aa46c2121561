import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../base/json.ts';
import type { Intent, Submit } from '../gateway/gateway.ts';
import type { IntentHashes } from './store/job-store.ts';

/** SHA-256 of what is asked for at a gateway, in hex. */
export const hashIntent = (origin: string, { model, intent }: Intent): string => hash({ origin, model, intent });

/** Of a submit, the hashes of both its intents. */
export function intentsOf(origin: string, { model, intent, editsIntent }: Submit): IntentHashes {
  return {
    intent: hashIntent(origin, { model, intent }),
    ...(editsIntent ? { editsIntent: hashIntent(origin, { model, intent: editsIntent }) } : {}),
  };
}

/** SHA-256 of a definition, in hex, whatever the order of its keys. */
export const hashDefinition = (definition: JsonObject): string => hash(definition);

/** Names whose key it is, without holding the key. */
export function tenantOf(key: string): string {
  return createHash('sha256').update(`tenant ${key}`).digest('hex').slice(0, 32);
}

/** Keys are sorted and texts normalized (NFC), so that equal JSON has one hash. */
function hash(value: JsonObject): string {
  const canonical = JSON.stringify(value, (_name, part) => {
    if (isObject(part)) return Object.fromEntries(sortedEntries(part));
    return typeof part === 'string' ? part.normalize('NFC') : part;
  });
  return createHash('sha256').update(canonical).digest('hex');
}

function sortedEntries(object: JsonObject): [string, unknown][] {
  return Object.entries(object)
    .map(([key, value]): [string, unknown] => [key.normalize('NFC'), value])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
