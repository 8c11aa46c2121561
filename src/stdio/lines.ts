import type { Readable, Writable } from 'node:stream';

/** What a message is answered by, or null where none can be made out. */
export type Id = string | number | null;

/** JSON-RPC's codes for what cannot be read and for what is no request. */
const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;

export interface LinesOptions {
  stdin: Readable;
  stdout: Writable;
  /** The most that one message may weigh; a heavier one is refused, and the next is read. */
  capBytes: number;
  /** Hears of what was refused and of a stream that breaks. */
  onerror(error: Error): void;
}

const NEWLINE = 0x0a;
/** So much of a message over the cap is kept from its start and its end, where its id usually stands. */
const EDGE_BYTES = 256;

/**
 * JSON a line, as MCP has it over stdio. Unlike the SDK's own transport, it answers what cannot be read, so that nobody
 * waits for ever: with the id where there is one to be found, otherwise with null, as JSON-RPC has it. A line over the
 * cap does not end the connection.
 */
export class Lines {
  /** Hears every line that is JSON. */
  onvalue: (json: unknown) => void = () => {};
  readonly #options: LinesOptions;
  readonly #take = (chunk: Buffer): void => this.#split(chunk);
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
    const { stdin, onerror } = this.#options;
    stdin.off('data', this.#take).off('error', onerror).pause();
    this.#pieces = [];
    this.#size = 0;
  }

  /** Resolves when the stream has taken it; a broken stream ends the server, so nobody need be told here. */
  write(message: object): Promise<void> {
    return new Promise(resolve => this.#options.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()));
  }

  /** Answers what cannot be taken. */
  refuse(id: Id, code: number, message: string): void {
    this.#options.onerror(new Error(message));
    this.write({ jsonrpc: '2.0', id, error: { code, message } });
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
    if (this.#size > this.#options.capBytes) this.#pieces = edges(this.#pieces);
  }

  #endLine(): void {
    const line = Buffer.concat(this.#pieces).toString('utf8');
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
    this.onvalue(json);
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
