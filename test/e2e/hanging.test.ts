import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Handler, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

const LONGEST_CALL_MS = 55_000;
const hang: Handler = () => {};

let gateway: RecordingGateway;
let server: StdioServer;

beforeAll(async () => {
  gateway = await RecordingGateway.start(hang);
  server = await StdioServer.start({ gateway: gateway.url });
});
afterAll(async () => {
  await server.stop();
  await gateway.close();
});

/** A call and how long it took. */
async function timed(name: string, args: Record<string, unknown>) {
  const start = performance.now();
  const reply = await server.call(name, args);
  return { reply, ms: performance.now() - start };
}

// All of these wait for the server's own limits, so they run at the same time.
describe.concurrent('a gateway that hangs', { timeout: 60_000 }, () => {
  it('leaves a submit in doubt, sent once', async () => {
    const { reply, ms } = await timed('update_template', { prompt: 'hangs' });
    expect(reply).toMatchObject({
      error: { code: 'submission_unknown', retryable: false },
      next: { action: 'call_tool', tool: 'list_jobs' },
    });
    expect(gateway.about('hangs')).toHaveLength(1);
    expect(ms).toBeGreaterThan(30_000);
    expect(ms).toBeLessThan(LONGEST_CALL_MS);
  });

  it('is out of reach for a look, however long the wait', async () => {
    const { reply, ms } = await timed('get_status', { request_id: 'hangs-at-once', wait_seconds: 45 });
    expect(reply).toMatchObject({ error: { code: 'network_error', retryable: true }, next: { action: 'repeat' } });
    expect(ms).toBeLessThan(LONGEST_CALL_MS);
  });

  it('keeps no wait past its time once the job was seen', async () => {
    gateway.script(
      'hangs-later',
      (_request, response, nth) => nth === 1 && json(response, 200, { status: 'IN_QUEUE' }),
    );
    const { reply, ms } = await timed('get_status', { request_id: 'hangs-later', wait_seconds: 3 });
    expect(reply).toMatchObject({ ok: true, job: { status: 'IN_QUEUE' }, next: { action: 'call_tool' } });
    expect(ms).toBeLessThan(LONGEST_CALL_MS);
  });

  it('ends a cancel in time, though both the cancel and the poll after it hang', async () => {
    const { reply, ms } = await timed('cancel_job', { request_id: 'hangs-at-the-cancel' });
    expect(reply).toMatchObject({ ok: false, error: { code: 'network_error', request_id: 'hangs-at-the-cancel' } });
    expect(ms).toBeLessThan(LONGEST_CALL_MS);
  });

  it('holds up no other call', async () => {
    gateway.script('answers', (_request, response) => json(response, 200, { status: 'CANCELLED' }));
    const { reply } = await timed('get_status', { request_id: 'answers' });
    expect(reply.job?.status).toBe('CANCELLED');
  });
});
