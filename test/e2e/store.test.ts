import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite } from '../../src/jobs/store/sqlite.ts';
import type { Reply } from '../../src/tools/reply.ts';
import { KEY } from '../support/keys.ts';
import { accept, type Handler, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

const definition = (text: string): object => ({
  timeline: { tracks: [{ clips: [{ asset: { type: 'rich-text', text }, start: 0, length: 1 }] }] },
  output: { format: 'mp4', size: { width: 1280, height: 720 } },
});
const A = { prompt: 'A', template_id: 't-1', template: definition('A') };
const B = { prompt: 'B', template_id: 't-1', template: definition('B') };

let folder: string;
let gateway: RecordingGateway;
let servers: StdioServer[];
let made: number;
/** What the gateway says of each job. */
let status: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  servers = [];
  made = 0;
  status = 'IN_QUEUE';
  gateway = await RecordingGateway.start((request, response) => {
    if (request.url === '/v1/run') return accept(response, `job-${++made}`);
    json(response, 200, { status, result: { outputs: ['https://cdn.example.com/a.mp4'] } });
  });
});
afterEach(async () => {
  await Promise.all(servers.map(server => server.stop()));
  await gateway.close();
  rmSync(folder, { recursive: true });
});

async function start(env: Record<string, string> = {}): Promise<StdioServer> {
  const server = await StdioServer.start({ gateway: gateway.url, env: { SHOTSTACK_MCP_DATA_DIR: folder, ...env } });
  servers.push(server);
  return server;
}

/** Ends a server as its host does. */
async function end(server: StdioServer): Promise<void> {
  servers = servers.filter(one => one !== server);
  await server.stop();
}

const submits = (): number => gateway.requests.filter(({ url }) => url === '/v1/run').length;
const drop: Handler = (_request, response) => void response.socket?.destroy();
const statuses = (reply: Reply): string[] => (reply.jobs ?? []).map(job => job.status);

describe('an equal update', () => {
  test.each<[string, object]>([
    ['in other words', { prompt: 'Make it A, please' }],
    ['with a default spelled out', { resolution: '1080p', generate_audio: false }],
    ['with its keys in another order', { template: Object.fromEntries(Object.entries(A.template).reverse()) }],
    ['with a webhook', { webhook_url: 'https://example.com/hook' }],
    ['with null for what is not given', { name: null, image: 'null' }],
  ])('%s is answered with the job that there is', async (_what, change) => {
    const server = await start();
    await server.call('update_template', A);
    const again = await server.call('update_template', { ...A, ...change });
    expect(again).toMatchObject({ ok: true, duplicate: true, job: { request_id: 'job-1' } });
    expect(submits()).toBe(1);
  });

  test('with a lift makes one more job, and the lifted call repeated meets that one', async () => {
    const server = await start();
    await server.call('update_template', A);
    const lifted = { ...A, allow: ['duplicate'] };
    expect(await server.call('update_template', lifted)).toMatchObject({ job: { request_id: 'job-2' } });
    expect(await server.call('update_template', lifted)).toMatchObject({
      duplicate: true,
      job: { request_id: 'job-2' },
    });
    expect(submits()).toBe(2);
  });

  test('is sent again after another update of the template: that is an undo', async () => {
    status = 'COMPLETED';
    const server = await start();
    for (const update of [A, B, A]) expect((await server.call('update_template', update)).duplicate).toBeUndefined();
    expect(submits()).toBe(3);
  });

  test('of two servers at the same instant makes one job', async () => {
    const both = await Promise.all([start(), start()]);
    const replies = await Promise.all(both.map(server => server.call('update_template', A)));
    expect(new Set(replies.map(reply => reply.job?.request_id))).toEqual(new Set(['job-1']));
    expect(submits()).toBe(1);
  });

  test('with another key is still a duplicate, and so is a doubt of that key', async () => {
    await (await start()).call('update_template', A);
    gateway.script('B', drop);
    await servers[0]?.call('update_template', B);
    const rotated = await start({ SKILLBOSS_WHOLESALE_KEY: 'wk-another-key-0123456789' });
    expect(await rotated.call('update_template', A)).toMatchObject({ duplicate: true });
    expect(await rotated.call('update_template', B)).toMatchObject({ error: { code: 'submission_unknown' } });
    expect(submits()).toBe(2);
  });
});

describe('a doubt', () => {
  test('is listed first, asks one plain question, and holds back the same update after a restart', async () => {
    gateway.script('A', drop);
    const first = await start();
    expect(await first.call('update_template', A)).toMatchObject({ error: { code: 'submission_unknown' } });
    await first.call('update_template', B);
    await end(first);
    const second = await start();
    const listed = await second.call('list_jobs', { limit: 1 });
    expect(statuses(listed)[0]).toBe('UNKNOWN');
    expect(listed.next).toMatchObject({
      action: 'ask_user',
      reason: expect.stringMatching(/^The update of t-1 .*\?$/),
    });
    const held = await second.call('update_template', { ...A, prompt: 'Once more' });
    expect(held).toMatchObject({ error: { code: 'submission_unknown' }, next: { tool: 'list_jobs' } });
    expect(submits()).toBe(2);
  });

  test('that was lifted asks no more', async () => {
    gateway.script('A', drop);
    const server = await start();
    await server.call('update_template', A);
    expect(await server.call('update_template', { ...A, prompt: 'Yes', allow: ['duplicate'] })).toMatchObject({
      ok: true,
    });
    expect(await server.call('list_jobs', {})).toMatchObject({ next: { action: 'done' } });
  });
});

