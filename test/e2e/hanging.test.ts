import { expect, it } from 'vitest';
import { CALL_MS, SUBMIT_ANSWER_MS } from '../../src/base/limits.ts';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

// The one test that waits for the server's own limits; test/jobs and test/gateway have the others, on a clock of their own.
it('a gateway that hangs ends each call in its time, holds up no other, and its late answer is kept', async () => {
  let answer = (): void => {};
  const gateway = await RecordingGateway.start((request, response) => {
    if (request.url === '/v1/run') answer = () => accept(response, 'job-late');
  });
  gateway.script('answers', (_request, response) => json(response, 200, { status: 'CANCELLED' }));
  gateway.script('queued', (_request, response, nth) => nth === 1 && json(response, 200, { status: 'IN_QUEUE' }));
  gateway.script('job-late', (_request, response) => json(response, 200, { status: 'IN_QUEUE' }));
  const server = await StdioServer.start({ gateway: gateway.url });
  const timed = async (tool: string, args: Record<string, unknown>) => {
    const start = performance.now();
    const reply = await server.call(tool, args);
    expect(performance.now() - start, tool).toBeLessThan(CALL_MS);
    return { reply, ms: performance.now() - start };
  };

  const submit = timed('update_template', { prompt: 'hangs' });
  const [poll, wait, other] = await Promise.all([
    timed('get_status', { request_id: 'hangs-at-once', wait_seconds: 0 }),
    timed('get_status', { request_id: 'queued', wait_seconds: 3 }),
    timed('get_status', { request_id: 'answers' }),
  ]);
  expect(other.reply.job?.status).toBe('CANCELLED');
  expect(wait.reply).toMatchObject({ ok: true, job: { status: 'IN_QUEUE' }, next: { action: 'call_tool' } });
  expect(poll.reply).toMatchObject({ error: { code: 'network_error' }, next: { action: 'repeat' } });

  const { reply, ms } = await submit;
  expect(ms).toBeGreaterThan(SUBMIT_ANSWER_MS - 2_000);
  expect(reply).toMatchObject({
    error: { code: 'submission_unknown', retryable: false },
    next: { action: 'call_tool', tool: 'list_jobs' },
  });
  answer();
  await expect
    .poll(async () => (await server.call('list_jobs', {})).jobs, { timeout: 30_000 })
    .toContainEqual(expect.objectContaining({ request_id: 'job-late', status: 'IN_QUEUE' }));
  expect(await server.call('update_template', { prompt: 'hangs' })).toMatchObject({
    duplicate: true,
    job: { request_id: 'job-late' },
  });
  expect(gateway.about('hangs')).toHaveLength(1);
  await server.stop();
  await gateway.close();
});
