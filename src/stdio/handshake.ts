import { isObject, type JsonObject } from '../base/json.ts';

/** What the handshake answers with, known before any message comes in. */
export interface HandshakeAnswers {
  /** The protocol versions spoken here, the preferred one first. */
  protocolVersions: readonly string[];
  /** The result of `initialize` without the version. */
  server: object;
  /** The result of `tools/list`. */
  tools: object;
}

/** A message that came in before the SDK's server was loaded. */
export interface BacklogMessage {
  message: unknown;
  /** It is answered already: the server's own answer must not be sent. */
  answered: boolean;
}

/**
 * Hosts that speak a later revision of the protocol ask for this first, Claude Desktop of every server that it starts,
 * and fall back to `initialize` when it is unknown (JSON-RPC's code for that).
 */
const LATER_REVISION = 'server/discover';
const METHOD_NOT_FOUND = { code: -32601, message: 'Method not found' };

/**
 * Answers what every host asks first (`initialize`, `ping`, `tools/list`) before the SDK is loaded, which takes longer
 * than all the rest of the start and most of its memory, and which an idle server never needs. The first message that
 * it has no answer for ends it: that one and all that follow are left to the SDK, which gets the greeting as well.
 */
export class Handshake {
  /** What the SDK's server has to get, in the order in which it came. */
  readonly backlog: BacklogMessage[] = [];
  readonly #answers: HandshakeAnswers;
  #over = false;

  constructor(answers: HandshakeAnswers) {
    this.#answers = answers;
  }

  /** The answer to a message; `null` if it needs none, `undefined` if the message went to the backlog unanswered. */
  take(message: unknown): object | null | undefined {
    const answer = this.#over ? undefined : this.#answer(message);
    this.#over = answer === undefined;
    if (this.#over || isGreeting(message)) this.backlog.push({ message, answered: answer !== undefined });
    return answer;
  }

  #answer(message: unknown): object | null | undefined {
    if (!isObject(message) || message.jsonrpc !== '2.0') return undefined;
    const { jsonrpc, id, method, params = {}, ...others } = message;
    if (!isObject(params) || Object.keys(others).length > 0) return undefined;
    if (id === undefined) return method === 'notifications/initialized' ? null : undefined;
    if (typeof id !== 'string' && !Number.isSafeInteger(id)) return undefined;
    if (method === LATER_REVISION) return { jsonrpc, id, error: METHOD_NOT_FOUND };
    const result = this.#result(method, params);
    return result && { jsonrpc, id, result };
  }

  #result(method: unknown, params: JsonObject): object | undefined {
    if (method === 'ping') return {};
    if (method === 'tools/list') return this.#answers.tools;
    if (method !== 'initialize' || this.backlog.length > 0) return undefined;
    const { protocolVersion: asked, capabilities, clientInfo } = params;
    if (typeof asked !== 'string' || !isObject(capabilities) || !isObject(clientInfo)) return undefined;
    if (typeof clientInfo.name !== 'string' || typeof clientInfo.version !== 'string') return undefined;
    const { protocolVersions, server } = this.#answers;
    return { protocolVersion: protocolVersions.includes(asked) ? asked : protocolVersions[0], ...server };
  }
}

function isGreeting(message: unknown): boolean {
  return isObject(message) && ['initialize', 'notifications/initialized'].includes(String(message.method));
}
