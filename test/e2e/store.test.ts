import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tenantOf } from '../../src/jobs/fingerprint.ts';
import { openSqlite } from '../../src/jobs/store/sqlite.ts';
import type { Reply } from '../../src/tools/reply.ts';
import { type RecordingGateway, startRecordingGateway } from '../jobs/store/recording-gateway.ts';
import { jobOf, KEY, type ServerProcess, startServer } from '../jobs/store/server-process.ts';

const CLIP = { asset: { type: 'rich-text', text: 'Hello' }, start: 0, length: 1 };
const DAY = 24 * 3_600_000;

let folder: string;
let gateway: RecordingGateway;
let servers: ServerProcess[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'server-'));
  gateway = await startRecordingGateway();
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map(server => server.stop()));
  await gateway.close();
  rmSync(folder, { recursive: true });
});

async function start(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServer(gateway.url, folder, settings);
  servers.push(server);
  return server;
}

/** Changes what is in the store, behind the servers' backs. */
async function inStore(text: string, parameters: (string | number | null)[] = []): Promise<unknown[]> {
  const database = await openSqlite(join(folder, 'jobs.sqlite'));
  const rows = await database.query(text, parameters);
  await database.close();
  return rows;
}

const call = { prompt: 'Make the title red' };
const look = (job: { request_id: string }): Record<string, unknown> => ({
  request_id: job.request_id,
  wait_seconds: 0,
});

test('a store that another program holds is a clear problem, and nothing else waits for it', async () => {
  const server = await start();
  await server.call('list_jobs');
  const holder = await openSqlite(join(folder, 'jobs.sqlite'));
  let free = (): void => {};
  let held: Promise<void> = Promise.resolve();
  await new Promise<void>(began => {
    held = holder.transaction('', () => {
      began();
      return new Promise(resolve => {
        free = resolve;
      });
    });
  });
  const [kept, listed] = await Promise.all([
    server.call('update_template', call),
    server.call('validate_template', {
      template: { timeline: { tracks: [{ clips: [CLIP] }] }, output: { format: 'mp4', resolution: 'hd' } },
    }),
  ]);
  expect(listed).toMatchObject({ ok: true });
  expect(kept.error).toMatchObject({
    code: 'store_unavailable',
    steps: [expect.stringContaining('Another process'), expect.any(String)],
  });
  expect(gateway.submits).toHaveLength(0);
  free();
  await held;
  await holder.close();
  expect(await server.call('update_template', call)).toMatchObject({ ok: true });
});

test('a store that was deleted under the server is noticed before anything is sent', async () => {
  const server = await start();
  await server.call('list_jobs');
  rmSync(join(folder, 'jobs.sqlite'));
  expect((await server.call('update_template', call)).error).toMatchObject({
    code: 'store_unavailable',
    message: expect.stringContaining('moved or deleted'),
  });
  expect(gateway.submits).toHaveLength(0);
  expect(await server.call('update_template', call)).toMatchObject({ ok: true });
  expect((await server.call('list_jobs')).jobs).toHaveLength(1);
});

describe('a submit on its way while the store is deleted', () => {
  const submit = async (server: ServerProcess): Promise<{ reply: Promise<Reply> }> => {
    gateway.plan.answerAfter = () => 2_000;
    const reply = server.call('update_template', call);
    while (gateway.submits.length === 0) await delay(10);
    return { reply };
  };

  test('is answered with its job', async () => {
    const server = await start();
    await server.call('list_jobs');
    const { reply } = await submit(server);
    rmSync(join(folder, 'jobs.sqlite'));
    expect((await server.call('list_jobs')).error?.code).toBe('store_unavailable');
    expect(jobOf(await reply).request_id).toBe(gateway.submits[0]?.requestId);
  });

  test('is not disturbed by calls that still use the store before', async () => {
    gateway.plan.status = () => 'IN_PROGRESS';
    const server = await start({ SHOTSTACK_MCP_POLL_SECONDS: '1' });
    let waiting: Promise<unknown> = Promise.resolve();
    await new Promise<unknown>(looked => {
      const params = { name: 'get_status', arguments: { request_id: 'elsewhere', wait_seconds: 20 } };
      waiting = server.client.callTool(params, undefined, { onprogress: looked });
    });
    rmSync(join(folder, 'jobs.sqlite'));
    await server.call('list_jobs');
    const { reply } = await submit(server);
    expect(await waiting).toMatchObject({ structuredContent: { error: { code: 'store_unavailable' } } });
    const job = jobOf(await reply);
    expect((await server.call('list_jobs')).jobs).toEqual([job]);
  });
});

