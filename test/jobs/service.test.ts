import { beforeEach, describe, expect, it } from 'vitest';
import { type Code, type Facts, Failure } from '../../src/base/failure.ts';
import type { Gateway, GatewayStatus, JobReport, Submission, TemplateUpdate } from '../../src/gateway/gateway.ts';
import type { Job } from '../../src/jobs/job.ts';
import { JobService } from '../../src/jobs/service.ts';
import { SqlJobStore } from '../../src/jobs/store/sql-job-store.ts';
import { openSqlite } from '../../src/jobs/store/sqlite.ts';
import { HandClock, settled } from '../support/hand-clock.ts';

const ID = 'job-1';
const POLL_MS = 5_000;
const UPDATE: TemplateUpdate = {
  prompt: 'p',
  templateId: 'tpl-1',
  name: 'Promo',
  definition: null,
  options: {},
  extraInputs: {},
  webhookUrl: null,
};

const report = (status: GatewayStatus, more: Partial<JobReport> = {}): JobReport => ({
  status,
  outputs: [],
  failure: null,
  recordId: null,
  costUsd: null,
  ...more,
});
const failure = (code: Code, facts: Facts = {}): Failure => new Failure(code, facts);

/** A gateway whose next answers are put in by hand; the last one stays. */
class ScriptedGateway implements Gateway {
  readonly looks: number[] = [];
  cancels = 0;
  answers: (JobReport | Failure | Promise<JobReport>)[] = [report('IN_QUEUE')];
  cancelAnswer: boolean | Failure | Promise<boolean> = true;
  readonly #clock: HandClock;

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  async submit(): Promise<Submission> {
    return { requestId: ID, status: 'IN_QUEUE', recordId: 'rec_1', costUsd: 0.1, lowBalance: false };
  }

