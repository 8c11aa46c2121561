import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import type { Submit } from '../../src/gateway/gateway.ts';
import { SkillbossGateway, type SkillbossOptions } from '../../src/gateway/skillboss.ts';
import { startRawServer } from '../support/raw-server.ts';
import { accept, type Handler, json, RecordingGateway } from '../support/recording-gateway.ts';

const KEY = 'wk-live-0123456789';
const never = new AbortController().signal;

/** A clock whose pauses take no time and are noted. */
class NotingClock implements Clock {
  readonly pauses: number[] = [];
  now = systemClock.now;
  monotonic(): number {
    return systemClock.monotonic() + this.pauses.reduce((sum, ms) => sum + ms, 0);
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.pauses.push(ms);
  }
}

function clientOf(baseUrl: string, options: Partial<SkillbossOptions> = {}) {
  const clock = new NotingClock();
  const log: object[] = [];
  const client = new SkillbossGateway({
    baseUrl,
    key: KEY,
    clock,
    random: () => 0.5,
    log: (level, event, fields) => log.push({ level, event, ...fields }),
    ...options,
  });
  onTestFinished(() => client.close());
  return { client, clock, log };
}

/** A gateway that answers everything so, and a client of it. */
async function open(handler: Handler, options: Partial<SkillbossOptions> = {}) {
  const gateway = await RecordingGateway.start(handler);
  onTestFinished(() => gateway.close());
  return { gateway, ...clientOf(gateway.url, options) };
}

const submitOf = (changes: Partial<Submit> = {}): Submit => ({
  model: 'shotstack/template-update',
  inputs: { prompt: 'Make it red', template: { timeline: {} } },
  intent: {},
  ...changes,
});

