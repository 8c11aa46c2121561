import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type JSONRPCMessage, JSONRPCMessageSchema, type RequestId } from '@modelcontextprotocol/sdk/types.js';
import { isObject } from '../base/json.ts';
import type { BacklogMessage } from './handshake.ts';
import { type Id, INVALID_REQUEST, type JsonLineStream } from './lines.ts';

/**
 * Ids that the SDK's v1 takes for none when a request is cancelled (it asks whether they are truthy), and what it gets in
 * their place. No host makes an id with a NUL in it.
 */
const REPLACED_IDS = new Map<unknown, string>([
  [0, '\0zero'],
  ['', '\0empty'],
]);
const ORIGINAL_IDS = new Map<unknown, string | number>([
  ['\0zero', 0],
  ['\0empty', ''],
]);

/** The SDK's end of the lines. It answers what is no message, and first gets what came in before it was there. */
export class StdioTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #lines: JsonLineStream;
  readonly #backlog: BacklogMessage[];
  /** Requests that have their answer already. */
  readonly #answered = new Set<RequestId>();

  constructor(lines: JsonLineStream, backlog: BacklogMessage[]) {
    this.#lines = lines;
    this.#backlog = backlog;
  }

  async start(): Promise<void> {
    this.#lines.onvalue = json => this.#read(json);
    // Taken out, for a message may be as large as the cap, and this list lives as long as the server.
    for (const { message, answered } of this.#backlog.splice(0)) {
      const id = idOf(withTruthyId(message));
      if (answered && id !== null) this.#answered.add(id);
      this.#read(message);
    }
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const isAnswer = 'result' in message || 'error' in message;
    if (isAnswer && message.id !== undefined && this.#answered.delete(message.id)) return;
    const original = 'id' in message ? ORIGINAL_IDS.get(message.id) : undefined;
    await this.#lines.write(original === undefined ? message : { ...message, id: original });
  }

  async close(): Promise<void> {
    this.#lines.stop();
    this.onclose?.();
  }

  #read(json: unknown): void {
    const message = JSONRPCMessageSchema.safeParse(withTruthyId(json));
    if (message.success) this.onmessage?.(message.data);
    else if (Array.isArray(json)) this.#refuseBatch(json);
    else if (wantsAnswer(json)) {
      const why = 'The message is not a JSON-RPC 2.0 request as MCP has them.';
      this.#lines.refuse(idOf(json), INVALID_REQUEST, why);
    } else this.onerror?.(new Error('A message is neither a request nor an answer.'));
  }

  /** The protocol has no batches since 2025-06-18; each request in one is refused. */
  #refuseBatch(batch: unknown[]): void {
    const ids = batch.filter(wantsAnswer).map(idOf);
    const named = ids.filter(id => id !== null);
    for (const id of named.length > 0 ? named : [null]) {
      this.#lines.refuse(id, INVALID_REQUEST, 'Batches are not supported: send each message on a line of its own.');
    }
  }
}

/** A request, or the cancelling of one, whose id the SDK takes for an id. */
function withTruthyId(json: unknown): unknown {
  if (!isObject(json) || typeof json.method !== 'string') return json;
  const id = REPLACED_IDS.get(json.id);
  if (id !== undefined) return { ...json, id };
  if (json.method !== 'notifications/cancelled' || !isObject(json.params)) return json;
  const requestId = REPLACED_IDS.get(json.params.requestId);
  return requestId === undefined ? json : { ...json, params: { ...json.params, requestId } };
}

/** Whether something may be a request whose sender waits: not an answer, and not a notification. */
function wantsAnswer(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return true;
  if ('method' in json) return 'id' in json || typeof json.method !== 'string';
  return !('result' in json) && !('error' in json);
}

function idOf(json: unknown): Id {
  const { id } = (json ?? {}) as { id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
