import type { Readable, Writable } from 'node:stream';
import { type Redact, stringifyRedacted } from '../base/redact.ts';
import { normalizeMessage } from './normalize.ts';

/** The id of the answer to a message, or null where none can be read. */
export type Id = string | number | null;

/** JSON-RPC's codes for what cannot be read and for what is no request. */
const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;

export interface LinesOptions {
  stdin: Readable;
  stdout: Writable;
  /** The most bytes that one message may have; a larger one is refused, and the next is read. */
  capBytes: number;
  /** Keeps secrets out of everything that is written. */
  redact: Redact;
  /** Called for each message that is refused, and when a stream breaks. */
  onerror(error: Error): void;
}

const NEWLINE = 0x0a;
/** So much of a message over the cap is kept from its start and its end, where its id usually is. */
const EDGE_BYTES = 256;

/** While more than this waits for a host that does not read, none of its messages is read, bytes. */
const WAITING_CAP_BYTES = 4 * 1024 * 1024;

/** Line separators outside ASCII, which JSON may hold and at which some line readers split. */
const SEPARATORS = /[\u0085\u2028\u2029]/g;

/**
 * One JSON message a line, as MCP over stdio requires. Unlike the SDK's own transport, it answers a line that is not
 * JSON, so that no client waits for ever: with the id if it can be read, otherwise with null, as in JSON-RPC. A line over
 * the cap does not end the connection.
 */
export class JsonLineStream {
  /** Called with every line that is JSON. */
  onvalue: (json: unknown) => void = () => {};
  /** When the last line came in, monotonic milliseconds. */
  lastAt = 0;
  readonly #options: LinesOptions;
  readonly #take = (chunk: Buffer): void => this.#split(chunk);
  readonly #release = (): void => {
    this.#split(Buffer.alloc(0));
    if (this.#unread === null) this.#options.stdin.resume();
  };
  /** Input that is held until the host has read the output waiting for it. */
  #unread: Buffer | null = null;
  /** The line that is coming in, as far as it is here. */
  #pieces: Buffer[] = [];
  #size = 0;

  constructor(options: LinesOptions) {
    this.#options = options;
  }

  start(): void {
    const { stdin, onerror } = this.#options;
    stdin.on('data', this.#take).on('error', onerror);
  }

  stop(): void {
    const { stdin, stdout, onerror } = this.#options;
    stdin.off('data', this.#take).off('error', onerror).pause();
    stdout.off('drain', this.#release);
    this.#unread = null;
    this.#pieces = [];
    this.#size = 0;
  }

  /** Resolves when the stream has taken it, or has broken, which ends the server elsewhere. */
  write(message: object): Promise<void> {
    const { stdout, redact } = this.#options;
    const text = stringifyRedacted(message, redact).replace(
      SEPARATORS,
      separator => `\\u${separator.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    return new Promise(resolve => stdout.write(`${text}\n`, () => resolve()));
  }

  /** Answers what cannot be taken. */
  refuse(id: Id, code: number, message: string): void {
    this.#options.onerror(new Error(message));
    this.write({ jsonrpc: '2.0', id, error: { code, message } });
  }

  #split(given: Buffer): void {
    const chunk = this.#unread ? Buffer.concat([this.#unread, given]) : given;
    this.#unread = null;
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      if (this.#isHostBehind()) break;
      this.#add(chunk.subarray(from, at));
      this.#endLine();
      from = at + 1;
    }
    if (this.#isHostBehind()) this.#hold(chunk.subarray(from));
    else this.#add(chunk.subarray(from));
  }

  #isHostBehind(): boolean {
    return this.#options.stdout.writableLength > WAITING_CAP_BYTES;
  }

  /** Reads no further until everything that waits is written. */
  #hold(unread: Buffer): void {
    this.#unread = unread;
    this.#options.stdin.pause();
    this.#options.stdout.off('drain', this.#release).once('drain', this.#release);
  }

  #add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#size += piece.length;
    this.#pieces.push(piece);
    if (this.#size > this.#options.capBytes) this.#pieces = edges(this.#pieces);
  }

  #endLine(): void {
    // A byte order mark, as editors and PowerShell write it before the first message.
    const line = Buffer.concat(this.#pieces)
      .toString('utf8')
      .replace(/^\ufeff/, '');
    this.lastAt = performance.now();
    const tooLarge = this.#size > this.#options.capBytes;
    this.#pieces = [];
    this.#size = 0;
    if (tooLarge) {
      const most = Math.floor(this.#options.capBytes / 1024 / 1024);
      this.refuse(idAtEdges(line), INVALID_REQUEST, `The message is larger than ${most} MiB.`);
    } else if (line.trim() !== '') {
      this.#read(line);
    }
  }

  #read(line: string): void {
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      this.refuse(null, PARSE_ERROR, 'The message is not JSON.');
      return;
    }
    this.onvalue(normalizeMessage(json));
  }
}

/** The start and the end of a line, with as much between them as keeps the end whole. */
function edges(pieces: Buffer[]): Buffer[] {
  const all = Buffer.concat(pieces);
  return [all.subarray(0, EDGE_BYTES), all.subarray(-EDGE_BYTES)].map(edge => Buffer.from(edge));
}

/** The id of a request of which only the edges are left: its own member is the first, the second or the last of all. */
function idAtEdges(line: string): Id {
  const id = '("(?:[^"\\\\]|\\\\.)*"|-?\\d+)';
  const found =
    new RegExp(`^\\s*\\{\\s*(?:"jsonrpc"\\s*:\\s*"2\\.0"\\s*,\\s*)?"id"\\s*:\\s*${id}\\s*,`).exec(line) ??
    new RegExp(`,\\s*"id"\\s*:\\s*${id}\\s*\\}\\s*$`).exec(line);
  return found?.[1] === undefined ? null : (JSON.parse(found[1]) as Id);
}