describe('a restart', () => {
  test('forgets no job', async () => {
    gateway.plan.status = () => 'IN_PROGRESS';
    const before = await start();
    const job = jobOf(
      await before.call('update_template', {
        ...call,
        template_id: 'tpl',
        name: 'Promo',
        template: {
          timeline: { tracks: [{ clips: [CLIP] }] },
          output: { format: 'mp4', resolution: 'hd' },
        },
      }),
    );
    expect(job).toMatchObject({ status: 'IN_QUEUE', record_id: 'rec-none', template_id: 'tpl', name: 'Promo' });
    await before.stop();
    const after = await start();
    expect((await after.call('list_jobs')).jobs).toEqual([job]);
    expect(jobOf(await after.call('get_status', look(job)))).toMatchObject({
      ...job,
      status: 'IN_PROGRESS',
      cancellable: false,
      checked_at: expect.any(String),
    });
    expect(await after.call('update_template', { prompt: 'Another' })).toMatchObject({ ok: true });
    expect((await after.call('list_jobs', { template_id: 'tpl' })).jobs).toHaveLength(1);
  });

  test('answers for ended jobs with the gateway down', async () => {
    const before = await start();
    const job = jobOf(await before.call('update_template', call));
    const ended = jobOf(await before.call('get_status', look(job)));
    expect(ended).toMatchObject({ status: 'COMPLETED', billed: true, outputs: [{ kind: 'video' }] });
    expect(Date.parse(ended.expires_at ?? '') - Date.parse(ended.completed_at ?? '')).toBe(7 * DAY);
    await before.stop();
    await gateway.close();
    const after = await start();
    expect(await after.call('get_status', look(job))).toMatchObject({ ok: true, job: ended });
    expect(await after.call('cancel_job', { request_id: job.request_id })).toMatchObject({
      ok: true,
      cancelled: false,
    });
    expect((await after.call('list_jobs', { status: 'COMPLETED' })).jobs).toEqual([ended]);
    expect(gateway.looks.get(job.request_id)).toBe(1);
  });
});

describe('two servers on one folder', () => {
  test('make one job of the same call at the same instant', async () => {
    gateway.plan.answerAfter = () => 300;
    const pair = await Promise.all([start(), start()]);
    const replies = await Promise.all(pair.map(server => server.call('update_template', call)));
    expect(gateway.submits).toHaveLength(1);
    const [one, other] = replies.map(jobOf);
    expect(one).toEqual(other);
    expect(replies.map(reply => reply.duplicate ?? false).toSorted()).toEqual([false, true]);
  });

  test('share one look at a job', async () => {
    gateway.plan.status = () => 'IN_PROGRESS';
    const settings = { SHOTSTACK_MCP_POLL_SECONDS: '60' };
    const [one, other] = await Promise.all([start(settings), start(settings)]);
    const job = jobOf(await one.call('update_template', call));
    const seen = jobOf(await one.call('get_status', look(job)));
    for (const server of [other, one, other]) expect(jobOf(await server.call('get_status', look(job)))).toEqual(seen);
    expect(gateway.looks.get(job.request_id)).toBe(1);
  });

  test('that follow a job together ask no oftener than one', async () => {
    gateway.plan = { status: () => 'IN_PROGRESS', lookTakes: () => 100 };
    const interval = 1_000;
    const settings = { SHOTSTACK_MCP_POLL_SECONDS: String(interval / 1_000) };
    const pair = await Promise.all([start(settings), start(settings)]);
    const [first] = pair;
    const job = jobOf(await first.call('update_template', call));
    const began = performance.now();
    await Promise.all(pair.map(server => server.call('get_status', { request_id: job.request_id, wait_seconds: 4 })));
    const looks = gateway.looks.get(job.request_id) ?? 0;
    expect(looks).toBeGreaterThan(1);
    expect(looks).toBeLessThanOrEqual(Math.floor((performance.now() - began) / interval) + 1);
  });
});

