import { ok, deepStrictEqual as same } from 'node:assert';
import { PROMPTS } from '../../src/prompts/prompts.ts';
import { TOOLS } from '../../src/tools/tools.ts';

/** The server under test: a command line. */
export interface Command {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** A tool's answer, as far as every client shows it. */
interface Answer {
  isError?: boolean | undefined;
  structuredContent?: unknown;
  content: unknown;
}

/** A client that is connected to the server under test. */
export interface Connected {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(name: string, args: Record<string, unknown>): Promise<Answer>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  readResource(uri: string): Promise<{ contents: unknown[] }>;
  close(): Promise<void>;
}

/** As much of a reply as the main job looks at. */
interface Reply {
  ok: boolean;
  sandbox?: boolean;
  job?: { status: string; terminal: boolean; outputs: unknown[] };
  error?: { code: string };
  next: { action: string; tool?: string; arguments?: Record<string, unknown> };
}

/** The built server against its sandbox. */
export function sandboxOf(node: string, cli: string): Command {
  return {
    command: node,
    args: [cli, '--sandbox'],
    env: { SHOTSTACK_MCP_POLL_SECONDS: '0.2', SHOTSTACK_MCP_LOG_LEVEL: 'error' },
  };
}

/** A definition that the check takes. */
export const TEMPLATE = {
  timeline: { tracks: [{ clips: [{ asset: { type: 'text', text: 'Hello' }, start: 0, length: 3 }] }] },
  output: { format: 'mp4', resolution: 'sd' },
};

/** A submit, followed to its result as `next` says, and each way in which a reply may come. Throws where anything differs. */
export async function doMainJob(client: Connected): Promise<void> {
  same(namesOf((await client.listTools()).tools), namesOf(TOOLS));
  const submit = { prompt: 'Say hello', template_id: 'tpl-1', name: 'Hello', template: TEMPLATE };
  let reply = await call(client, 'update_template', submit);
  same(reply.job?.status, 'IN_QUEUE');
  while (reply.next.action === 'call_tool')
    reply = await call(client, reply.next.tool ?? '', reply.next.arguments ?? {});
  same([reply.job?.status, reply.job?.terminal, reply.next.action], ['COMPLETED', true, 'done']);
  ok(reply.job?.outputs.length);

  const refused = await call(client, 'update_template', { prompt: 'Rename it', template_id: 'tpl-1', name: 'New' });
  same([refused.ok, refused.error?.code, refused.next.action], [false, 'invalid_template', 'fix_arguments']);

  same(namesOf((await client.listPrompts()).prompts), namesOf(PROMPTS));
  ok(JSON.stringify(await client.readResource('guide://template/clip')).includes('start'));
  ok(JSON.stringify(await client.readResource('template://tpl-1')).includes('Hello'));
}

const namesOf = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name);

/** Both forms of the reply are the same, and mark an error as one. */
async function call(client: Connected, name: string, args: Record<string, unknown>): Promise<Reply> {
  const { isError, structuredContent, content } = await client.callTool(name, args);
  same(content, [{ type: 'text', text: JSON.stringify(structuredContent) }]);
  const reply = structuredContent as Reply;
  same([isError === true, reply.sandbox], [!reply.ok, true]);
  return reply;
}
