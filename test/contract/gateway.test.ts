import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import type { JsonObject } from '../../src/base/json.ts';
import type { Accepted, GatewayStatus, JobReport, Submit } from '../../src/gateway/gateway.ts';
import { REQUEST_ID } from '../../src/gateway/gateway.ts';
import { SkillbossGateway } from '../../src/gateway/skillboss.ts';
import type { Code } from '../../src/guidance/problem.ts';
import { DIRECTIVES, LASTING_REFUSALS, PROXY_ANSWERS, TRANSIENT_REFUSALS } from '../../src/sandbox/directives.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { HandClock } from '../support/hand-clock.ts';
import { RecordingGateway } from '../support/recording-gateway.ts';

// The suite runs against the sandbox, or against any other that these two name. A real one bills each
// completed job. What only directives in a prompt can bring about is then left out.
const { CONTRACT_BASE_URL, CONTRACT_KEY } = process.env;
const elsewhere = CONTRACT_BASE_URL && CONTRACT_KEY ? { url: CONTRACT_BASE_URL, key: CONTRACT_KEY } : null;
/** The sandbox's clock, moved by hand; null where jobs take real time. */
const clock = elsewhere ? null : new HandClock();

const submitOf = ({ inputs = {}, webhookUrl }: Changes = {}): Submit => ({
  model: 'shotstack/template-update',
  inputs: {
    prompt: 'Greet the world',
    id: 'contract-test',
    name: 'Contract test',
    template: { timeline: { tracks: [{ clips: [] }] }, output: { format: 'mp4', resolution: 'sd' } },
    aspect_ratio: '16:9',
    resolution: '720p',
    duration_seconds: 1,
    ...inputs,
  },
  ...(webhookUrl === undefined ? {} : { webhookUrl }),
  intent: {},
});

interface Changes {
  inputs?: JsonObject;
  webhookUrl?: string;
}

const live = new AbortController().signal;

/** The client, with calls that nobody cuts off. */
class Caller extends SkillbossGateway {
  run(changes: Changes = {}): Promise<Accepted> {
    return this.submit(submitOf(changes), live);
  }

  /** Submits a job; resolves to its id. */
  async take(changes: Changes = {}): Promise<string> {
    const { requestId } = await this.run(changes);
    if (requestId === undefined) throw new Error('The gateway named no job.');
    return requestId;
  }

  stop(requestId: string): Promise<void> {
    return this.cancel(requestId, live);
  }
}

const clientOf = (target: { url: string; key: string }): Caller =>
  new Caller({ baseUrl: target.url, key: target.key, clock: systemClock, random: () => 0, log: () => {} });

/** Polls until the job has one of these statuses. */
async function until(client: Caller, id: string, ...statuses: GatewayStatus[]): Promise<JobReport> {
  for (;;) {
    const report = await client.poll(id);
    if (statuses.includes(report.status)) return report;
    if (clock) clock.moveWallClock(100);
    else await delay(2_000);
  }
}