describe('an equal call', () => {
  test('is answered with the job there is, unless the user allows a second', async () => {
    const server = await start();
    const job = jobOf(await server.call('update_template', call));
    const again = await server.call('update_template', call);
    expect(again).toMatchObject({ ok: true, duplicate: true, job, summary: expect.stringContaining('"duplicate"') });
    expect(gateway.submits).toHaveLength(1);
    const second = await server.call('update_template', { ...call, allow: ['duplicate'] });
    expect(second.duplicate).toBeUndefined();
    expect(jobOf(second).request_id).not.toBe(job.request_id);
    expect(gateway.submits).toHaveLength(2);
  });

  test.each([
    ['502', 502, 'server_error'],
    ['504', 504, 'server_error'],
    ['408', 408, 'submission_unknown'],
    ['520', 520, 'submission_unknown'],
    ['524', 524, 'submission_unknown'],
  ])('after a %i on the way is a doubt, not a second submit', async (_, status, code) => {
    gateway.plan.submit = () => status;
    const server = await start();
    expect((await server.call('update_template', call)).error).toMatchObject({ code, http_status: status });
    gateway.plan.submit = () => 202;
    const again = await server.call('update_template', call);
    expect(again.error).toMatchObject({ code: 'submission_unknown', fix_by: 'user' });
    expect(again.error?.steps.join(' ')).toContain('"duplicate"');
    expect(again.next).toMatchObject({ action: 'call_tool', tool: 'list_jobs' });
    expect(gateway.submits).toHaveLength(1);
    expect(await server.call('list_jobs')).toMatchObject({
      jobs: [{ status: 'UNKNOWN', request_id: null, billed: null }],
      next: { action: 'ask_user' },
    });
    const allowed = await server.call('update_template', { ...call, allow: ['duplicate'] });
    expect(allowed).toMatchObject({ ok: true, job: { status: 'IN_QUEUE' } });
  });

  test.each([400, 401, 402, 429, 500, 503])(
    'after a refusal with %i starts anew, for no job came of it',
    async status => {
      gateway.plan.submit = () => status;
      const server = await start();
      expect((await server.call('update_template', call)).error?.http_status).toBe(status);
      expect((await server.call('list_jobs')).jobs).toEqual([]);
      gateway.plan.submit = () => 202;
      expect(await server.call('update_template', call)).toMatchObject({ ok: true, job: { status: 'IN_QUEUE' } });
      expect((await server.call('list_jobs')).jobs).toHaveLength(1);
    },
  );
});

test('the spend guard holds over a restart and says when the next submit is free', async () => {
  const settings = { SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '2' };
  const before = await start(settings);
  const first = jobOf(await before.call('update_template', { prompt: 'one' }));
  await before.call('update_template', { prompt: 'two' });
  await before.stop();
  const after = await start(settings);
  const refused = await after.call('update_template', { prompt: 'three' });
  expect(refused.error).toMatchObject({ code: 'spend_guard', fix_by: 'user', retryable: false });
  const free = new Date(Date.parse(first.submitted_at) + 3_600_000).toISOString();
  expect(refused.error?.message).toContain(`at ${free}`);
  expect(refused.next.action).toBe('ask_user');
  expect(gateway.submits.map(submit => submit.prompt)).toEqual(['one', 'two']);
});

