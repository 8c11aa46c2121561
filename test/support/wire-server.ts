import { CommandRun, type Message } from './command.ts';
import { holdsKey, KEY } from './keys.ts';

/** What answers a request. */
export type Answer = Pick<Message, 'result' | 'error'>;

/** The built server at the end of a pipe, with a client that checks all it writes. */
export class WireServer {
  readonly run: CommandRun;
  /** What it did that it must never do. */
  readonly wrong: string[] = [];
  /** Errors without a request id. */
  nameless = 0;
  readonly #waiting = new Map<unknown, (answer: Answer) => void>();
  #ids = 0;

  constructor(env: Record<string, string>, args: string[] = []) {
    this.run = new CommandRun(args, { SKILLBOSS_WHOLESALE_KEY: KEY, ...env });
    eachLine(this.run.child.stdout, line => this.#receive(line));
    eachLine(this.run.child.stderr, line => this.#readLog(line));
    this.run.child.on('close', () => {
      for (const answer of this.#waiting.values()) answer({ error: { code: 0, message: 'the server has ended' } });
      this.#waiting.clear();
    });
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'wire', version: '0' };
    await this.request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    this.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }

  write(bytes: string | Buffer): void {
    this.run.child.stdin.write(bytes);
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

  call(name: string, args: unknown): Promise<Answer> {
    return this.request('tools/call', { name, arguments: args });
  }

  /** Closes its stdin, as hosts do. */
  async stop(): Promise<void> {
    this.run.child.stdin.end();
    const code = await this.run.exit;
    if (code !== 0) this.wrong.push(`it ended with ${code}`);
  }

  #receive(line: string): void {
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
    if (!waiting) this.wrong.push(`an answer that was not asked for: ${line.slice(0, 200)}`);
    this.#waiting.delete(message.id);
    waiting?.(message);
  }

  #readLog(line: string): void {
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
