import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

const POLL_MS = 200;

let gateway: RecordingGateway;
let server: StdioServer;
let folder: ReturnType<typeof makeFolder>;
/** Jobs that have ended; every other is in progress for ever. */
const ended = new Set<string>();

beforeAll(async () => {
  gateway = await RecordingGateway.start(({ subject }, response) =>
    json(response, 200, { status: ended.has(subject) ? 'CANCELLED' : 'IN_PROGRESS' }),
  );
  folder = makeFolder();
  server = await StdioServer.start({ gateway: gateway.url, env: { SHOTSTACK_MCP_ALLOWED_DIRS: folder.folder } });
});
afterAll(async () => {
  await server.stop();
  await gateway.close();
  folder.remove();
});

describe.concurrent('a wait', () => {
  it('reports ever more progress to a host that asked for it', async () => {
    const steps: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
    const onprogress = (step: (typeof steps)[number]): void => {
      steps.push(step);
      if (steps.length >= 3) ended.add('reports');
    };
    await server.call('get_status', { request_id: 'reports', wait_seconds: 45 }, { onprogress });
    expect(steps.length).toBeGreaterThanOrEqual(3);
    for (const [i, { progress, total }] of steps.entries()) {
      expect(progress).toBeGreaterThan(steps[i - 1]?.progress ?? -1);
      expect(total).toBeGreaterThanOrEqual(progress);
    }
    expect(steps[0]?.message).toBe('IN_PROGRESS');
  });

  it('reports no progress to a host that did not ask for it', async () => {
    const alone = await StdioServer.start({ gateway: gateway.url });
    await alone.call('get_status', { request_id: 'not-asked', wait_seconds: 1 });
    expect(alone.run.stdout).not.toContain('notifications/progress');
    await alone.stop();
  });

  it('ends at once when it is cancelled, without a reply or a further poll, and other calls go on', async () => {
    const stop = new AbortController();
    const wait = server.call('get_status', { request_id: 'escaped', wait_seconds: 45 }, { signal: stop.signal });
    wait.catch(() => {});
    await vi.waitFor(() => expect(gateway.about('escaped').length).toBeGreaterThan(1), 60_000);
    stop.abort();
    await expect(wait).rejects.toThrow();
    await delay(POLL_MS);
    const polls = gateway.about('escaped').length;
    expect(await server.call('get_status', { request_id: 'other', wait_seconds: 0 })).toMatchObject({ ok: true });
    await delay(3 * POLL_MS);
    expect(gateway.about('escaped')).toHaveLength(polls);
  });

  it('shares its polls with other waits for the job, and all of them end with it', async () => {
    const start = performance.now();
    const wait = { request_id: 'shared', wait_seconds: 45 };
    const waits = Array.from({ length: 8 }, () => server.call('get_status', wait));
    await vi.waitFor(() => expect(gateway.about('shared').length).toBeGreaterThanOrEqual(5), 60_000);
    const polls = gateway.about('shared').length;
    expect(polls).toBeLessThanOrEqual(1 + (performance.now() - start) / POLL_MS);
    ended.add('shared');
    for (const reply of await Promise.all(waits)) expect(reply.job?.status).toBe('CANCELLED');
    expect(gateway.about('shared').length).toBeLessThanOrEqual(2 + (performance.now() - start) / POLL_MS);
  });

  it('ends at once when the job has ended, with one poll a call at most', async () => {
    ended.add('over');
    for (let i = 0; i < 3; i++) await server.call('get_status', { request_id: 'over', wait_seconds: 20 });
    expect(gateway.about('over').length).toBeLessThanOrEqual(3);
  });
});

/** A link that lapses after so many seconds, signed anew at each look. */
function signedLink(nth: number, seconds: number): string {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  return `http://127.0.0.1:1/a.mp4?X-Amz-Date=${date}&X-Amz-Expires=${seconds}&X-Amz-Signature=${nth}`;
}