describe('a store that cannot be used', () => {
  test.each([
    ['a file stands in the place of its folder', {}, 'jobs.sqlite'],
    [
      'its database is out of reach',
      { SHOTSTACK_MCP_DATABASE_URL: 'postgres://u:canary-password@127.0.0.1:1/jobs' },
      '127.0.0.1:1/jobs',
    ],
  ])('lets nothing leave: %s', async (_, settings, named) => {
    writeFileSync(join(folder, 'file'), '');
    const server = await startServer(gateway.url, join(folder, 'file'), settings);
    servers.push(server);
    const reply = await server.call('update_template', call);
    expect(reply.error).toMatchObject({ code: 'store_unavailable', fix_by: 'operator', retryable: false });
    expect(reply.error?.message).toContain(named);
    expect(reply.error?.message).toContain('nothing was submitted');
    expect(JSON.stringify(reply)).not.toContain('canary-password');
    expect(reply.next.action).toBe('ask_user');
    expect(gateway.submits).toEqual([]);
    expect(await listed(server.client)).toEqual([]);
  });

  test('for its file is corrupt is set aside, and the next call goes on', async () => {
    writeFileSync(join(folder, 'jobs.sqlite'), 'garbage '.repeat(999));
    const server = await start();
    expect((await server.call('update_template', call)).error).toMatchObject({ code: 'store_unavailable' });
    expect(gateway.submits).toEqual([]);
    expect(await server.call('update_template', call)).toMatchObject({ ok: true });
    expect(readdirSync(folder).filter(name => /\.corrupt-\d+$/.test(name))).toHaveLength(1);
  });
});

describe('a job that the gateway does not know', () => {
  test.each([
    ['older than seven days', 7 * DAY + 60_000, 'result_expired', 'done'],
    ['younger', 7 * DAY - 60_000, 'job_not_found', 'call_tool'],
  ])('is told apart by its age: %s', async (_, age, code, action) => {
    const server = await start();
    const job = jobOf(await server.call('update_template', call));
    await inStore('UPDATE jobs SET submitted_at = ?', [Date.now() - age]);
    gateway.plan.status = () => null;
    const reply = await server.call('get_status', look(job));
    expect(reply).toMatchObject({ error: { code, request_id: job.request_id }, next: { action } });
  });

  test('and the store neither is just not found', async () => {
    gateway.plan.status = () => null;
    const server = await start();
    const reply = await server.call('get_status', { request_id: 'nobody', wait_seconds: 0 });
    expect(reply.error?.code).toBe('job_not_found');
    expect((await server.call('list_jobs')).jobs).toEqual([]);
  });
});

test('a job that was submitted elsewhere is looked up once and remembered', async () => {
  const server = await start();
  const reply = await server.call('get_status', { request_id: 'elsewhere', wait_seconds: 0 });
  const job = jobOf(reply);
  expect(job).toMatchObject({ status: 'COMPLETED', completed_at: null, expires_at: null, template_id: null });
  expect((await server.call('list_jobs')).jobs).toEqual([job]);
  await server.call('get_status', { request_id: 'elsewhere', wait_seconds: 0 });
  expect(gateway.looks.get('elsewhere')).toBe(1);
});

/** What the store has to read, without the guides, which are always there. */
async function listed(client: ServerProcess['client']): Promise<string[]> {
  const { resources } = await client.listResources();
  return resources.map(({ uri }) => uri).filter(uri => !uri.startsWith('guide://'));
}

