import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Job } from '../../../src/jobs/job.ts';
import type { Reply } from '../../../src/tools/reply.ts';

const PROGRAM = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

/** The key that the servers under test are given: a canary. */
export const KEY = 'canary-wholesale-key-7f3a';

/** The built server, running, with a client at its other end. */
export interface ServerProcess {
  client: Client;
  call(name: string, args?: Record<string, unknown>): Promise<Reply>;
  /** Ends it as a host does. */
  stop(): Promise<void>;
  /** Ends it at once: kill -9. */
  kill(): Promise<void>;
}

/**
 * Starts the built server.
 *
 * @param folder where its store is
 * @param settings further environment variables
 */
export async function startServer(
  url: string,
  folder: string,
  settings: Record<string, string> = {},
): Promise<ServerProcess> {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM],
    env: {
      SKILLBOSS_BASE_URL: url,
      SKILLBOSS_WHOLESALE_KEY: KEY,
      SHOTSTACK_MCP_DATA_DIR: folder,
      SHOTSTACK_MCP_LOG_LEVEL: 'error',
      ...settings,
    },
    stderr: 'ignore',
  });
  const gone = new Promise<void>(resolve => {
    client.onclose = resolve;
  });
  await client.connect(transport);
  return {
    client,
    async call(name, args = {}) {
      const { structuredContent } = await client.callTool({ name, arguments: args });
      return structuredContent as unknown as Reply;
    },
    stop: () => client.close(),
    async kill() {
      if (transport.pid !== null) process.kill(transport.pid, 'SIGKILL');
      await gone;
    },
  };
}

/** The job in a reply that must have one with an id. */
export function jobOf(reply: Reply): Job & { request_id: string } {
  const { job } = reply;
  if (!job || job.request_id === undefined) throw new Error(`There is no job in it: ${JSON.stringify(reply)}`);
  return { ...job, request_id: job.request_id };
}
