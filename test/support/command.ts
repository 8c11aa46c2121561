import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { getDefaultEnvironment } from '@modelcontextprotocol/sdk/client/stdio.js';
import { onTestFinished } from 'vitest';
import type { Reply } from '../../src/tools/reply.ts';
import { makeFolder } from './folder.ts';

/** The built command; SHOTSTACK_TEST_BINARY names that of another version, to see which tests it fails. */
export const CLI = process.env.SHOTSTACK_TEST_BINARY ?? fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface RunOptions {
  /** Nothing is in its environment but `env`. */
  bare?: boolean;
  /** What is started: a Node like this one, unless something is to start the command in its own way. */
  program?: string;
  /** Arguments of the program before the command. */
  before?: string[];
  cwd?: string;
  uid?: number;
  gid?: number;
}

/** A run of the built command, with all that it writes. */
export class CommandRun {
  readonly child: ChildProcessWithoutNullStreams;
  stdout = '';
  stderr = '';
  /** Its exit code, or the signal that ended it. */
  readonly exit: Promise<number | string | null>;

  /** @param env beside it a data folder of its own is set, which goes when it ends, unless `env` names one or is all */
  constructor(args: string[], env: Record<string, string> = {}, options: RunOptions = {}) {
    const { bare = false, program = process.execPath, before = [], ...user } = options;
    const own = bare || env.SHOTSTACK_MCP_DATA_DIR !== undefined ? null : makeFolder();
    const data = own ? { SHOTSTACK_MCP_DATA_DIR: own.folder } : {};
    const whole = bare ? env : { ...getDefaultEnvironment(), ...data, ...env };
    this.child = spawn(program, [...before, CLI, ...args], { env: whole, ...user });
    this.child.stdin.on('error', () => {});
    this.child.stdout.setEncoding('utf8').on('data', text => {
      this.stdout += text;
    });
    this.child.stderr.setEncoding('utf8').on('data', text => {
      this.stderr += text;
    });
    this.exit = new Promise(resolve =>
      this.child.on('close', (code, signal) => {
        own?.remove();
        resolve(code ?? signal);
      }),
    );
  }

  /** A run that ends with the test and has been greeted as hosts do. */
  static greeted(...start: ConstructorParameters<typeof CommandRun>): CommandRun {
    const run = new CommandRun(...start);
    onTestFinished(() => void run.child.kill('SIGKILL'));
    run.write(INITIALIZE, { method: 'notifications/initialized' });
    return run;
  }

  /** Writes messages as they are, each on a line of its own. */
  write(...messages: object[]): void {
    this.child.stdin.write(messages.map(message => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''));
  }

  /** The answer to the request of that id, once it is there. */
  async answer(id: number | string): Promise<Message> {
    for (;;) {
      const found = linesOf(this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1))
        .map(line => JSON.parse(line) as Message)
        .find(message => message.id === id);
      if (found) return found;
      if (this.child.stdout.closed) throw new Error(`No answer to ${id}: ${this.stderr}`);
      await Promise.race([once(this.child.stdout, 'data'), once(this.child.stdout, 'close')]);
    }
  }

  /** The reply of a tool that is called by a message of its own. */
  async callTool(id: number | string, name: string, args: object): Promise<Reply> {
    this.write({ id, method: 'tools/call', params: { name, arguments: args } });
    const { result } = await this.answer(id);
    return result?.structuredContent as unknown as Reply;
  }
}

/** An answer as it comes over the wire: a result or an error, never both. */
export interface Message {
  id: number | string | null;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** What every host says first. */
export const INITIALIZE = {
  id: 'hello',
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

export const linesOf = (text: string): string[] => text.split('\n').filter(line => line !== '');
