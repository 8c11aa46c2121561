// A server after the SDK's own guide, McpServer and one tool: the baseline of the measurements.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import * as z from 'zod';

/** What the tools answer with, so that their replies can be made as large as another server's. */
const reply = JSON.parse(process.env.ECHO_REPLY ?? '{"ok":true}') as Record<string, unknown>;

const inputSchema = { request_id: z.string(), wait_seconds: z.number().min(0).max(45).default(20) };
const server = new McpServer({ name: 'echo', version: '0.0.0' });
server.registerTool('echo', { description: 'Answers with text alone.', inputSchema }, () => ({
  content: [{ type: 'text', text: JSON.stringify(reply) }],
}));
server.registerTool(
  'echo_structured',
  {
    description: 'Answers with text and the same as a structure, which the SDK checks.',
    inputSchema,
    outputSchema: z.looseObject({ ok: z.boolean() }),
  },
  () => ({ content: [{ type: 'text', text: JSON.stringify(reply) }], structuredContent: reply }),
);
await server.connect(new StdioServerTransport());
