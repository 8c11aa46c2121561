import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolResultSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';
import type { Reply } from '../../src/tools/reply.ts';

/** The built command. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** The key of every server here; it must come out nowhere but in one header. */
export const KEY = 'wk-test-0123456789abcdef-"quoted"\\';

/** A run of the built command, with all that it says. */
export class CommandRun {
  readonly child: ChildProcessWithoutNullStreams;
  stdout = '';
  stderr = '';
  /** Its exit code, or the signal that ended it. */
  readonly exit: Promise<number | string | null>;

  /**
   * @param bare nothing is in its environment but `env`
   * @param before arguments of Node before the command
   */
  constructor(
    args: string[],
    env: Record<string, string> = {},
    { bare = false, before = [], ...user }: { bare?: boolean; before?: string[]; uid?: number; gid?: number } = {},
  ) {
    const all = bare ? env : { ...getDefaultEnvironment(), ...env };
    this.child = spawn(process.execPath, [...before, CLI, ...args], { env: all, ...user });
    this.child.stdin.on('error', () => {});
    this.child.stdout.setEncoding('utf8').on('data', text => {
      this.stdout += text;
    });
    this.child.stderr.setEncoding('utf8').on('data', text => {
      this.stderr += text;
    });
    this.exit = new Promise(resolve => this.child.on('close', (code, signal) => resolve(code ?? signal)));
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

/** An answer as it comes over the wire. */
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

/** The run's stdin and stdout as the SDK's client needs them. */
function transportOf({ child }: CommandRun): Transport {
  const buffer = new ReadBuffer();
  const transport: Transport = {
    async start() {
      child.stdout.on('data', text => {
        buffer.append(Buffer.from(text));
        for (let message = buffer.readMessage(); message; message = buffer.readMessage())
          transport.onmessage?.(message);
      });
      child.on('close', () => transport.onclose?.());
    },
    async send(message: JSONRPCMessage) {
      child.stdin.write(serializeMessage(message));
    },
    async close() {
      child.stdin.end();
    },
  };
  return transport;
}

export interface ServerSetup {
  /** Origin of the gateway. */
  gateway?: string;
  args?: string[];
  env?: Record<string, string>;
}

/** The built server and the SDK's own client, which checks every reply against the output schema. */
export class StdioServer {
  readonly run: CommandRun;
  /** Its store, which nobody else has unless the test gives it. */
  readonly folder: string | null;
  readonly client = new Client({ name: 'test', version: '0.0.0' });

  private constructor({ gateway, args = [], env = {} }: ServerSetup) {
    this.folder = env.SHOTSTACK_MCP_DATA_DIR ? null : mkdtempSync(join(tmpdir(), 'shotstack-test-'));
    this.run = new CommandRun(args, {
      SKILLBOSS_WHOLESALE_KEY: KEY,
      ...(gateway === undefined ? {} : { SKILLBOSS_BASE_URL: gateway }),
      SHOTSTACK_MCP_POLL_SECONDS: '0.2',
      SHOTSTACK_MCP_LOG_LEVEL: 'debug',
      SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0',
      ...(this.folder === null ? {} : { SHOTSTACK_MCP_DATA_DIR: this.folder }),
      ...env,
    });
  }

  static async start(setup: ServerSetup): Promise<StdioServer> {
    const server = new StdioServer(setup);
    await server.client.connect(transportOf(server.run));
    await server.client.listTools();
    return server;
  }

  /** Calls a tool; whatever comes of it, both forms of the reply are the same and tell an error as one. */
  async call(name: string, args: Record<string, unknown>, options: RequestOptions = {}): Promise<Reply> {
    const result = await this.client.callTool({ name, arguments: args }, CallToolResultSchema, {
      timeout: 70_000,
      ...options,
    });
    const reply = result.structuredContent as unknown as Reply;
    expect(result.content).toEqual([{ type: 'text', text: JSON.stringify(reply) }]);
    expect(result.isError).toBe(!reply.ok);
    return reply;
  }

  /** Ends it as hosts do, and checks that it kept its channels clean and the key to itself. */
  async stop(): Promise<void> {
    await this.client.close();
    expect(await this.run.exit).toBe(0);
    if (this.folder !== null) rmSync(this.folder, { recursive: true });
    const { stdout, stderr } = this.run;
    for (const line of linesOf(stdout)) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    for (const line of linesOf(stderr)) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), event: expect.any(String) });
    }
    for (const spelled of [KEY, JSON.stringify(KEY).slice(1, -1)]) {
      expect(stdout).not.toContain(spelled);
      expect(stderr).not.toContain(spelled);
    }
  }
}

export const linesOf = (text: string): string[] => text.split('\n').filter(line => line !== '');