describe('resources', () => {
  test('show jobs and what was sent, newest first', async () => {
    const { client, call: callTool } = await start();
    const send = async (n: number, templateId: string): Promise<string> => {
      const template = {
        timeline: { tracks: [{ clips: [CLIP] }], background: `#00000${n}` },
        output: { format: 'mp4', resolution: 'hd' },
      };
      const args = { prompt: `Version ${n}`, template_id: templateId, name: `v${n}`, template };
      return jobOf(await callTool('update_template', args)).request_id;
    };
    const read = async (uri: string): Promise<unknown> => {
      const { contents } = await client.readResource({ uri });
      const [content] = contents;
      expect(content).toMatchObject({ uri, mimeType: 'application/json' });
      return content && 'text' in content ? JSON.parse(content.text) : null;
    };
    const jobs = [];
    for (const n of [1, 2, 3]) jobs.push(await send(n, n === 3 ? 'näme/3' : 'tpl'));
    const [first, second, third] = jobs;

    const uris = await listed(client);
    const other = `template://${encodeURIComponent('näme/3')}`;
    expect(uris).toEqual([`job://${third}`, `job://${second}`, `job://${first}`, other, 'template://tpl']);
    for (const uri of uris) expect(await read(uri)).toBeTruthy();
    expect((await client.listResourceTemplates()).resourceTemplates.map(each => each.uriTemplate)).toEqual([
      'job://{request_id}',
      'template://{template_id}',
      'guide://template/{+part}',
    ]);

    expect(await read(`job://${first}`)).toMatchObject({ request_id: first, status: 'IN_QUEUE', name: 'v1' });
    const version = (n: number, id: string | undefined) => ({
      request_id: id,
      name: `v${n}`,
      template: { timeline: { background: `#00000${n}` } },
    });
    expect(await read('template://tpl')).toMatchObject({
      template_id: 'tpl',
      versions: [version(2, second), version(1, first)],
    });
    for (const uri of ['job://nobody', 'template://nobody', 'job://', 'nothing://tpl', 'template://%zz'])
      await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32002 });

    const complete = async (uri: string, name: string, value: string): Promise<string[]> =>
      (await client.complete({ ref: { type: 'ref/resource', uri }, argument: { name, value } })).completion.values;
    const prefix = first?.slice(0, -1) ?? '';
    expect(await complete('job://{request_id}', 'request_id', prefix)).toEqual([third, second, first]);
    expect(await complete('job://{request_id}', 'request_id', first ?? '')).toEqual([first]);
    expect(await complete('template://{template_id}', 'template_id', 't')).toEqual(['tpl']);
  });

  test('are none without a key', async () => {
    const { client } = await start({ SKILLBOSS_WHOLESALE_KEY: '' });
    expect(await listed(client)).toEqual([]);
    await expect(client.readResource({ uri: 'job://any' })).rejects.toThrow('SKILLBOSS_WHOLESALE_KEY');
  });
});

test('jobs of another key are not shown', async () => {
  const mine = await start();
  const job = jobOf(await mine.call('update_template', call));
  gateway.plan.status = () => null;
  const other = await start({ SKILLBOSS_WHOLESALE_KEY: 'another-key' });
  expect((await other.call('list_jobs')).jobs).toEqual([]);
  expect((await other.call('get_status', look(job))).error?.code).toBe('job_not_found');
  expect((await mine.call('list_jobs')).jobs).toEqual([job]);
});

test('the key is in no byte of the store, though the gateway echoes it', async () => {
  gateway.plan.echo = KEY;
  const server = await start();
  const replies = [];
  for (const prompt of ['done', 'failed', 'refused']) {
    gateway.plan.submit = () => (prompt === 'refused' ? 504 : 202);
    gateway.plan.status = () => (prompt === 'failed' ? 'FAILED' : 'COMPLETED');
    const reply = await server.call('update_template', { prompt, template_id: 'tpl' });
    replies.push(reply);
    if (reply.job) replies.push(await server.call('get_status', look(jobOf(reply))));
  }
  replies.push(await server.call('list_jobs'));
  expect(JSON.stringify(replies)).toContain('[key]');
  expect(JSON.stringify(replies)).not.toContain(KEY);
  expect(await inStore('SELECT DISTINCT tenant FROM jobs')).toEqual([{ tenant: tenantOf(KEY) }]);
  expect(readdirSync(folder)).toContain('jobs.sqlite');
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes(KEY), name).toBe(false);
});
