import type { Readable, Writable } from 'node:stream';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  ErrorCode,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js';

export interface StdioStreams {
  stdin: Readable;
  stdout: Writable;
  /** The most that one message may weigh; a heavier one is refused, and the next is read. */
  capBytes: number;
}

const NEWLINE = 0x0a;
/** So much of a message over the cap is kept from its start and its end, where its id usually stands. */
const EDGE_BYTES = 256;

/**
 * MCP over stdio, a message a line. Unlike the SDK's own, it answers what is no message, so that nobody waits for
 * ever: with the id where there is one to be found, otherwise with null, as JSON-RPC has it. A line over the cap does
 * not end the connection.
 */
export class StdioTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #stdin: Readable;
  readonly #stdout: Writable;
  readonly #capBytes: number;
  readonly #take = (chunk: Buffer): void => this.#split(chunk);
  readonly #fail = (error: Error): void => this.onerror?.(error);
  /** The line that is coming in, as far as it is here. */
  #pieces: Buffer[] = [];
  #size = 0;

  constructor({ stdin, stdout, capBytes }: StdioStreams) {
    this.#stdin = stdin;
    this.#stdout = stdout;
    this.#capBytes = capBytes;
  }

  async start(): Promise<void> {
    this.#stdin.on('data', this.#take).on('error', this.#fail);
  }

  send(message: JSONRPCMessage): Promise<void> {
    return this.#write(message);
  }

  async close(): Promise<void> {
    this.#stdin.off('data', this.#take).off('error', this.#fail).pause();
    this.#pieces = [];
    this.#size = 0;
    this.onclose?.();
  }

  #split(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      this.#add(chunk.subarray(from, at));
      this.#endLine();
      from = at + 1;
    }
    this.#add(chunk.subarray(from));
  }

  #add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#size += piece.length;
    this.#pieces.push(piece);
    if (this.#size > this.#capBytes) this.#pieces = edges(this.#pieces);
  }

  #endLine(): void {
    const line = Buffer.concat(this.#pieces).toString('utf8');
    const tooLarge = this.#size > this.#capBytes;
    this.#pieces = [];
    this.#size = 0;
    if (tooLarge) {
      const most = Math.floor(this.#capBytes / 1024 / 1024);
      this.#refuse(idAtEdges(line), ErrorCode.InvalidRequest, `The message is larger than ${most} MiB.`);
    } else if (line.trim() !== '') {
      this.#read(line);
    }
  }

  #read(line: string): void {
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      this.#refuse(null, ErrorCode.ParseError, 'The message is not JSON.');
      return;
    }
    const message = JSONRPCMessageSchema.safeParse(json);
    if (message.success) this.onmessage?.(message.data);
    else if (Array.isArray(json)) this.#refuseBatch(json);
    else if (wantsAnswer(json)) {
      this.#refuse(idOf(json), ErrorCode.InvalidRequest, 'The message is not a JSON-RPC 2.0 request as MCP has them.');
    } else this.onerror?.(new Error('A message is neither a request nor an answer.'));
  }

  /** The protocol has no batches since 2025-06-18; each request in one is told so. */
  #refuseBatch(batch: unknown[]): void {
    const ids = batch.filter(wantsAnswer).map(idOf);
    const named = ids.filter(id => id !== null);
    for (const id of named.length > 0 ? named : [null]) {
      this.#refuse(id, ErrorCode.InvalidRequest, 'Batches are not supported: send each message on a line of its own.');
    }
  }

  #refuse(id: RequestId | null, code: ErrorCode, message: string): void {
    this.onerror?.(new Error(message));
    this.#write({ jsonrpc: '2.0', id, error: { code, message } });
  }

  /** Resolves when the stream has taken it; a broken stream ends the server, so nobody need be told here. */
  #write(message: object): Promise<void> {
    return new Promise(resolve => this.#stdout.write(`${JSON.stringify(message)}\n`, () => resolve()));
  }
}

/** Whether something may be a request whose sender waits: not an answer, and not a notification. */
function wantsAnswer(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return true;
  if ('method' in json) return 'id' in json || typeof json.method !== 'string';
  return !('result' in json) && !('error' in json);
}

function idOf(json: unknown): RequestId | null {
  const { id } = (json ?? {}) as { id?: unknown };
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

/** The start and the end of a line, with as much between them as keeps the end whole. */
function edges(pieces: Buffer[]): Buffer[] {
  const all = Buffer.concat(pieces);
  return [all.subarray(0, EDGE_BYTES), all.subarray(-EDGE_BYTES)].map(edge => Buffer.from(edge));
}

/** The id of a request of which only the edges are left: its own member is the first, the second or the last of all. */
function idAtEdges(line: string): RequestId | null {
  const id = '("(?:[^"\\\\]|\\\\.)*"|-?\\d+)';
  const found =
    new RegExp(`^\\s*\\{\\s*(?:"jsonrpc"\\s*:\\s*"2\\.0"\\s*,\\s*)?"id"\\s*:\\s*${id}\\s*,`).exec(line) ??
    new RegExp(`,\\s*"id"\\s*:\\s*${id}\\s*\\}\\s*$`).exec(line);
  return found?.[1] === undefined ? null : (JSON.parse(found[1]) as RequestId);
}
