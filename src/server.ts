import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { JobService } from './jobs/service.ts';
import type { Log } from './log.ts';
import { callTool, findTool, INSTRUCTIONS, listTools } from './tools/catalogue.ts';
import type { ReplyOptions } from './tools/reply.ts';
import { VERSION } from './version.ts';

/** The most that one message may hold: pictures travel inside it as base64. */
const MESSAGE_CAP_BYTES = 128 * 1024 * 1024;

export interface ServeOptions extends ReplyOptions {
  /** The job service, made when first asked for. */
  jobs: () => Promise<JobService>;
  log: Log;
  /** Aborts when the server is to stop: waits end at once. */
  stopping: AbortSignal;
}

/** A server that is speaking MCP over stdio. */
export interface RunningServer {
  /** Resolves when every call that has come in is answered. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Puts the catalogue on the wire: MCP over stdin and stdout. */
export async function serveStdio(options: ServeOptions): Promise<RunningServer> {
  const { log, stopping } = options;
  const server = new Server(
    { name: 'shotstack-template-mcp', title: 'Shotstack templates', version: VERSION },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  const working = new Set<Promise<unknown>>();

  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listTools() }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = findTool(params.name);
    if ('meant' in tool) {
      throw new McpError(
        ErrorCode.InvalidParams,
        `There is no such tool.${tool.meant ? ` Did you mean ${tool.meant}?` : ''}`,
      );
    }
    const token = extra._meta?.progressToken;
    let last = -1;
    const call = callTool(
      tool,
      params.arguments,
      {
        jobs: options.jobs,
        signal: AbortSignal.any([extra.signal, stopping]),
        progress(done, total, message) {
          if (token === undefined || done <= last) return;
          last = done;
          const told = { progressToken: token, progress: done, total, message };
          extra.sendNotification({ method: 'notifications/progress', params: told }).catch(() => {});
        },
      },
      options,
    );
    working.add(call);
    const reply = await call.finally(() => working.delete(call));
    log('debug', 'tool_called', { tool: tool.name, ok: !reply.isError });
    return { ...reply };
  });
  server.onerror = error => log('warn', 'protocol_error', { error: error.message.slice(0, 500) });

  await server.connect(new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MESSAGE_CAP_BYTES }));
  return {
    idle: async () => void (await Promise.allSettled(working)),
    close: () => server.close(),
  };
}
