import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Command, Connected } from './main-job.ts';

const NAME = { name: 'client-test', version: '0.0.0' };

/** The clients of the official SDK; each checks what a tool answers against the tool's output schema. */
export const SDK_CLIENTS: Record<string, (server: Command) => Promise<Connected>> = {
  'SDK v1': async server => {
    const client = new ClientV1(NAME);
    await client.connect(new StdioV1({ ...server, stderr: 'ignore' }));
    return {
      listTools: () => client.listTools(),
      async callTool(name, args) {
        return CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
      },
      listPrompts: () => client.listPrompts(),
      readResource: uri => client.readResource({ uri }),
      close: () => client.close(),
    };
  },
  'SDK v2': server => connectV2(new ClientV2(NAME), server),
  'SDK v2, auto': server => connectV2(new ClientV2(NAME, { versionNegotiation: { mode: 'auto' } }), server),
};

async function connectV2(client: ClientV2, server: Command): Promise<Connected> {
  await client.connect(new StdioV2({ ...server, stderr: 'ignore' }));
  return {
    listTools: () => client.listTools(),
    callTool: (name, args) => client.callTool({ name, arguments: args }),
    listPrompts: () => client.listPrompts(),
    readResource: uri => client.readResource({ uri }),
    close: () => client.close(),
  };
}
