import { setImmediate } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  RequestSchema,
  type ServerNotification,
  type ServerRequest,
  type ServerResult,
} from '@modelcontextprotocol/sdk/types.js';
import type * as z from 'zod';
import { ArgumentsFailure, Failure } from './base/failure.ts';
import { CALL_MS } from './base/limits.ts';
import type { Log } from './base/log.ts';
import { formatPath } from './base/text.ts';
import { lookUpProblem } from './guidance/explain.ts';
import type { JobService } from './jobs/service.ts';
import { getPrompt, listPrompts } from './prompts/prompts.ts';
import { completePart, GUIDE_TEMPLATES, GUIDES, readGuide } from './resources/guides.ts';
import { completeResource, listResources, RESOURCE_TEMPLATES, readResource } from './resources/resources.ts';
import type { Answers } from './sandbox-answers.ts';
import type { BacklogMessage } from './stdio/handshake.ts';
import type { JsonLineStream } from './stdio/lines.ts';
import { StdioTransport } from './stdio/transport.ts';
import { Repeats } from './tools/repeats.ts';
import type { Services } from './tools/tool.ts';
import { callTool, findTool, TOOLS } from './tools/tools.ts';

/** The protocol's code for a resource that is not there. */
const RESOURCE_NOT_FOUND = -32002;

export interface ServeOptions {
  /** What the handshake has said or would say. */
  answers: Answers;
  services: Services;
  /** Why no call can be carried out at all. */
  refusal: Failure | undefined;
  log: Log;
  /** Marks every reply. */
  sandbox: boolean;
  /** Aborts when the server is to stop: waits end at once. */
  stopping: AbortSignal;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

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
export async function serveMcp(
  lines: JsonLineStream,
  backlog: BacklogMessage[],
  options: ServeOptions,
): Promise<RunningServer> {
  const { answers, services, refusal, log, sandbox, stopping } = options;
  const { serverInfo, capabilities, instructions } = answers.server;
  const server = new Server(serverInfo, { capabilities, instructions });
  const repeats = new Repeats(services.clock);
  const working = new Map<Promise<unknown>, AbortController>();
  // One listener for all calls: a signal that follows this one for each call would live as long as this one does.
  stopping.addEventListener('abort', () => {
    for (const ended of working.values()) ended.abort();
  });

  handle(server, ListToolsRequestSchema, async () => answers.tools);
  handle(server, CallToolRequestSchema, async ({ params }, extra) => {
    const tool = findTool(params.name);
    if ('meant' in tool) {
      const hint = tool.meant
        ? `Did you mean ${tool.meant}?`
        : `There are ${TOOLS.map(({ name }) => name).join(', ')}.`;
      throw new McpError(ErrorCode.InvalidParams, `There is no such tool. ${hint}`);
    }
    const token = extra._meta?.progressToken;
    let last = -1;
    const ended = new AbortController();
    // What is read in one turn with the call, such as its cancelling, is handled before it begins.
    if (stopping.aborted || extra.signal.aborted) ended.abort();
    extra.signal.addEventListener('abort', () => ended.abort(), { once: true });
    const call = callTool(
      tool,
      params.arguments,
      {
        ...services,
        deadline: performance.now() + CALL_MS,
        signal: ended.signal,
        progress(done, total, message) {
          if (token === undefined || done <= last) return;
          last = done;
          const params = { progressToken: token, progress: done, ...(total === null ? {} : { total }), message };
          extra.sendNotification({ method: 'notifications/progress', params }).catch(() => {});
        },
      },
      { sandbox, log, repeats, refusal },
    );
    working.set(call, ended);
    const reply = await call.finally(() => working.delete(call));
    log('debug', 'tool_called', { tool: tool.name, ok: !reply.isError });
    return { ...reply };
  });
  serveResources(server, options);
  servePrompts(server);
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

/** The guides and the store's contents. Without a key or a store there are only guides to list. */
function serveResources(server: Server, { services: { jobs } }: ServeOptions): void {
  const orNone = <T>(ask: (service: JobService) => Promise<T[]>): Promise<T[]> =>
    jobs()
      .then(ask)
      .catch((error: unknown) => {
        if (error instanceof Failure) return [];
        throw error;
      });
  handle(server, ListResourcesRequestSchema, async () => ({
    resources: [...GUIDES, ...(await orNone(listResources))],
  }));
  handle(server, ListResourceTemplatesRequestSchema, async () => ({
    resourceTemplates: [...RESOURCE_TEMPLATES, ...GUIDE_TEMPLATES],
  }));
  handle(server, ReadResourceRequestSchema, async ({ params: { uri } }) => {
    if (uri.startsWith('guide://')) {
      const guide = await readGuide(uri);
      if ('text' in guide) return { contents: [{ uri, ...guide }] };
      throw new McpError(RESOURCE_NOT_FOUND, `There is no such guide. See ${guide.meant.join(' or ')}.`, { uri });
    }
    const found = await jobs()
      .then(service => readResource(service, uri))
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        const { message } = lookUpProblem(error).words;
        throw new McpError(ErrorCode.InternalError, message);
      });
    if (!found) throw new McpError(RESOURCE_NOT_FOUND, 'There is no such resource.', { uri });
    return { contents: [{ uri, mimeType: found.mimeType, text: found.text }] };
  });
  handle(server, CompleteRequestSchema, async ({ params: { argument } }) => ({
    completion: {
      values:
        argument.name === 'part'
          ? await completePart(argument.value)
          : await orNone(service => completeResource(service, argument.name, argument.value)),
    },
  }));
}

function servePrompts(server: Server): void {
  handle(server, ListPromptsRequestSchema, async () => ({ prompts: listPrompts() }));
  handle(server, GetPromptRequestSchema, async ({ params }) => {
    try {
      const { description, text } = getPrompt(params.name, params.arguments ?? {});
      return { description, messages: [{ role: 'user', content: { type: 'text', text } }] };
    } catch (error) {
      if (!(error instanceof ArgumentsFailure)) throw error;
      throw new McpError(ErrorCode.InvalidParams, error.facts.issues.map(({ message }) => message).join(' '));
    }
  });
}

/** Sets a handler as the SDK does, but a request that does not fit is answered with what is wrong, not with an internal error. */
function handle<Schema extends z.ZodObject<{ method: z.ZodLiteral<string> }>>(
  server: Server,
  schema: Schema,
  handler: (request: z.infer<Schema>, extra: Extra) => Promise<ServerResult>,
): void {
  server.setRequestHandler(schema.extend({ params: RequestSchema.shape.params }), (request, extra) => {
    const { data, error } = schema.safeParse(request);
    if (!error) return handler(data, extra);
    const mistakes = error.issues.map(({ path, message }) => `${formatPath(path)}: ${message}.`);
    throw new McpError(ErrorCode.InvalidParams, mistakes.join(' '));
  });
}
