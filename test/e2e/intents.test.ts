import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { definition } from '../support/definition.ts';
import { accept, type Handler, json, RecordingGateway } from '../support/recording-gateway.ts';
import { A, B, drop, Stage } from './stage.ts';

const EDITS = { edits: [{ op: 'replace', path: '/timeline/tracks/0/clips/0/asset/text', value: 'C' }] };
const UNDO = { edits: [], version: 1 };

/** A module that moves the wall clock of the process that loads it. */
const clockMovedBy = (ms: number): string =>
  `data:text/javascript,${encodeURIComponent(`const now = Date.now; Date.now = () => now() + ${ms};`)}`;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.set();
});
afterEach(() => stage.close());

describe('an update that was made before', () => {
  const FORMS: [string, object][] = [
    ['in other words', { prompt: 'Make it A, please' }],
    ['with defaults spelled out', { resolution: '1080p', generate_audio: false }],
    ['with its keys in another order', { template: Object.fromEntries(Object.entries(A.template).reverse()) }],
    ['in another Unicode form', { template: definition('Á'.normalize('NFD')) }],
    ['with a webhook', { webhook_url: 'https://93.184.216.34/hook' }],
    ['with null for what is not given', { name: null, image: 'null' }],
  ];

  test('is answered with its job when it comes again in another form', async () => {
    const server = await stage.start();
    await server.call('update_template', A);
    for (const [form, change] of FORMS) {
      const again = await server.call('update_template', { ...A, ...change });
      expect(again, form).toMatchObject({ ok: true, duplicate: true, job: { request_id: 'job-1' } });
    }
    expect(stage.submits).toBe(1);
  });

  test.each<[string, object[], number]>([
    ['as edits that change nothing', [{ edits: [] }], 1],
    ['as edits that make it, after them', [EDITS, { template: definition('C') }], 2],
    ['as the edits that made it, after it', [{ template: definition('C') }, EDITS], 2],
    ['as the version before it, twice', [{ template: B.template }, UNDO, UNDO], 3],
  ])('and comes again %s makes no further job', async (_what, updates, submits) => {
    stage.status = 'COMPLETED';
    const server = await stage.start();
    await server.call('update_template', A);
    for (const update of updates)
      await server.call('update_template', { prompt: 'Again', template_id: 't-1', ...update });
    expect(stage.submits).toBe(submits);
  });

  test('and comes again while its answer is waited for is answered with its job in one call', async () => {
    stage.gateway.script('A', (_request, response) => void setTimeout(() => accept(response, 'job-slow'), 8_000));
    const server = await stage.start();
    const replies = await Promise.all([A, A].map(update => server.call('update_template', update)));
    expect(replies.map(reply => reply.job?.request_id)).toEqual(['job-slow', 'job-slow']);
    expect(stage.submits).toBe(1);
  });

  test('comes from two servers at once and makes one job', async () => {
    const both = await Promise.all([stage.start(), stage.start()]);
    const replies = await Promise.all(both.map(server => server.call('update_template', A)));
    expect(replies.map(reply => reply.job?.request_id)).toEqual(['job-1', 'job-1']);
    expect(stage.submits).toBe(1);
  });

  test('makes one more job with a lift, and the lifted call repeated meets that job', async () => {
    const server = await stage.start();
    await server.call('update_template', A);
    const lifted = { ...A, allow: ['duplicate'] };
    expect(await server.call('update_template', lifted)).toMatchObject({ job: { request_id: 'job-2' } });
    expect(await server.call('update_template', lifted)).toMatchObject({
      duplicate: true,
      job: { request_id: 'job-2' },
    });
    expect(stage.submits).toBe(2);
  });

  test('makes one job when two equal calls with a lift come at once', async () => {
    const server = await stage.start();
    const lifted = { ...A, allow: ['duplicate'] };
    const replies = await Promise.all([lifted, lifted].map(update => server.call('update_template', update)));
    expect(replies.map(({ duplicate = false }) => duplicate).sort()).toEqual([false, true]);
    expect(stage.submits).toBe(1);
  });

  test('is sent again after another update of the template, as an undo', async () => {
    stage.status = 'COMPLETED';
    const server = await stage.start();
    for (const update of [A, B, A]) expect((await server.call('update_template', update)).duplicate).toBeUndefined();
    expect(stage.submits).toBe(3);
  });

  test('is a duplicate with another key, and a doubt stays one', async () => {
    const server = await stage.start();
    await server.call('update_template', A);
    stage.gateway.script('B', drop);
    await server.call('update_template', B);
    const rotated = await stage.start({ SKILLBOSS_WHOLESALE_KEY: 'wk-another-key-0123456789' });
    expect(await rotated.call('update_template', A)).toMatchObject({ duplicate: true });
    expect(await rotated.call('update_template', B)).toMatchObject({ error: { code: 'submission_unknown' } });
    expect(stage.submits).toBe(2);
  });

  test('is sent to another gateway, which is never asked about the job of the first', async () => {
    await (await stage.start()).call('update_template', A);
    const other = await RecordingGateway.start((_request, response) => accept(response, 'job-elsewhere'));
    const server = await stage.start({ SKILLBOSS_BASE_URL: other.url });
    expect(await server.call('update_template', A)).toMatchObject({ job: { request_id: 'job-elsewhere' } });
    expect(await server.call('get_status', { request_id: 'job-1', wait_seconds: 0 })).toMatchObject({
      error: { code: 'job_not_found', message: expect.stringContaining(new URL(stage.gateway.url).host) },
      next: { action: 'ask_user' },
    });
    expect(await server.call('cancel_job', { request_id: 'job-1' })).toMatchObject({ ok: false });
    expect(other.requests.map(({ url }) => url)).toEqual(['/v1/run']);
    await other.close();
  });
});