  async status(): Promise<JobReport> {
    this.looks.push(this.#clock.monotonic());
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (answer === undefined || answer instanceof Failure) throw answer ?? new Error('No answer is scripted.');
    return answer;
  }

  async cancel(): Promise<boolean> {
    this.cancels++;
    if (this.cancelAnswer instanceof Failure) throw this.cancelAnswer;
    return this.cancelAnswer;
  }

  async close(): Promise<void> {}
}

/** A promise together with the means to settle it later. */
function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

let clock: HandClock;
let gateway: ScriptedGateway;
let service: JobService;
const never = new AbortController().signal;

beforeEach(async () => {
  clock = new HandClock();
  gateway = new ScriptedGateway(clock);
  const database = await openSqlite(':memory:');
  const store = await SqlJobStore.open({ database, place: 'memory', tenant: 't', now: () => clock.now() });
  service = new JobService({ gateway, store, clock, log: () => {}, pollMs: POLL_MS, maxSubmitsPerHour: 0 });
});

/** A watch and what has come of it so far. */
function watching(waitMs: number, signal = never): { seen: GatewayStatus[]; outcome: { job?: Job; error?: unknown } } {
  const seen: GatewayStatus[] = [];
  const outcome: { job?: Job; error?: unknown } = {};
  service
    .watch(ID, waitMs, signal, job => seen.push(job.status as GatewayStatus))
    .then(
      job => {
        outcome.job = job;
      },
      error => {
        outcome.error = error;
      },
    );
  return { seen, outcome };
}

describe('watch', () => {
  it('looks at once, then once in each poll interval, and ends with the job', async () => {
    gateway.answers = [report('IN_QUEUE'), report('IN_PROGRESS'), report('COMPLETED')];
    const { seen, outcome } = watching(45_000);
    await clock.pass(0);
    expect(gateway.looks).toEqual([0]);
    await clock.pass(45_000);
    expect(gateway.looks).toEqual([0, POLL_MS, 2 * POLL_MS]);
    expect(seen).toEqual(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']);
    expect(outcome.job).toMatchObject({ status: 'COMPLETED', terminal: true, billed: true });
  });

  it('ends after its wait with the job as last seen', async () => {
    const { outcome } = watching(12_000);
    await clock.pass(11_999);
    expect(outcome).toEqual({});
    await clock.pass(1);
    expect(outcome.job).toMatchObject({ status: 'IN_QUEUE', terminal: false });
    expect(gateway.looks).toEqual([0, 5_000, 10_000]);
  });

  it('only looks when it is to wait 0 seconds', async () => {
    const { outcome } = watching(0);
    await settled();
    expect(outcome.job?.status).toBe('IN_QUEUE');
    expect(gateway.looks).toEqual([0]);
  });

  it('shares one poll among several waits on a job', async () => {
    const waits = [watching(20_000), watching(20_000), watching(20_000)];
    await clock.pass(2_000);
    waits.push(watching(20_000));
    gateway.answers = [report('IN_PROGRESS'), report('COMPLETED')];
    await clock.pass(20_000);
    expect(gateway.looks).toEqual([0, 5_000, 10_000]);
    for (const { outcome } of waits) expect(outcome.job?.status).toBe('COMPLETED');
  });

  it('asks at most once in a poll interval, however often it is called', async () => {
    for (let i = 0; i < 10; i++) {
      watching(0);
      await clock.pass(1_000);
    }
    expect(gateway.looks).toEqual([0, 5_000]);
  });

  it('answers from memory once a job has ended', async () => {
    gateway.answers = [report('FAILED', { failure: 'vendor' })];
    watching(0);
    await clock.pass(3_600_000);
    const { outcome, seen } = watching(45_000);
    await settled();
    expect(outcome.job).toMatchObject({ status: 'FAILED', failure: 'vendor', billed: false });
    expect(seen).toEqual(['FAILED']);
    expect(gateway.looks).toEqual([0]);
  });

  it.each(['a pause', 'the first look', 'a later look'])('ends at once when it is aborted in %s', async where => {
    const pending = deferred<JobReport>();
    if (where === 'the first look') gateway.answers = [pending.promise];
    if (where === 'a later look') gateway.answers = [report('IN_QUEUE'), pending.promise];
    const stop = new AbortController();
    const { outcome } = watching(45_000, stop.signal);
    await clock.pass(where === 'a later look' ? POLL_MS : 1_000);
    expect(outcome).toEqual({});
    stop.abort();
    await settled();
    expect(Object.keys(outcome)).toEqual([where === 'the first look' ? 'error' : 'job']);
    const before = gateway.looks.length;
    await clock.pass(60_000);
    expect(gateway.looks.length).toBe(before);
  });

  it('goes on for the others when one of several is aborted', async () => {
    const stop = new AbortController();
    watching(45_000, stop.signal);
    const other = watching(45_000);
    await clock.pass(1_000);
    stop.abort();
    gateway.answers = [report('COMPLETED')];
    await clock.pass(POLL_MS);
    expect(other.outcome.job?.status).toBe('COMPLETED');
  });

  it('fails when its first look does', async () => {
    gateway.answers = [failure('rate_limited')];
    const { outcome } = watching(45_000);
    await settled();
    expect(outcome.error).toMatchObject({ code: 'rate_limited' });
  });

  it.each<Code>(['rate_limited', 'server_error', 'upstream_unavailable', 'network_error'])(
    'waits out %s of a later look',
    async code => {
      gateway.answers = [report('IN_QUEUE'), failure(code), failure(code), report('COMPLETED')];
      const { outcome } = watching(45_000);
      await clock.pass(20_000);
      expect(gateway.looks).toEqual([0, 5_000, 10_000, 15_000]);
      expect(outcome.job?.status).toBe('COMPLETED');
    },
  );

  it.each<Code>(['unauthorized', 'job_not_found', 'unexpected_response'])(
    'ends with %s of a later look',
    async code => {
      gateway.answers = [report('IN_QUEUE'), failure(code)];
      const { outcome } = watching(45_000);
      await clock.pass(POLL_MS);
      expect(outcome.error).toMatchObject({ code });
    },
  );

  it('respects the pause that a failing look was told', async () => {
    gateway.answers = [report('IN_QUEUE'), failure('rate_limited', { retryAfterSeconds: 20 }), report('COMPLETED')];
    const { outcome } = watching(45_000);
    await clock.pass(24_999);
    expect(gateway.looks).toEqual([0, 5_000]);
    await clock.pass(1);
    expect(gateway.looks).toEqual([0, 5_000, 25_000]);
    expect(outcome.job?.status).toBe('COMPLETED');
  });

  it('ends on time though a later look hangs', async () => {
    gateway.answers = [report('IN_QUEUE'), deferred<JobReport>().promise];
    const { outcome } = watching(20_000);
    await clock.pass(20_000);
    expect(outcome.job?.status).toBe('IN_QUEUE');
  });

  it('knows when a job ended that it saw alive, and when its result expires', async () => {
    gateway.answers = [report('IN_PROGRESS'), report('COMPLETED', { costUsd: 0.4, recordId: 'rec_9' })];
    const { outcome } = watching(45_000);
    await clock.pass(POLL_MS);
    expect(outcome.job).toMatchObject({
      completed_at: '2026-03-01T12:00:05.000Z',
      expires_at: '2026-03-08T12:00:05.000Z',
      cost_usd: 0.4,
      record_id: 'rec_9',
    });
  });

  it('claims no time for an end that it did not see', async () => {
    gateway.answers = [report('COMPLETED')];
    const { outcome } = watching(0);
    await settled();
    expect(outcome.job).toMatchObject({ status: 'COMPLETED', completed_at: null, expires_at: null });
  });
});

describe('submit', () => {
  it('remembers the job, and the first look at it is at once', async () => {
    const { job } = await service.submit(UPDATE, false, { signal: never, deadline: 50_000 });
    expect(job).toMatchObject({ request_id: ID, status: 'IN_QUEUE', template_id: 'tpl-1', record_id: 'rec_1' });
    const { outcome } = watching(0);
    await settled();
    expect(outcome.job).toMatchObject({ template_id: 'tpl-1', name: 'Promo', cost_usd: 0.1 });
    expect(gateway.looks).toEqual([0]);
  });

  it('sends nothing for a call that has already ended', async () => {
    await expect(
      service.submit(UPDATE, false, { signal: AbortSignal.abort(), deadline: 50_000 }),
    ).rejects.toMatchObject({ code: 'network_error' });
  });
});

describe('cancel', () => {
  it('ends a queued job, and the end is remembered', async () => {
    expect(await service.cancel(ID, never)).toMatchObject({
      cancelled: true,
      job: { status: 'CANCELLED', terminal: true, billed: false },
    });
    expect(gateway.looks).toEqual([]);
    expect(await service.cancel(ID, never)).toMatchObject({ cancelled: true });
    expect(gateway.cancels).toBe(1);
  });

  it('looks how a job ended when the gateway confirms nothing, even within the poll interval', async () => {
    watching(0);
    await settled();
    gateway.cancelAnswer = false;
    gateway.answers = [report('COMPLETED')];
    expect(await service.cancel(ID, never)).toMatchObject({ cancelled: false, job: { status: 'COMPLETED' } });
    expect(gateway.looks).toHaveLength(2);
  });

  it('hands on the refusal of a job that has started', async () => {
    gateway.cancelAnswer = failure('not_cancellable');
    await expect(service.cancel(ID, never)).rejects.toMatchObject({ code: 'not_cancellable' });
    expect(await service.recall(ID)).toMatchObject({ status: 'IN_PROGRESS', cancellable: false });
  });

  it('is not undone by an older look that answers late', async () => {
    const older = deferred<JobReport>();
    gateway.answers = [older.promise];
    const { outcome } = watching(0);
    await settled();
    const cancelling = service.cancel(ID, never);
    await settled();
    older.resolve(report('IN_QUEUE'));
    expect(await cancelling).toMatchObject({ cancelled: true, job: { status: 'CANCELLED' } });
    await settled();
    expect(outcome.job?.status).toBe('CANCELLED');
  });

  it('is confirmed even when an older look hangs or fails', async () => {
    const older = deferred<JobReport>();
    gateway.answers = [older.promise];
    watching(0);
    await settled();
    const outcome = await Promise.race([service.cancel(ID, never), settled().then(settled)]);
    older.reject(failure('network_error'));
    expect(outcome).toMatchObject({ cancelled: true, job: { status: 'CANCELLED' } });
  });
});