describe('the gateway client against any gateway', { timeout: 300_000 }, () => {
  let sandbox: Sandbox | null = null;
  let target = elsewhere ?? { url: '', key: '' };
  let client: Caller;

  beforeAll(async () => {
    if (clock) {
      sandbox = await startSandbox({ queueMs: 300, workMs: 300, now: () => clock.now() });
      target = sandbox;
    }
    client = clientOf(target);
  });
  afterAll(async () => {
    await client.close();
    await sandbox?.close();
  });

  it('takes a submit, and its job ends with a link or an acknowledgement', async () => {
    const accepted = await client.run();
    expect(accepted).toMatchObject({
      status: 'IN_QUEUE',
      requestId: expect.stringMatching(REQUEST_ID),
      recordId: expect.any(String),
    });
    const report = await until(client, accepted.requestId ?? '', 'COMPLETED', 'FAILED');
    expect(report.status).toBe('COMPLETED');
    expect(report).not.toHaveProperty('failure');
    for (const { url } of report.outputs) expect(url).toMatch(/^https?:/);
  });

  it('cancels a queued job', async () => {
    const id = await client.take();
    await client.stop(id);
    expect(await client.poll(id)).toMatchObject({ status: 'CANCELLED' });
  });

  it('cancels nothing once a worker has started (409), nor once the job has ended', async () => {
    const id = await client.take();
    await until(client, id, 'IN_PROGRESS');
    await expect(client.stop(id)).rejects.toMatchObject({
      code: 'not_cancellable',
      facts: { httpStatus: 409, requestId: id },
    });
    await until(client, id, 'COMPLETED', 'FAILED');
    await client.stop(id);
    expect(await client.poll(id)).not.toMatchObject({ status: 'CANCELLED' });
  });

  it.each(['poll', 'stop'] as const)('%s of an unknown id is refused with 404', async operation => {
    const id = 'f'.repeat(32);
    await expect(client[operation](id)).rejects.toMatchObject({
      code: 'job_not_found',
      facts: { httpStatus: 404, requestId: id },
    });
  });

  it('refuses a bad key (401)', async () => {
    const stranger = clientOf({ ...target, key: 'console-key' });
    onTestFinished(() => stranger.close());
    await expect(stranger.run()).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(stranger.poll('f'.repeat(32))).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('refuses an update without a prompt (400)', async () => {
    await expect(client.run({ inputs: { prompt: '' } })).rejects.toMatchObject({
      code: 'invalid_request',
      facts: { httpStatus: 400, upstreamMessage: expect.any(String) },
    });
  });
});

/** A sandbox whose clock is moved by hand, and a client of it. */
async function openSandbox(options: SandboxOptions = {}) {
  const clock = new HandClock();
  const sandbox = await startSandbox({ queueMs: 1_000, workMs: 1_000, now: () => clock.now(), ...options });
  const client = clientOf(sandbox);
  onTestFinished(async () => {
    await client.close();
    await sandbox.close();
  });
  const pass = (ms: number): void => clock.moveWallClock(ms);
  const take = (prompt: string): Promise<string> => client.take({ inputs: { prompt } });
  return { sandbox, client, pass, take };
}

type OpenSandbox = Awaited<ReturnType<typeof openSandbox>>;

const CODE_OF: Record<number, Code> = {
  400: 'invalid_request',
  401: 'unauthorized',
  402: 'insufficient_credits',
  429: 'rate_limited',
  500: 'server_error',
  503: 'upstream_unavailable',
};

/** What each directive promises, tried. */
const TRIALS: Record<string, (sandbox: OpenSandbox) => Promise<void>> = {
  async queued({ client, pass, take }) {
    const id = await take('[sandbox:queued]');
    pass(59_000);
    await client.stop(id);
    expect(await client.poll(id)).toMatchObject({ status: 'CANCELLED' });
  },
  async started({ client, take }) {
    const id = await take('[sandbox:started]');
    await expect(client.stop(id)).rejects.toMatchObject({ code: 'not_cancellable' });
  },
  async slow({ client, pass, take }) {
    const id = await take('[sandbox:slow]');
    pass(110_000);
    expect(await client.poll(id)).toMatchObject({ status: 'IN_PROGRESS' });
    pass(12_000);
    expect(await client.poll(id)).toMatchObject({ status: 'COMPLETED' });
  },
  async failed({ client, pass, take }) {
    const id = await take('[sandbox:failed]');
    pass(2_000);
    expect(await client.poll(id)).toMatchObject({ status: 'FAILED', failure: expect.stringMatching(/vendor/) });
  },
  videos: sandbox => completesWith(sandbox, '[sandbox:videos]', ['video']),
  images: sandbox => completesWith(sandbox, '[sandbox:images]', ['image']),
  acknowledged: sandbox => completesWith(sandbox, '[sandbox:acknowledged]', []),
  async expired({ client, pass, take }) {
    const id = await take('[sandbox:expired]');
    expect(await client.poll(id)).toMatchObject({ status: 'IN_QUEUE' });
    pass(2_000);
    await expect(client.poll(id)).rejects.toMatchObject({ code: 'job_not_found' });
  },
  async lost({ take }) {
    await expect(take('[sandbox:lost]')).rejects.toMatchObject({ code: 'submission_unknown' });
  },
};

async function completesWith({ client, pass, take }: OpenSandbox, prompt: string, kinds: string[]): Promise<void> {
  const id = await take(prompt);
  pass(2_000);
  const report = await client.poll(id);
  expect(report).toMatchObject({ status: 'COMPLETED', outputs: kinds.map(kind => ({ kind })) });
  for (const { url } of report.outputs) {
    const video = await fetch(url);
    expect(video.headers.get('content-type')).toBe('video/mp4');
    expect(Buffer.from(await video.arrayBuffer()).toString('latin1', 4, 8)).toBe('ftyp');
  }
}

/** A receiver of webhooks that answers with these statuses in turn, the last one for good. */
async function openReceiver(...statuses: number[]) {
  const receiver = await RecordingGateway.start(
    (_request, response, nth) => void response.writeHead(statuses[nth - 1] ?? statuses.at(-1) ?? 200).end(),
  );
  onTestFinished(() => receiver.close());
  return { url: `${receiver.url}/hook`, bodies: () => receiver.requests.map(({ body }) => JSON.parse(body)) };
}

if (!elsewhere) {
  describe('the sandbox', () => {
    it('has a trial for every directive', () => {
      expect(Object.keys(TRIALS)).toEqual(Object.keys(DIRECTIVES));
      expect(Object.keys(CODE_OF).map(Number)).toEqual([...LASTING_REFUSALS, ...TRANSIENT_REFUSALS]);
    });

    it.each(Object.keys(DIRECTIVES))('[sandbox:%s] does what it says', async word => {
      await TRIALS[word]?.(await openSandbox());
    });

    it.each(LASTING_REFUSALS)('[sandbox:%i] is refused for good', async status => {
      const { take, pass } = await openSandbox();
      for (let i = 0; i < 2; i++) {
        await expect(take(`[sandbox:${status}]`)).rejects.toMatchObject({
          code: CODE_OF[status],
          facts: { httpStatus: status, ...(status === 402 ? { requiredCredits: 12 } : {}) },
        });
        pass(60_000);
      }
    });

    it.each(TRANSIENT_REFUSALS)('[sandbox:%i] is refused with a pause, and taken after it', async status => {
      const { take, pass } = await openSandbox();
      await expect(take(`[sandbox:${status}]`)).rejects.toMatchObject({
        code: CODE_OF[status],
        facts: { httpStatus: status, retryAfterSeconds: 12 },
      });
      pass(12_000);
      expect(await take(`[sandbox:${status}]`)).toMatch(/^[0-9a-f]{32}$/);
    });

    it.each(PROXY_ANSWERS)('[sandbox:%i] leaves a doubt', async status => {
      const { take } = await openSandbox();
      await expect(take(`[sandbox:${status}]`)).rejects.toMatchObject({
        code: 'submission_unknown',
        facts: { httpStatus: status },
      });
    });

    it('keeps a result for 7 days', async () => {
      const { client, pass, take } = await openSandbox();
      const id = await take('Keep it');
      pass(2_000 + 7 * 24 * 3_600_000 - 1_000);
      expect(await client.poll(id)).toMatchObject({ status: 'COMPLETED' });
      pass(1_000);
      for (const gone of [client.poll(id), client.stop(id)]) {
        await expect(gone).rejects.toMatchObject({ code: 'job_not_found' });
      }
    });

    it.each<[string, string, object]>([
      ['a result', 'Tell me', { status: 'OK', error: null, payload: { outputs: [{ url: expect.any(String) }] } }],
      ['a failure', '[sandbox:failed]', { status: 'ERROR', payload: null, error: expect.any(String) }],
    ])('calls a webhook with %s, and once more after a 500', async (_what, prompt, body) => {
      const { url, bodies } = await openReceiver(500, 200);
      const { client } = await openSandbox({ queueMs: 0, workMs: 50, mayCall: called => called === url });
      const { requestId } = await client.run({ inputs: { prompt }, webhookUrl: url });
      await vi.waitFor(() => expect(bodies()).toHaveLength(2), 60_000);
      for (const told of bodies()) expect(told).toEqual({ request_id: requestId, ...body });
    });

    it('calls a webhook twice at most, and never for a cancelled job', async () => {
      const { url, bodies } = await openReceiver(500);
      const { client } = await openSandbox({ queueMs: 2_000, workMs: 0, mayCall: () => true });
      const requestId = await client.take({ inputs: { prompt: 'Cancelled' }, webhookUrl: url });
      await client.stop(requestId);
      await client.run({ inputs: { prompt: 'Told' }, webhookUrl: url });
      await vi.waitFor(() => expect(bodies()).toHaveLength(2), 60_000);
      await delay(1_300);
      expect(bodies()).toHaveLength(2);
      expect(JSON.stringify(bodies())).not.toContain(requestId);
    });

    it.each(['http://example.com/hook', 'https://127.0.0.1/hook', 'https://169.254.169.254/', 'https://[::1]/'])(
      'refuses the webhook %s',
      async webhookUrl => {
        const { client } = await openSandbox();
        await expect(client.run({ webhookUrl })).rejects.toMatchObject({
          code: 'invalid_request',
          facts: { upstreamMessage: expect.stringMatching(/webhook_url/) },
        });
      },
    );

    it.each<[string, object]>([
      ['the synchronous form', { model: 'shotstack/template-update', inputs: { prompt: 'p' } }],
      ['async: false', { model: 'shotstack/template-update', inputs: { prompt: 'p' }, async: false }],
      ['another model', { model: 'other/model', inputs: { prompt: 'p' }, async: true }],
      ['a parameter outside inputs', { model: 'shotstack/template-update', prompt: 'p', inputs: {}, async: true }],
      [
        'an unknown aspect ratio',
        { model: 'shotstack/template-update', inputs: { prompt: 'p', aspect_ratio: '2:1' }, async: true },
      ],
    ])('refuses %s', async (_what, body) => {
      const { sandbox } = await openSandbox();
      const answer = await fetch(`${sandbox.url}/v1/run`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 400, message: expect.any(String) } });
    });
  });
}
