import { setImmediate } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { Failure } from './guidance/failure.ts';
import { explain } from './guidance/problems.ts';
import type { JobService } from './jobs/service.ts';
import type { Log } from './log.ts';
import { completeResource, listResources, RESOURCE_TEMPLATES, readResource } from './resources/catalogue.ts';
import { SERVER, TOOLS } from './stdio/announced.ts';
import type { Heard } from './stdio/handshake.ts';
import type { Lines } from './stdio/lines.ts';
import { StdioTransport } from './stdio/transport.ts';
import { callTool, findTool } from './tools/catalogue.ts';
import { Repeats } from './tools/repeats.ts';
import type { ReplyOptions } from './tools/reply.ts';
import type { Means } from './tools/tool.ts';

/** How long a call may last, milliseconds: hosts' limits start at 60 s. */
const CALL_MS = 52_000;

/** The protocol's code for a resource that is not there. */
const RESOURCE_NOT_FOUND = -32002;

export interface ServeOptions extends ReplyOptions {
  means: Means;
  log: Log;
  /** Aborts when the server is to stop: waits end at once. */
  stopping: AbortSignal;
}

/** A server that is speaking MCP over stdio. */
export interface RunningServer {
  /** Resolves when every call that has come in is answered. */
  idle(): Promise<void>;
}

/**
 * Puts the catalogue on the wire: MCP over stdin and stdout.
 *
 * @param backlog what has come in so far
 */
export async function serveMcp(lines: Lines, backlog: Heard[], options: ServeOptions): Promise<RunningServer> {
  const { means, log, stopping } = options;
  const { serverInfo, capabilities, instructions } = SERVER;
  const server = new Server(serverInfo, { capabilities, instructions });
  const repeats = new Repeats();
  const working = new Map<Promise<unknown>, AbortController>();
  // One listener for all calls: a signal that follows this one for each call would live as long as this one does.
  stopping.addEventListener('abort', () => {
    for (const ended of working.values()) ended.abort();
  });

  server.setRequestHandler(ListToolsRequestSchema, () => TOOLS);
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
    const ended = new AbortController();
    extra.signal.addEventListener('abort', () => ended.abort(), { once: true });
    const call = callTool(
      tool,
      params.arguments,
      {
        ...means,
        deadline: performance.now() + CALL_MS,
        signal: ended.signal,
        progress(done, total, message) {
          if (token === undefined || done <= last) return;
          last = done;
          const told = { progressToken: token, progress: done, ...(total === null ? {} : { total }), message };
          extra.sendNotification({ method: 'notifications/progress', params: told }).catch(() => {});
        },
      },
      { ...options, repeats },
    );
    working.set(call, ended);
    if (stopping.aborted) ended.abort();
    const reply = await call.finally(() => working.delete(call));
    log('debug', 'tool_called', { tool: tool.name, ok: !reply.isError });
    return { ...reply };
  });
  serveResources(server, options);
  server.onerror = error => log('warn', 'protocol_error', { error: error.name });

  await server.connect(new StdioTransport(lines, backlog));
  return {
    async idle() {
      // A call that has just come in begins in this turn.
      await setImmediate();
      await Promise.allSettled(working.keys());
    },
  };
}

/** The store's contents, for hosts that show resources. Without a key or a store there are none to list. */
function serveResources(server: Server, { means: { jobs }, redact }: ServeOptions): void {
  const orNone = <T>(ask: (service: JobService) => Promise<T[]>): Promise<T[]> =>
    jobs()
      .then(ask)
      .catch((error: unknown) => {
        if (error instanceof Failure) return [];
        throw error;
      });
  server.setRequestHandler(ListResourcesRequestSchema, async () => ({ resources: await orNone(listResources) }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: RESOURCE_TEMPLATES }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    const found = await jobs()
      .then(service => readResource(service, uri))
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        throw new McpError(ErrorCode.InternalError, explain(error.code, error.facts, '').error.message);
      });
    if (!found) throw new McpError(RESOURCE_NOT_FOUND, 'There is no such resource.', { uri });
    return { contents: [{ uri, mimeType: found.mimeType, text: redact(found.text) }] };
  });
  server.setRequestHandler(CompleteRequestSchema, async ({ params: { argument } }) => ({
    completion: { values: await orNone(service => completeResource(service, argument.name, argument.value)) },
  }));
}