describe.concurrent('the end of a job', () => {
  const LINKS = ['https://cdn.example.com/a.mp4', 'https://cdn.example.com/b.mp4'];
  const done = (urls: (string | null)[], further = {}) => ({
    status: 'COMPLETED',
    result: { outputs: urls.map(url => ({ url })) },
    ...further,
  });
  const outputs = (count: number) => LINKS.slice(0, count).map(url => ({ url, kind: 'video' }));

  /** Submits a job to whose polls the gateway gives these answers, the last of them for ever. */
  async function submit(id: string, answers: object[]): Promise<void> {
    gateway.script(`make ${id}`, (_request, response) => accept(response, id));
    gateway.script(id, (request, response) => {
      const polls = gateway.about(id).filter(({ method }) => method === 'GET').length;
      if (request.method === 'POST') json(response, 200, { request_id: id, cancelled: true });
      else json(response, 200, answers[Math.min(polls, answers.length) - 1]);
    });
    await server.call('update_template', { prompt: `make ${id}` });
  }

  it.each<[string, string, object[]]>([
    ['whose result comes later is waited for', 'late', [done([]), done(LINKS)]],
    ['that has one of two links is waited for', 'half', [done([LINKS[0] ?? '', null]), done(LINKS)]],
  ])('%s', async (_what, id, answers) => {
    await submit(id, answers);
    expect(await server.call('get_status', { request_id: id, wait_seconds: 45 })).toMatchObject({
      ok: true,
      job: { outputs: outputs(2) },
    });
  });

  const failed = { status: 'FAILED', error: 'Moderated' };
  it.each<[string, object[], object, string[]]>([
    ['FAILED and then COMPLETED', [failed, done(LINKS)], { status: 'COMPLETED', billed: true }, ['failure']],
    [
      'COMPLETED and then FAILED',
      [done(LINKS, { _call_cost_usd: 0.2 }), failed],
      { status: 'FAILED', billed: false, failure: 'Moderated' },
      ['outputs', 'cost_usd'],
    ],
    ['given a cost later', [done(LINKS), done(LINKS, { _call_cost_usd: 0.2 })], { cost_usd: 0.2 }, []],
    ['COMPLETED and then said to be live', [done(LINKS), { status: 'IN_PROGRESS' }], { status: 'COMPLETED' }, []],
    ['COMPLETED and then without its result', [done(LINKS), done([])], { outputs: outputs(2) }, []],
    ['CANCELLED and then COMPLETED', [{ status: 'CANCELLED' }, done(LINKS)], { status: 'COMPLETED', billed: true }, []],
  ])('that is %s is reported as the newest poll has it', async (what, answers, job, missing) => {
    const id = `job ${what}`.replaceAll(' ', '-');
    await submit(id, answers);
    await server.call('get_status', { request_id: id, wait_seconds: 1 });
    await delay(2 * POLL_MS);
    const reply = await server.call('get_status', { request_id: id, wait_seconds: 0 });
    expect(reply).toMatchObject({ ok: true, job });
    for (const name of missing) expect(reply.job).not.toHaveProperty(name);
  });

  it('after a confirmed cancel is reported as a poll has it', async () => {
    await submit('ran', [{ status: 'IN_QUEUE' }, done(LINKS)]);
    const reply = await server.call('cancel_job', { request_id: 'ran' });
    expect(reply).toMatchObject({ ok: true, cancelled: false, job: { status: 'COMPLETED', billed: true } });
  });

  it('expires when its link does, and a link that has lapsed is asked for anew, before a download too', async () => {
    await submit('signed', []);
    gateway.script('signed', (_request, response, nth) => json(response, 200, done([signedLink(nth, 2)])));
    const first = await server.call('get_status', { request_id: 'signed', wait_seconds: 1 });
    const link = first.job?.outputs?.[0]?.url ?? '';
    expect(Date.parse(first.job?.expires_at ?? '')).toBeLessThanOrEqual(Date.now() + 2_000);
    await delay(2_500);
    const second = await server.call('get_status', { request_id: 'signed', wait_seconds: 0 });
    expect(second.job?.outputs?.[0]?.url).not.toBe(link);
    await delay(2_500);
    const polls = gateway.about('signed').length;
    const { error } = await server.call('download_result', { request_id: 'signed' });
    expect(error?.code).toBe('download_failed');
    expect(gateway.about('signed')).toHaveLength(polls + 1);
  });

  it('does not expire before its submit, whatever a link says', async () => {
    await submit('stale', [done([`${LINKS[0]}?X-Amz-Date=20200101T000000Z&X-Amz-Expires=3600`])]);
    const { summary, job } = await server.call('get_status', { request_id: 'stale', wait_seconds: 1 });
    expect(summary).not.toContain('lapsed');
    expect(Date.parse(job?.expires_at ?? '')).toBeGreaterThan(Date.now());
  });
});

it('a submit that is cancelled while it waits for its next try is not sent again', async () => {
  gateway.script('Changed my mind', (_request, response) =>
    json(response, 429, { error: 'slow down' }, { 'retry-after': '1' }),
  );
  const stop = new AbortController();
  const submit = server.call('update_template', { prompt: 'Changed my mind' }, { signal: stop.signal });
  submit.catch(() => {});
  await vi.waitFor(() => expect(gateway.about('Changed my mind')).toHaveLength(1), 60_000);
  stop.abort();
  await delay(1_500);
  expect(gateway.about('Changed my mind')).toHaveLength(1);
});