describe('submit', () => {
  it('sends the model and its inputs as they are, and nothing that only this server needs', async () => {
    const { gateway, client } = await open((_request, response) => accept(response, 'job-1'));
    expect(client.origin).toBe(gateway.url);
    const inputs = JSON.parse('{"prompt":"p","__proto__":{"a":1},"z":[1.50,"é"]}');
    await client.submit(
      submitOf({ inputs, templateId: 't', name: 'n', definition: { a: 1 }, intent: { b: 2 } }),
      never,
    );
    await client.submit(submitOf({ inputs: { prompt: 'q' }, webhookUrl: 'https://example.com/hook' }), never);
    expect(gateway.requests.map(({ body }) => body)).toEqual([
      '{"model":"shotstack/template-update","inputs":{"prompt":"p","__proto__":{"a":1},"z":[1.5,"é"]},"async":true}',
      '{"model":"shotstack/template-update","inputs":{"prompt":"q"},"async":true,"webhook_url":"https://example.com/hook"}',
    ]);
  });

  it('is repeated after a 429, no earlier than the pause asked for', async () => {
    const { gateway, client, clock, log } = await open((_request, response, nth) =>
      nth < 3 ? json(response, 429, { error: 'Slow down' }, { 'retry-after': '2' }) : accept(response, 'job-1'),
    );
    expect(await client.submit(submitOf(), never)).toMatchObject({ requestId: 'job-1' });
    expect(gateway.requests).toHaveLength(3);
    expect(clock.pauses).toEqual([2_000, 2_000]);
    expect(log).toEqual(
      Array.from({ length: 2 }, (_, i) =>
        expect.objectContaining({ level: 'info', attempt: i + 1, code: 'rate_limited', retry_in_ms: 2_000 }),
      ),
    );
  });

  it.each([500, 502, 503, 504, 402])('is sent once when %i is the answer', async status => {
    const { gateway, client } = await open((_request, response) => json(response, status, { error: 'It failed here' }));
    await expect(client.submit(submitOf(), never)).rejects.toThrow();
    expect(gateway.requests).toHaveLength(1);
  });

  it('is repeated when the upload was cut half-way, and makes one job', async () => {
    const server = await startRawServer((socket, nth) => {
      socket.once('data', data => {
        if (nth < 3) return socket.resetAndDestroy();
        const length = Number(/content-length: (\d+)/i.exec(data.toString('latin1'))?.[1]);
        let left = length - (data.length - data.indexOf('\r\n\r\n') - 4);
        socket.on('data', more => {
          left -= more.length;
          if (left === 0) socket.end('HTTP/1.1 202 Accepted\r\ncontent-length: 22\r\n\r\n{"request_id":"job-1"}');
        });
      });
    });
    onTestFinished(() => server.close());
    const { client, log } = clientOf(server.url);
    const inputs = { prompt: 'p', image: 'A'.repeat(32 * 1024 * 1024) };
    expect(await client.submit(submitOf({ inputs }), never)).toMatchObject({ requestId: 'job-1' });
    expect(server.connections).toBe(3);
    expect(log).toHaveLength(2);
  });

  it('is refused when nobody listens, after three attempts', async () => {
    const server = await startRawServer(() => {});
    await server.close();
    const { client, clock } = clientOf(server.url);
    await expect(client.submit(submitOf(), never)).rejects.toMatchObject({
      code: 'network_error',
      facts: { operation: 'submit', transient: true, cause: 'ECONNREFUSED' },
    });
    expect(clock.pauses).toEqual([250, 500]);
  });

  it('is not repeated where its call could not report that nothing was sent', async () => {
    const { client, clock } = await open((_request, response) =>
      json(response, 429, { error: 'slow down' }, { 'retry-after': '9' }),
    );
    await expect(client.submit(submitOf(), never)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(clock.pauses).toEqual([9_000]);
  });

  it('is in doubt when its time runs out', async () => {
    const { client } = await open(() => {}, { budgets: { submit: 2_000 } });
    await expect(client.submit(submitOf(), never)).rejects.toMatchObject({
      code: 'submission_unknown',
      doubt: true,
      facts: { cause: 'TIMEOUT' },
    });
  });

  it('takes a body that comes long after its head', async () => {
    const { client } = await open((_request, response) => {
      response.writeHead(202).flushHeaders();
      setTimeout(() => response.end('{"request_id":"job-1"}'), 1_500);
    });
    expect(await client.submit(submitOf(), never)).toMatchObject({ requestId: 'job-1' });
  });

  it('sends nothing when its signal is aborted', async () => {
    const { gateway, client } = await open((_request, response) => accept(response, 'job-1'));
    await expect(client.submit(submitOf(), AbortSignal.abort())).rejects.toMatchObject({
      code: 'network_error',
      facts: { cause: 'CALL_ENDED' },
    });
    expect(gateway.requests).toEqual([]);
  });

  it('sends no further attempt once its signal is aborted, and cuts none off', async () => {
    const controller = new AbortController();
    const { gateway, client } = await open((_request, response) => {
      controller.abort();
      setTimeout(() => json(response, 429, { error: 'Slow down' }), 50);
    });
    await expect(client.submit(submitOf(), controller.signal)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(gateway.requests).toHaveLength(1);
  });
});

describe('the alternative inputs of a submit', () => {
  function withAlternative() {
    const taken: string[] = [];
    const asked: string[] = [];
    const submit = submitOf({
      alternative: {
        inputs: { prompt: 'Make it red', timeline: {} },
        isWanted(message) {
          asked.push(message);
          return /template/.test(message);
        },
        onAccepted: inputs => void taken.push('template' in inputs ? 'nested' : 'flat'),
      },
    });
    return { submit, taken, asked };
  }
  const byLayout =
    (nested: [number, object], flat: [number, object]): Handler =>
    ({ body }, response) =>
      json(response, ...('template' in JSON.parse(body).inputs ? nested : flat));

  const REFUSED: [number, object] = [400, { error: { message: 'inputs.template: unknown field' } }];
  const ACCEPTED: [number, object] = [202, { request_id: 'job-1' }];

  it('are sent once after a 400 that asks for them', async () => {
    const { gateway, client } = await open(byLayout(REFUSED, ACCEPTED));
    const { submit, taken } = withAlternative();
    expect(await client.submit(submit, never)).toMatchObject({ requestId: 'job-1' });
    expect(gateway.requests.map(({ body }) => Object.keys(JSON.parse(body).inputs))).toEqual([
      ['prompt', 'template'],
      ['prompt', 'timeline'],
    ]);
    expect(taken).toEqual(['flat']);
  });

  it.each<[string, [number, object], string[]]>([
    ['a 400 for another reason', [400, { error: 'inputs.prompt: too long' }], ['inputs.prompt: too long']],
    ['a 400 without words', [400, {}], []],
    ['a 413', [413, { error: 'template: too large' }], []],
    ['a 402', [402, { error: 'template: top up' }], []],
    ['a doubt', [502, { error: 'template' }], []],
  ])('are not sent after %s', async (_what, nested, words) => {
    const { gateway, client } = await open(byLayout(nested, ACCEPTED));
    const { submit, taken, asked } = withAlternative();
    await client.submit(submit, never).catch(() => {});
    expect(gateway.requests).toHaveLength(1);
    expect(taken).toEqual([]);
    expect(asked).toEqual(words);
  });

  it('are neither sent nor asked for when the first are accepted', async () => {
    const { gateway, client } = await open(byLayout(ACCEPTED, ACCEPTED));
    const { submit, taken, asked } = withAlternative();
    await client.submit(submit, never);
    expect(gateway.requests).toHaveLength(1);
    expect({ taken, asked }).toEqual({ taken: ['nested'], asked: [] });
  });

  it('leave both layouts open when their answer is a doubt', async () => {
    const { client } = await open(byLayout(REFUSED, [502, { error: 'Bad gateway', request_id: 'job-1' }]));
    const { submit, taken } = withAlternative();
    await expect(client.submit(submit, never)).rejects.toMatchObject({ doubt: true });
    expect(taken).toEqual([]);
  });

  it('leave the first refusal, which notes them, when they are refused too', async () => {
    const { client } = await open(byLayout(REFUSED, [400, { error: 'inputs.timeline: unknown field' }]));
    const { submit, taken } = withAlternative();
    await expect(client.submit(submit, never)).rejects.toMatchObject({
      code: 'invalid_request',
      facts: { upstreamMessage: 'inputs.template: unknown field', alternativeRefused: true },
    });
    expect(taken).toEqual([]);
  });

  it.each<[string, [number, object], string]>([
    ['a doubt', [502, {}], 'submission_unknown'],
    ['an empty balance', [402, { error: 'Top up' }], 'insufficient_credits'],
    ['an error of the server', [500, { error: 'It broke' }], 'server_error'],
  ])('leave %s as the failure when that is their answer', async (_what, flat, code) => {
    const { client } = await open(byLayout(REFUSED, flat));
    const { submit, taken } = withAlternative();
    await expect(client.submit(submit, never)).rejects.toMatchObject({ code });
    expect(taken).toEqual([]);
  });
});

describe('poll and cancel', () => {
  it('ask about the job by its id, encoded', async () => {
    const { gateway, client } = await open((_request, response) => json(response, 200, { status: 'IN_QUEUE' }));
    await client.poll('a:b.c');
    await client.cancel('a:b.c', never);
    expect(
      gateway.requests.map(({ method, url, headers, body }) => ({ method, url, key: headers.authorization, body })),
    ).toEqual([
      { method: 'GET', url: '/v1/run/status/a%3Ab.c', key: `Bearer ${KEY}`, body: '' },
      { method: 'POST', url: '/v1/run/cancel/a%3Ab.c', key: `Bearer ${KEY}`, body: '' },
    ]);
  });

  it('survive transient failures', async () => {
    const answers = [
      [502, '<html>Bad gateway</html>'],
      [401, '<html>Sign in</html>'],
      [404, 'default backend - 404'],
      [200, '{"request_id":"job-1","status":"IN_PROGRESS"}'],
    ] as const;
    const handler: Handler = (_request, response, nth) => {
      const [status, body] = answers[nth - 1] ?? [500, ''];
      response.writeHead(status).end(body);
    };
    const { client } = await open(handler);
    expect(await client.poll('job-1')).toEqual({ status: 'IN_PROGRESS', outputs: [] });
    await expect(client.cancel('job-1', never)).resolves.toBeUndefined();
  });

  it.each(['poll', 'cancel'] as const)('%s gives up after four attempts', async operation => {
    const { gateway, client } = await open((_request, response) => json(response, 503, {}));
    await expect(client[operation]('job-1', never)).rejects.toMatchObject({
      code: 'upstream_unavailable',
      facts: { operation, requestId: 'job-1' },
    });
    expect(gateway.requests).toHaveLength(4);
  });

  it('leave a pause of over 10 s to the caller', async () => {
    const { gateway, client } = await open((_request, response) => json(response, 429, {}, { 'retry-after': '11' }));
    await expect(client.poll('job-1')).rejects.toMatchObject({ facts: { retryAfterSeconds: 11 } });
    expect(gateway.requests).toHaveLength(1);
  });

  it('end with their time', async () => {
    const { client } = await open(() => {}, { budgets: { poll: 200, cancel: 200 } });
    for (const asked of [client.poll('job-1'), client.cancel('job-1', never)]) {
      await expect(asked).rejects.toMatchObject({
        code: 'network_error',
        facts: { cause: 'TIMEOUT', transient: true },
      });
    }
  });

  it('follow no redirect', async () => {
    const elsewhere = await RecordingGateway.start();
    onTestFinished(() => elsewhere.close());
    const { client } = await open((_request, response) => json(response, 307, {}, { location: `${elsewhere.url}/x` }));
    await expect(client.poll('job-1')).rejects.toMatchObject({ code: 'server_error' });
    await expect(client.submit(submitOf(), never)).rejects.toMatchObject({ code: 'unexpected_response' });
    expect(elsewhere.requests).toEqual([]);
  });
});

it('a submit is refused once and for good when the proxy lets nobody through', async () => {
  const proxy = await startRawServer(socket => {
    socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'));
  });
  onTestFinished(() => proxy.close());
  const proxies = { https: proxy.url, bypass: '', other: false };
  const { client } = clientOf('https://gateway.test', { proxies });
  const refusal = client.submit(submitOf(), never);
  await expect(refusal).rejects.toMatchObject({ code: 'network_error', facts: { permanent: 'proxy_refused' } });
  await expect(refusal).rejects.not.toMatchObject({ facts: { transient: true } });
  expect(proxy.connections).toBe(1);
});
