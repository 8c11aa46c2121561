import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A key that must come out nowhere but in one header; its quote and backslash are spelled otherwise in JSON. */
export const CANARY = 'wk-canary-0b7e"41c9\\d2f8';

/** Every way in which a careless program would spell the key. */
const SPELLINGS = [
  CANARY,
  JSON.stringify(CANARY).slice(1, -1),
  JSON.stringify(JSON.stringify(CANARY).slice(1, -1)).slice(1, -1),
  encodeURIComponent(CANARY),
  Buffer.from(CANARY).toString('base64').slice(0, -4),
];

/** The built command, wherever this runs from. */
const CLI = fileURLToPath(new URL('dist/cli.js', `file://${process.cwd()}/`));

/** Whether bytes or text hold the key in some spelling. */
export function holdsKey(given: string | Buffer): boolean {
  return SPELLINGS.some(spelling => given.includes(spelling));
}

/** What answers a request: a result or an error, never both. */
export interface Answer {
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** The built server at the end of a pipe, with a client that believes nothing of it. */
export class WireServer {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it did that it must never do. */
  readonly wrong: string[] = [];
  /** Errors that answer no request that could be told. */
  nameless = 0;
  readonly exit: Promise<number | string | null>;
  readonly #waiting = new Map<unknown, (answer: Answer) => void>();
  /** Requests that were taken back. */
  readonly #left = new Set<unknown>();
  #ids = 0;

  constructor(env: Record<string, string>, args: string[] = []) {
    this.child = spawn(process.execPath, [CLI, ...args], {
      env: { PATH: process.env.PATH ?? '', SKILLBOSS_WHOLESALE_KEY: CANARY, ...env },
    });
    this.child.stdin.on('error', () => {});
    eachLine(this.child.stdout, line => this.#hear(line));
    eachLine(this.child.stderr, line => this.#overhear(line));
    this.exit = new Promise(resolve =>
      this.child.on('close', (code, signal) => {
        for (const answer of this.#waiting.values()) answer({ error: { code: 0, message: 'the server has gone' } });
        this.#waiting.clear();
        resolve(code ?? signal);
      }),
    );
  }

  static async start(env: Record<string, string>, args: string[] = []): Promise<WireServer> {
    const server = new WireServer(env, args);
    await server.initialize();
    return server;
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'wire', version: '0' };
    await this.request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    this.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }

  write(bytes: string | Buffer): void {
    this.child.stdin.write(bytes);
  }

  /** The answer to the request with this id; it must not be waited for twice. */
  answerTo(id: string | number): Promise<Answer> {
    return new Promise(resolve => this.#waiting.set(id, resolve));
  }

  request(method: string, params: unknown): Promise<Answer> {
    const id = `r${++this.#ids}`;
    const answer = this.answerTo(id);
    this.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return answer;
  }

  /** Calls a tool, and tells how long the answer took. */
  async call(name: string, args: unknown): Promise<Answer & { ms: number }> {
    const start = performance.now();
    const answer = await this.request('tools/call', { name, arguments: args });
    return { ...answer, ms: performance.now() - start };
  }

  /** Calls a tool, and takes the call back after so many milliseconds; an answer may be on its way by then, or never come. */
  async leave(name: string, args: unknown, afterMs: number): Promise<void> {
    const id = `r${++this.#ids}`;
    const answer = this.answerTo(id);
    this.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })}\n`);
    await Promise.race([answer, delay(afterMs)]);
    this.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } })}\n`);
    await Promise.race([answer, delay(100)]);
    if (this.#waiting.delete(id)) this.#left.add(id);
  }

  /** Ends it as hosts do. */
  async stop(): Promise<void> {
    this.child.stdin.end();
    const code = await this.exit;
    if (code !== 0) this.wrong.push(`it ended with ${code}`);
  }

  #hear(line: string): void {
    if (holdsKey(line)) this.wrong.push(`the key on stdout: ${line.slice(0, 2_000)}`);
    let message: Answer & { jsonrpc?: unknown; id?: unknown; method?: unknown };
    try {
      message = JSON.parse(line);
    } catch {
      this.wrong.push(`no protocol on stdout: ${line.slice(0, 200)}`);
      return;
    }
    if (message.jsonrpc !== '2.0') this.wrong.push(`no protocol on stdout: ${line.slice(0, 200)}`);
    if (message.method !== undefined) return;
    if (message.id === null && message.error) {
      this.nameless++;
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (!waiting && !this.#left.delete(message.id))
      this.wrong.push(`an answer that nobody waits for: ${line.slice(0, 200)}`);
    this.#waiting.delete(message.id);
    waiting?.(message);
  }

  #overhear(line: string): void {
    if (holdsKey(line)) this.wrong.push('the key on stderr');
    try {
      const { level, event, error } = JSON.parse(line);
      if (event === 'uncaught_exception' || event === 'internal_error') this.wrong.push(`${event}: ${error}`);
      if (typeof level !== 'string') this.wrong.push(`no log line on stderr: ${line.slice(0, 200)}`);
    } catch {
      this.wrong.push(`no log line on stderr: ${line.slice(0, 200)}`);
    }
  }
}

function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => rest !== '' && take(rest));
}
