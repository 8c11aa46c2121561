import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { VERSION } from './base/version.ts';

/** As much of a reply as the demo looks at. */
interface Seen {
  ok: boolean;
  summary: string;
  cancelled?: boolean;
  job?: { request_id?: string; status: string; terminal: boolean; billed?: boolean; outputs?: { url: string }[] };
  error?: { code: string; fix_by: string; message: string; steps: string[] };
  next: { action: string; tool?: string; arguments?: Record<string, unknown>; after_seconds?: number; reason: string };
}

const TEMPLATE = {
  timeline: {
    background: '#101820',
    tracks: [{ clips: [{ asset: { type: 'text', text: 'Hello, {{ NAME }}' }, start: 0, length: 3 }] }],
  },
  output: { format: 'mp4', size: { width: 1280, height: 720 } },
  merge: [{ find: 'NAME', replace: 'world' }],
};

/** Runs the main job against the sandbox, over stdio and through a real client, and prints what happens. */
export async function demo(): Promise<void> {
  const entry = process.argv[1];
  if (!entry) throw new Error('The demo does not know which file to start.');
  // The reader may close the pipe before the end, as `head` does.
  process.stdout.on('error', () => process.exit());
  const client = new Client({ name: 'demo', version: VERSION });
  const env = { SHOTSTACK_MCP_LOG_LEVEL: 'error', SHOTSTACK_MCP_POLL_SECONDS: '1' };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [entry, '--sandbox'], env }));
  try {
    await narrate(client);
    say('\nEvery step went as expected. Nothing left this machine and nothing was billed.');
  } catch (error) {
    say(`\nThe demo failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    await client.close();
  }
}

async function narrate(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  say('The tools an agent sees:');
  for (const tool of tools) say(`  ${tool.name.padEnd(17)} ${tool.title}`);

  heading('1. The main job: submit, then follow next to the result');
  let reply = await call(client, 'update_template', {
    prompt: 'Greet the world',
    template_id: 'demo-1',
    name: 'Greeting',
    template: TEMPLATE,
  });
  expect(reply.ok && reply.job?.status === 'IN_QUEUE', 'the job is queued');
  while (reply.next.action === 'call_tool' && reply.next.tool) {
    reply = await call(client, reply.next.tool, { ...reply.next.arguments, wait_seconds: 2 });
  }
  expect(reply.job?.status === 'COMPLETED' && reply.next.action === 'done', 'the job completes');
  say(`  result: ${reply.job?.outputs?.[0]?.url}`);

  heading('2. A careless rename is refused: without a definition it would blank the template');
  reply = await call(client, 'update_template', { prompt: 'Rename it', template_id: 'demo-1', name: 'New name' });
  expect(reply.error?.code === 'invalid_template', 'the rename is refused');
  say('  … so the definition that was sent last is sent under the new name, as next says');
  reply = await call(client, reply.next.tool ?? '', reply.next.arguments ?? {});
  expect(reply.ok && reply.job?.status === 'IN_QUEUE', 'the rename is taken with the definition');

  heading('3. A cancel in time');
  reply = await update(client, 'Changed my mind [sandbox:queued]', 'demo-2');
  reply = await call(client, 'cancel_job', { request_id: reply.job?.request_id });
  expect(reply.cancelled === true && reply.job?.billed === false, 'the queued job is cancelled');

  heading('4. A cancel too late (409): the job runs to its end');
  reply = await update(client, 'Too late [sandbox:started]', 'demo-3');
  reply = await call(client, 'cancel_job', { request_id: reply.job?.request_id });
  expect(reply.error?.code === 'not_cancellable' && reply.next.tool === 'get_status', 'the cancel is too late');
  reply = await call(client, 'get_status', reply.next.arguments ?? {});
  expect(reply.job?.status === 'COMPLETED', 'the job runs to its end');

  heading('5. The balance is too low (402): only the user can help');
  reply = await update(client, 'Too dear [sandbox:402]', 'demo-4');
  expect(
    reply.error?.code === 'insufficient_credits' && reply.next.action === 'ask_user',
    'the user is asked to top up',
  );

  heading('6. Rate limited (429): the very same call again, which the server holds until its time');
  reply = await update(client, 'Too fast [sandbox:429]', 'demo-5');
  const wait = reply.next.after_seconds ?? 0;
  expect(
    reply.error?.code === 'rate_limited' && reply.next.action === 'repeat' && wait > 0,
    'next says to make the same call again',
  );
  say(`  … made again at once, as next says: the server waits for what is left of ${wait} s`);
  reply = await update(client, 'Too fast [sandbox:429]', 'demo-5');
  expect(reply.ok && reply.job?.status === 'IN_QUEUE', 'the same call is taken now');
}

const update = (client: Client, prompt: string, template_id: string): Promise<Seen> =>
  call(client, 'update_template', { prompt, template_id, template: TEMPLATE });

async function call(client: Client, name: string, args: Record<string, unknown>): Promise<Seen> {
  const shown = { ...args, ...('template' in args ? { template: '{timeline, output, merge}' } : {}) };
  say(`> ${name} ${JSON.stringify(shown)}`);
  const result = await client.callTool({ name, arguments: args }, CallToolResultSchema);
  const reply = result.structuredContent as unknown as Seen;
  const { ok, summary, error } = reply;
  say(
    ok ? `  ok: ${summary}` : `  error ${error?.code}, to be solved by: ${error?.fix_by}: ${error?.message} ${summary}`,
  );
  for (const step of error?.steps ?? []) say(`    - ${step}`);
  say(`  next: ${reply.next.action}${reply.next.tool ? ` ${reply.next.tool}` : ''}: ${reply.next.reason}`);
  return reply;
}

function expect(condition: boolean | undefined, claim: string): void {
  if (!condition) throw new Error(`expected that ${claim}.`);
}

const heading = (text: string): void => say(`\n${text}`);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
