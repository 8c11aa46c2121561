import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** Longer than the server pauses within a call, so that it hands the pause back. */
const PAUSE_SECONDS = 11;
const LOOK = { request_id: 'job', wait_seconds: 0 };

let gateway: RecordingGateway;
let server: StdioServer;

beforeEach(async () => {
  gateway = await RecordingGateway.start();
  server = await StdioServer.start({ gateway: gateway.url });
});
afterEach(async () => {
  await server.stop();
  await gateway.close();
});

/** Answers the first request about the job with a pause, and the others with its state. */
function limitOnce(seconds: number): void {
  gateway.script('job', (_request, response, nth) => {
    if (nth === 1) json(response, 429, { error: 'slow down' }, { 'retry-after': String(seconds) });
    else json(response, 200, { status: 'CANCELLED' });
  });
}

describe('a repeat that comes too early', () => {
  it('is held, with progress, until its time has come, and then asks the gateway once for two equal calls', async () => {
    limitOnce(PAUSE_SECONDS);
    const messages: string[] = [];
    const onprogress = ({ message = '' }) => void messages.push(message);
    const start = performance.now();
    expect((await server.call('get_status', LOOK)).next).toMatchObject({ action: 'repeat' });
    const replies = await Promise.all([
      server.call('get_status', LOOK, { onprogress }),
      server.call('get_status', LOOK),
    ]);
    for (const reply of replies) expect(reply).toMatchObject({ ok: true, job: { status: 'CANCELLED' } });
    expect(performance.now() - start).toBeGreaterThan((PAUSE_SECONDS - 1) * 1000);
    expect(gateway.about('job')).toHaveLength(2);
    expect(messages[0]).toMatch(/^waits \d+ s before it repeats the call$/);
  });

  it('is answered with the seconds that are left where a call may not wait so long', async () => {
    limitOnce(600);
    await server.stop();
    const env = { SHOTSTACK_MCP_MAX_WAIT_SECONDS: '1' };
    server = await StdioServer.start({ gateway: gateway.url, env });
    await server.call('get_status', LOOK);
    const reply = await server.call('get_status', LOOK);
    expect(reply).toMatchObject({ ok: false, error: { code: 'rate_limited' }, next: { action: 'repeat' } });
    expect(reply.next.after_seconds).toBeGreaterThan(500);
    expect(reply.next.after_seconds).toBeLessThan(600);
    expect(gateway.about('job')).toHaveLength(1);
  });

  it('is no longer held once the host cancels it, and does not keep the process from ending', async () => {
    limitOnce(600);
    await server.call('get_status', LOOK);
    const cancel = new AbortController();
    const steps: unknown[] = [];
    const onprogress = (step: unknown) => void steps.push(step);
    const held = server.call('get_status', LOOK, { signal: cancel.signal, onprogress });
    held.catch(() => {});
    await vi.waitFor(() => expect(steps).not.toEqual([]), 60_000);
    cancel.abort();
    await expect(held).rejects.toThrow();
    // Another is held while stdin closes: `stop` waits for the exit.
    server.call('get_status', LOOK).catch(() => {});
    expect(await server.call('list_jobs', {})).toMatchObject({ ok: true });
    expect(gateway.about('job')).toHaveLength(1);
  });
});

describe('the layout of the inputs', () => {
  const template = {
    timeline: {
      tracks: [{ clips: [{ asset: { type: 'image', src: 'https://example.com/a.png' }, start: 0, length: 1 }] }],
    },
    output: { format: 'mp4', resolution: 'hd' },
  };
  const inputsOf = (prompt: string): string[] =>
    gateway.about(prompt).map(({ body }) => Object.keys(JSON.parse(body).inputs).sort().join());

  /** A gateway that wants the other layout, in these words. */
  const wantFlat = (prompt: string, message: string): void =>
    gateway.script(prompt, (request, response) => {
      if ('template' in JSON.parse(request.body).inputs) json(response, 400, { error: { message } });
      else accept(response, `job-${prompt}`);
    });

  it('is flat within the same call and from then on, where the gateway says that timeline is missing', async () => {
    wantFlat('first', 'inputs.timeline is required');
    wantFlat('second', 'inputs.timeline is required');
    const first = await server.call('update_template', { prompt: 'first', template_id: 't-1', template });
    expect(first).toMatchObject({ ok: true, job: { request_id: 'job-first' } });
    expect(inputsOf('first')).toEqual(['id,prompt,template', 'id,output,prompt,timeline']);
    await server.call('update_template', { prompt: 'second', template_id: 't-2', template });
    expect(inputsOf('second')).toEqual(['id,output,prompt,timeline']);
  });

  it('stays nested where the refusal is about something inside the definition', async () => {
    wantFlat('below', 'timeline.tracks is required');
    const reply = await server.call('update_template', { prompt: 'below', template_id: 't-1', template });
    expect(reply).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    expect(inputsOf('below')).toEqual(['id,prompt,template']);
  });
});
