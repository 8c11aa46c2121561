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
  it('tells its progress, ever further, when it was asked to', async () => {
    const told: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
    await server.call('get_status', { request_id: 'job', wait_seconds: 3 }, { onprogress: step => told.push(step) });
    expect(told.length).toBeGreaterThanOrEqual(3);
    for (const [i, { progress, total, message }] of told.entries()) {
      expect(progress).toBeGreaterThan(told[i - 1]?.progress ?? -1);
      expect(total).toBeGreaterThanOrEqual(progress);
      expect(message).toBe('IN_PROGRESS');
    }
  });

  it('tells none when it was not', async () => {
    await server.call('get_status', { request_id: 'job', wait_seconds: 1 });
    expect(server.run.stdout).not.toContain('notifications/progress');
  });

  it('ends at once when it is cancelled: no more looks, no reply, and other calls go on', async () => {
    const stop = new AbortController();
    const wait = server.call('get_status', { request_id: 'job', wait_seconds: 45 }, { signal: stop.signal });
    wait.catch(() => {});
    await vi.waitFor(() => expect(gateway.about('job').length).toBeGreaterThan(1), 20_000);
    stop.abort();
    await expect(wait).rejects.toThrow();
    await delay(POLL_MS);
    const looks = gateway.about('job').length;
    expect(await server.call('get_status', { request_id: 'other', wait_seconds: 0 })).toMatchObject({ ok: true });
    await delay(3 * POLL_MS);
    expect(gateway.about('job')).toHaveLength(looks);
  });

  it('shares its poll with the other waits on the job, and all of them get its end', async () => {
    const start = performance.now();
    const waits = Array.from({ length: 8 }, () => server.call('get_status', { request_id: 'job', wait_seconds: 20 }));
    await vi.waitFor(() => expect(gateway.about('job').length).toBeGreaterThanOrEqual(5), 20_000);
    const looks = gateway.about('job').length;
    expect(looks).toBeLessThanOrEqual(1 + (performance.now() - start) / POLL_MS);
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
