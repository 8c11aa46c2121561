import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolResultSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';
import type { Reply } from '../../src/tools/reply.ts';
import { CommandRun, linesOf } from './command.ts';
import { holdsKey, KEY } from './keys.ts';

export interface ServerSetup {
  /** Origin of the gateway. */
  gateway?: string;
  args?: string[];
  /** Settings in place of those that the tests use, or beside them. */
  env?: Record<string, string>;
}

/** The built server and the SDK's own client, which checks every reply against the output schema. */
export class StdioServer {
  readonly run: CommandRun;
  readonly client = new Client({ name: 'test', version: '0.0.0' });

  private constructor({ gateway, args = [], env = {} }: ServerSetup) {
    this.run = new CommandRun(args, {
      SKILLBOSS_WHOLESALE_KEY: KEY,
      ...(gateway === undefined ? {} : { SKILLBOSS_BASE_URL: gateway }),
      SHOTSTACK_MCP_POLL_SECONDS: '0.2',
      SHOTSTACK_MCP_LOG_LEVEL: 'debug',
      SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0',
      ...env,
    });
  }

  static async start(setup: ServerSetup): Promise<StdioServer> {
    const server = new StdioServer(setup);
    await server.client.connect(transportOf(server.run));
    await server.client.listTools();
    return server;
  }

  /** Calls a tool; whatever comes of it, both forms of the reply are equal and mark an error as one. */
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
    const { stdout, stderr } = this.run;
    for (const line of linesOf(stdout)) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    for (const line of linesOf(stderr)) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), event: expect.any(String) });
    }
    expect({ stdout: holdsKey(stdout), stderr: holdsKey(stderr) }).toEqual({ stdout: false, stderr: false });
  }
}

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