describe('an answer that comes while the server ends', () => {
  test.each(['stdin', 'SIGTERM'])('by %s reaches the store', async how => {
    let answer = (): void => {};
    gateway.script('A', (_request, response) => {
      answer = () => accept(response, 'job-late');
    });
    const server = await start();
    const call = server.call('update_template', A);
    call.catch(() => {});
    await expect.poll(submits, { timeout: 60_000 }).toBe(1);
    servers = [];
    if (how === 'stdin') server.run.child.stdin.end();
    else server.run.child.kill('SIGTERM');
    await expect.poll(() => server.run.stderr, { timeout: 60_000 }).toContain('stopping');
    answer();
    await server.run.exit;
    expect(await (await start()).call('list_jobs', {})).toMatchObject({ jobs: [{ request_id: 'job-late' }] });
  });
});

describe('a store that cannot be used', () => {
  test('because it is corrupt stops submits, stays where it is, and lets polls go on', async () => {
    writeFileSync(join(folder, 'jobs.sqlite'), `no database, ${'x'.repeat(5_000)}`);
    const server = await start();
    const refused = await server.call('update_template', A);
    expect(refused).toMatchObject({ error: { code: 'store_unavailable', fix_by: 'operator' } });
    expect(refused.error?.message).toContain('is corrupt');
    expect(await server.call('get_status', { request_id: 'job-9', wait_seconds: 0 })).toMatchObject({ ok: true });
    expect(submits()).toBe(0);
    expect(readdirSync(folder)).toEqual(['jobs.sqlite']);
  });

  test.each([
    ['a file is where the folder should be', () => join(folder, 'file', 'below')],
    ['the folder cannot be made', () => '/proc/nope/below'],
    ['its name is too long', () => join(folder, 'x'.repeat(300))],
  ])('because %s is one clear problem, and other calls go on', async (_what, place) => {
    writeFileSync(join(folder, 'file'), '');
    const server = await start({ SHOTSTACK_MCP_DATA_DIR: place() });
    const [refused, checked] = await Promise.all([
      server.call('update_template', A),
      server.call('validate_template', { template: A.template }),
    ]);
    expect(refused).toMatchObject({ error: { code: 'store_unavailable' }, next: { action: 'ask_user' } });
    expect(checked.ok).toBe(true);
    expect(submits()).toBe(0);
  });

  test('because it was removed is noticed before anything is sent; an id that was told comes back into it', async () => {
    const server = await start();
    await server.call('update_template', A);
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    const lost = await server.call('update_template', B);
    if (!lost.ok) expect(lost).toMatchObject({ error: { code: 'store_unavailable' } });
    await server.call('update_template', B);
    const { jobs = [] } = await server.call('list_jobs', {});
    expect(jobs.map(job => job.request_id)).toContain('job-1');
    expect(await server.call('update_template', A)).toMatchObject({ duplicate: true });
  });
});

describe('a restart', () => {
  test('keeps jobs, definitions and the spend guard', async () => {
    const first = await start({ SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '1' });
    await first.call('update_template', A);
    await end(first);
    const second = await start({ SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '1' });
    expect(await second.call('list_jobs', {})).toMatchObject({ jobs: [{ request_id: 'job-1', template_id: 't-1' }] });
    expect(await second.call('get_definition', { template_id: 't-1' })).toMatchObject({
      definition: { source: 'last_sent', value: A.template },
    });
    expect(await second.call('update_template', B)).toMatchObject({ error: { code: 'spend_guard' } });
    expect(submits()).toBe(1);
  });

  test('answers for ended jobs with the gateway down', async () => {
    status = 'FAILED';
    const first = await start();
    await first.call('update_template', A);
    await first.call('get_status', { request_id: 'job-1', wait_seconds: 5 });
    await end(first);
    const second = await start({ SKILLBOSS_BASE_URL: gateway.url });
    gateway.script('job-1', drop);
    expect(await second.call('get_status', { request_id: 'job-1' })).toMatchObject({
      ok: true,
      job: { status: 'FAILED' },
    });
  });
});

describe('resources', () => {
  test('show jobs and what was sent, newest first', async () => {
    const server = await start();
    await server.call('update_template', A);
    await server.call('update_template', B);
    const { resources } = await server.client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([
      'guide://problems',
      'guide://template',
      'job://job-2',
      'job://job-1',
      'template://t-1',
    ]);
    const { contents } = await server.client.readResource({ uri: 'template://t-1' });
    const [content] = contents;
    const { versions } = JSON.parse(content && 'text' in content ? content.text : '{}');
    expect(versions).toMatchObject([
      { request_id: 'job-2', template: B.template },
      { request_id: 'job-1', template: A.template },
    ]);
  });

  test('are only the guides without a key', async () => {
    const server = await start({ SKILLBOSS_WHOLESALE_KEY: '' });
    const { resources } = await server.client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(['guide://problems', 'guide://template']);
  });
});

test('the key is in no byte of the store, though the gateway echoes it', async () => {
  gateway.script('A', (_request, response) => accept(response, 'job-1', { said: KEY }));
  gateway.script('job-1', (_request, response) => json(response, 200, { status: 'FAILED', error: `for ${KEY}` }));
  const server = await start();
  await server.call('update_template', A);
  await server.call('get_status', { request_id: 'job-1', wait_seconds: 0 });
  await end(server);
  const database = await openSqlite(join(folder, 'jobs.sqlite'));
  await database.close();
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    for (const spelled of [KEY, JSON.stringify(KEY).slice(1, -1)]) expect(bytes.includes(spelled), name).toBe(false);
  }
});
