import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { expect, it } from 'vitest';
import { CALL_MS, SUBMIT_ANSWER_MS } from '../../src/base/limits.ts';
import { CA_FILE, certificate } from '../support/certificates.ts';
import { startRawServer } from '../support/raw-server.ts';
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

it('a gateway whose TLS begins after 7 s is waited for, as is a body that takes 11 s', async () => {
  const gateway = await RecordingGateway.start((request, response) => {
    if (request.url === '/v1/run') return accept(response, 'job-slow');
    response.writeHead(200).write('{"status":');
    setTimeout(() => response.end('"CANCELLED"}'), 11_000);
  });
  const tls = createTlsServer(certificate('server'), socket => pipe(socket, Number(new URL(gateway.url).port)));
  await new Promise<void>(resolve => tls.listen(0, '127.0.0.1', resolve));
  const front = await startRawServer((socket, nth) => {
    setTimeout(() => pipe(socket, (tls.address() as AddressInfo).port), nth === 1 ? 7_000 : 0);
  });
  const server = await StdioServer.start({
    gateway: front.url.replace('http://127.0.0.1', 'https://localhost'),
    env: { NODE_EXTRA_CA_CERTS: CA_FILE },
  });
  expect(await server.call('update_template', { prompt: 'slow' })).toMatchObject({ job: { request_id: 'job-slow' } });
  const reply = await server.call('get_status', { request_id: 'job-slow', wait_seconds: 0 });
  expect(reply).toMatchObject({ ok: true, job: { status: 'CANCELLED' } });
  expect(gateway.requests).toHaveLength(2);
  await server.stop();
  await front.close();
  tls.close();
  await gateway.close();
});

/** Passes on what two connections say; either ends the other. */
function pipe(socket: Duplex, port: number): void {
  const onward = connect(port, '127.0.0.1');
  socket.on('error', () => onward.destroy()).pipe(onward);
  onward.on('error', () => socket.destroy()).pipe(socket);
}
