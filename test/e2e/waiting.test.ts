import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

const POLL_MS = 200;

let gateway: RecordingGateway;
let server: StdioServer;
let ended: boolean;

beforeEach(async () => {
  ended = false;
  gateway = await RecordingGateway.start((_request, response) =>
    json(response, 200, { status: ended ? 'CANCELLED' : 'IN_PROGRESS' }),
  );
  server = await StdioServer.start({ gateway: gateway.url });
});
afterEach(async () => {
  await server.stop();
  await gateway.close();
});

describe('a wait', () => {
  it('reports ever more progress to a host that asked for it', async () => {
    const steps: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
    const onprogress = (step: (typeof steps)[number]): void => {
      steps.push(step);
      ended = steps.length >= 3;
    };
    await server.call('get_status', { request_id: 'job', wait_seconds: 45 }, { onprogress });
    expect(steps.length).toBeGreaterThanOrEqual(3);
    for (const [i, { progress, total }] of steps.entries()) {
      expect(progress).toBeGreaterThan(steps[i - 1]?.progress ?? -1);
      expect(total).toBeGreaterThanOrEqual(progress);
    }
    expect(steps[0]?.message).toBe('IN_PROGRESS');
  });

  it('reports no progress to a host that did not ask for it', async () => {
    await server.call('get_status', { request_id: 'job', wait_seconds: 1 });
    expect(server.run.stdout).not.toContain('notifications/progress');
  });

  it('ends at once when it is cancelled, without a reply or a further poll, and other calls go on', async () => {
    const stop = new AbortController();
    const wait = server.call('get_status', { request_id: 'job', wait_seconds: 45 }, { signal: stop.signal });
    wait.catch(() => {});
    await vi.waitFor(() => expect(gateway.about('job').length).toBeGreaterThan(1), 60_000);
    stop.abort();
    await expect(wait).rejects.toThrow();
    await delay(POLL_MS);
    const polls = gateway.about('job').length;
    expect(await server.call('get_status', { request_id: 'other', wait_seconds: 0 })).toMatchObject({ ok: true });
    await delay(3 * POLL_MS);
    expect(gateway.about('job')).toHaveLength(polls);
  });

  it('shares its polls with other waits for the job, and all of them end with it', async () => {
    const start = performance.now();
    const waits = Array.from({ length: 8 }, () => server.call('get_status', { request_id: 'job', wait_seconds: 45 }));
    await vi.waitFor(() => expect(gateway.about('job').length).toBeGreaterThanOrEqual(5), 60_000);
    const polls = gateway.about('job').length;
    expect(polls).toBeLessThanOrEqual(1 + (performance.now() - start) / POLL_MS);
    ended = true;
    for (const reply of await Promise.all(waits)) expect(reply.job?.status).toBe('CANCELLED');
    expect(gateway.about('job').length).toBeLessThanOrEqual(2 + (performance.now() - start) / POLL_MS);
  });

  it('ends at once when the job has ended, with one poll a call at most', async () => {
    ended = true;
    for (let i = 0; i < 3; i++) await server.call('get_status', { request_id: 'job', wait_seconds: 20 });
    expect(gateway.about('job').length).toBeLessThanOrEqual(3);
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
