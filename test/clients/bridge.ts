import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Command } from './main-job.ts';

/** A stdio server that can be reached over Streamable HTTP. */
export interface Bridge {
  url: string;
  close(): Promise<void>;
}

/**
 * Carries messages between Streamable HTTP, on loopback, and a stdio server, a process a session. It changes none of
 * them: what a client meets is the stdio server.
 */
export async function bridge(server: Command): Promise<Bridge> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();

  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const http = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: id => void sessions.set(id, http),
    });
    await join(http as Transport, new StdioClientTransport({ ...server, stderr: 'ignore' }));
    return http;
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = request.headers['mcp-session-id'];
    const http = typeof id === 'string' ? sessions.get(id) : await open();
    if (!http) return void response.writeHead(404).end();
    await http.handleRequest(request, response);
    // It was not `initialize`, so no session came of it.
    if (http.sessionId === undefined) await http.close();
  };

  const listener = createServer((request, response) => {
    take(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/mcp`,
    async close() {
      await Promise.all([...sessions.values()].map(http => http.close()));
      listener.closeAllConnections();
      await new Promise(resolve => listener.close(resolve));
    },
  };
}

async function join(http: Transport, stdio: StdioClientTransport): Promise<void> {
  http.onmessage = message => void stdio.send(message);
  stdio.onmessage = message => void http.send(message);
  http.onclose = () => void stdio.close();
  await stdio.start();
  await http.start();
}