describe('edits of the definition last sent', () => {
  const clipOf = (text: string) => ({ asset: { type: 'rich-text', text }, start: 0, length: 1 });
  const ONE = { ...A.template, timeline: { tracks: [{ clips: [clipOf('Á')] }] } };
  const BOTH = { ...A.template, timeline: { tracks: [{ clips: [clipOf('Á'), clipOf('B')] }] } };
  const ADD = {
    prompt: 'Add B',
    template_id: 't-1',
    edits: [{ op: 'add', path: '/timeline/tracks/0/clips/-', value: clipOf('B') }],
  };
  const sent = (): unknown[] =>
    stage.gateway.requests.filter(({ url }) => url === '/v1/run').map(({ body }) => JSON.parse(body).inputs.template);
  /** Answers the first submit with this prompt in this way, and accepts the next. */
  const scriptFirst = (prompt: string, first: Handler): void =>
    stage.gateway.script(prompt, (request, response, nth) =>
      nth === 1 ? first(request, response, nth) : accept(response, `job-${prompt}`),
    );

  test.each<[string, Handler]>([
    ['fails', (_request, response) => accept(response, 'job-failed')],
    ['is refused', (_request, response) => void setTimeout(() => json(response, 503, { error: 'Overloaded' }), 500)],
  ])('are applied once when the job that they made first %s', async (_what, first) => {
    const server = await stage.start();
    await server.call('update_template', A);
    scriptFirst('Add B', first);
    stage.gateway.script('job-failed', (_request, response) => json(response, 200, { status: 'FAILED' }));
    const calls = [server.call('update_template', ADD)];
    await expect.poll(() => stage.submits).toBe(2);
    await Promise.all([...calls, server.call('update_template', ADD)]);
    expect(sent()).toEqual([ONE, BOTH, BOTH]);
  });

  test('are sent again as they were when the user says that they did not arrive', async () => {
    const server = await stage.start();
    await server.call('update_template', A);
    scriptFirst('Add B', drop);
    expect(await server.call('update_template', ADD)).toMatchObject({ error: { code: 'submission_unknown' } });
    expect(await server.call('update_template', { ...ADD, allow: ['duplicate'] })).toMatchObject({ ok: true });
    expect(sent()).toEqual([ONE, BOTH, BOTH]);
  });

  test.each<[string, object[], string]>([
    ['adds once more', [ADD, ADD], 'ask_user'],
    ['undoes an undo', [{ ...B }, UNDO, UNDO], 'ask_user'],
    ['changes nothing', [EDITS, EDITS], 'done'],
  ])('are not made again in silence: what %s', async (_what, updates, action) => {
    stage.status = 'COMPLETED';
    const server = await stage.start();
    await server.call('update_template', A);
    const replies = [];
    for (const update of updates)
      replies.push(await server.call('update_template', { prompt: 'Again', template_id: 't-1', ...update }));
    expect(replies.at(-1)).toMatchObject({ duplicate: true, next: { action } });
    expect(stage.submits).toBe(updates.length);
  });

  test('are answered with their job though they can no longer be applied', async () => {
    const server = await stage.start();
    await server.call('update_template', { ...A, template: { ...ONE, output: { ...A.template.output, fps: 25 } } });
    const remove = { prompt: 'Remove', template_id: 't-1', edits: [{ op: 'remove', path: '/output/fps' }] };
    const { job } = await server.call('update_template', remove);
    expect(await server.call('update_template', remove)).toMatchObject({ duplicate: true, job: job ?? {} });
    expect(stage.submits).toBe(2);
  });

  test('build on each other when they come at once', async () => {
    const server = await stage.start();
    await server.call('update_template', A);
    const gif = [{ op: 'replace', path: '/output/format', value: 'gif' }];
    const calls = [ADD, { ...ADD, prompt: 'GIF', edits: gif }].map(update => server.call('update_template', update));
    const replies = await Promise.all(calls);
    expect(replies).toMatchObject([{ ok: true }, { ok: true }]);
    expect(sent().at(-1)).toEqual({ ...BOTH, output: { ...A.template.output, format: 'gif' } });
  });
});

