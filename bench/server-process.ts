import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ServerOptions {
  env?: Record<string, string>;
}

interface Answer {
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** A server under measurement, at the end of a pipe. Its environment is empty but for what is given. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #ids = 0;

  constructor(program: string, args: readonly string[] = [], options: ServerOptions = {}) {
    const { env = {} } = options;
    this.child = spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let pieces: string[] = [];
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const [end = '', ...lines] = text.split('\n');
      pieces.push(end);
      for (const line of lines) {
        this.#receive(pieces.join(''));
        pieces = [line];
      }
    });
  }

  /** A server that has been greeted. */
  static async start(program: string, args: readonly string[], options?: ServerOptions): Promise<ServerProcess> {
    const server = new ServerProcess(program, args, options);
    await server.initialize();
    return server;
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'bench', version: '0.0.0' };
    await this.request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    this.child.stdin?.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }

  /** The result of a request; rejects when it is answered with an error. */
  async request(method: string, params: object): Promise<Record<string, unknown>> {
    const id = ++this.#ids;
    const answer = new Promise<Answer>(resolve => this.#waiting.set(id, resolve));
    this.child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const { result, error } = await answer;
    if (!result) throw new Error(`${method}: ${error?.message}`);
    return result;
  }

  /** A tool's reply as text; rejects when the call could not be done. */
  async call(name: string, args: object): Promise<string> {
    const result = await this.request('tools/call', { name, arguments: args });
    const [{ text }] = result.content as [{ text: string }];
    if (result.isError) throw new Error(`${name}: ${text}`);
    return text;
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  #receive(line: string): void {
    const message = JSON.parse(line) as Answer & { id?: number };
    const answer = message.id === undefined ? undefined : this.#waiting.get(message.id);
    if (message.id !== undefined) this.#waiting.delete(message.id);
    answer?.(message);
  }
}