describe('a doubt', () => {
  test('is listed first, asks one plain question, and blocks the same update after a restart', async () => {
    stage.gateway.script('A', drop);
    const first = await stage.start();
    expect(await first.call('update_template', A)).toMatchObject({ error: { code: 'submission_unknown' } });
    await first.call('update_template', B);
    await stage.end(first);
    const second = await stage.start();
    const listed = await second.call('list_jobs', { limit: 1 });
    expect(listed.jobs?.[0]).toMatchObject({ status: 'UNKNOWN', template_id: 't-1' });
    expect(listed.next).toMatchObject({
      action: 'ask_user',
      reason: expect.stringMatching(/^The update of t-1 .*Send again\?$/),
    });
    const blocked = await second.call('update_template', { ...A, prompt: 'Once more' });
    expect(blocked).toMatchObject({ error: { code: 'submission_unknown' }, next: { tool: 'list_jobs' } });
    expect(stage.submits).toBe(2);
  });

  test.each([
    ['45 days ahead', 45 * 24 * 3_600_000],
    ['11 minutes ahead', 660_000],
    ['an hour back', -3_600_000],
  ])(
    'and a live job block their updates though the clock is %s, and the last definition stays the last',
    async (_how, ms) => {
      stage.gateway.script('B', drop);
      const first = await stage.start();
      await first.call('update_template', A);
      await first.call('update_template', B);
      await stage.end(first);
      const second = await stage.start({ NODE_OPTIONS: `--import=${clockMovedBy(ms)}` });
      expect(await second.call('update_template', A)).toMatchObject({ duplicate: true, job: { request_id: 'job-1' } });
      expect(await second.call('update_template', B)).toMatchObject({ error: { code: 'submission_unknown' } });
      stage.gateway.script('job-1', (_request, response) => json(response, 404, { error: 'no such job' }));
      // Longer than the poll interval and the look that confirms a 404.
      await second.call('get_status', { request_id: 'job-1', wait_seconds: 4 });
      expect((await second.call('update_template', A)).ok).toBe(ms < 0);
      const { definition } = await second.call('get_definition', { template_id: 't-1' });
      expect(definition?.value).toEqual(B.template);
      expect(stage.submits).toBe(2);
    },
  );

  test('is named as a rival by another update of its template', async () => {
    stage.gateway.script('A', drop);
    const server = await stage.start();
    await server.call('update_template', A);
    expect((await server.call('update_template', B)).summary).toContain('Another update of this template');
  });

  test('that was lifted asks no more', async () => {
    stage.gateway.script('A', drop);
    const server = await stage.start();
    await server.call('update_template', A);
    const lifted = { ...A, prompt: 'Yes', allow: ['duplicate'] };
    expect(await server.call('update_template', lifted)).toMatchObject({ ok: true });
    expect(await server.call('list_jobs', {})).toMatchObject({ next: { action: 'done' } });
  });
});

describe('a restart', () => {
  test('keeps jobs, definitions and the spend guard', async () => {
    const env = { SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '1' };
    const first = await stage.start(env);
    await first.call('update_template', A);
    await stage.end(first);
    const second = await stage.start(env);
    expect(await second.call('list_jobs', {})).toMatchObject({ jobs: [{ request_id: 'job-1', template_id: 't-1' }] });
    expect(await second.call('get_definition', { template_id: 't-1' })).toMatchObject({
      definition: { source: 'last_sent', value: A.template },
    });
    expect(await second.call('update_template', B)).toMatchObject({ error: { code: 'spend_guard' } });
    expect(stage.submits).toBe(1);
  });

  test('leaves what is known of an ended job, also while the gateway is away', async () => {
    stage.status = 'FAILED';
    const first = await stage.start();
    await first.call('update_template', A);
    await first.call('get_status', { request_id: 'job-1', wait_seconds: 5 });
    await stage.end(first);
    stage.gateway.script('job-1', drop);
    const second = await stage.start();
    expect(await second.call('get_status', { request_id: 'job-1' })).toMatchObject({
      ok: true,
      job: { status: 'FAILED' },
    });
  });
});
