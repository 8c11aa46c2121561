import { beforeEach, describe, expect, it } from 'vitest';
import { CALL_MS, LINK_KEPT_MS, NOT_YET_MS, POLL_MS, RENEW_ENDED_MS, RESULT_KEPT_MS } from '../../src/base/limits.ts';
import type { JobReport } from '../../src/gateway/gateway.ts';
import type { PollResult } from '../../src/jobs/poller.ts';
import { away, deferred, failure, ORIGIN, POLL_INTERVAL_MS, report, Stage } from './setup.ts';

let stage: Stage;

const missing = () => failure('job_not_found', { httpStatus: 404 });
const transient = (facts = {}) => failure('server_error', { httpStatus: 500, transient: true, ...facts });
/** When the gateway was polled, milliseconds since the start. */
const times = () => stage.gateway.polls.map(({ at }) => at);

beforeEach(async () => {
  stage = await Stage.start();
  await stage.submit();
});

describe('a wait', () => {
  it('polls at most every interval, and returns when the job has ended', async () => {
    stage.gateway.onPoll = async (_id, nth) => report(nth < 4 ? 'IN_PROGRESS' : 'COMPLETED');
    expect(await stage.until(stage.wait('job-1', 45_000))).toMatchObject({ record: { status: 'COMPLETED' } });
    expect(times()).toEqual([0, POLL_INTERVAL_MS, 2 * POLL_INTERVAL_MS, 3 * POLL_INTERVAL_MS]);
  });

  it('returns the job as last seen when its time is over', async () => {
    expect(await stage.until(stage.wait('job-1', 12_000))).toMatchObject({ record: { status: 'IN_QUEUE' } });
    expect(stage.clock.monotonic()).toBeGreaterThanOrEqual(12_000);
    expect(stage.clock.monotonic()).toBeLessThanOrEqual(12_100);
  });

  it('of 0 s polls once and returns', async () => {
    expect(await stage.wait('job-1')).toMatchObject({ record: { status: 'IN_QUEUE' } });
    expect(times()).toEqual([0]);
  });

  it('ends at once when the call is cancelled', async () => {
    const esc = new AbortController();
    const wait = stage.wait('job-1', 45_000, { signal: esc.signal });
    await stage.clock.pass(1_000);
    esc.abort();
    expect(await wait).toMatchObject({ record: { status: 'IN_QUEUE' } });
    expect(stage.clock.monotonic()).toBe(1_000);
  });

  it('ends at once when the call is cancelled during its first poll', async () => {
    stage.gateway.onPoll = () => new Promise(() => {});
    const esc = new AbortController();
    const wait = stage.wait('job-1', 45_000, { signal: esc.signal });
    await stage.clock.pass(1_000);
    esc.abort();
    expect(await wait).toMatchObject({ code: 'network_error', facts: { transient: true } });
  });

  it('goes on after a transient failure', async () => {
    stage.gateway.onPoll = async (_id, nth) => {
      if (nth < 3) throw transient();
      return report('COMPLETED');
    };
    expect(await stage.until(stage.wait('job-1', 45_000))).toMatchObject({ record: { status: 'COMPLETED' } });
    expect(times()).toEqual([0, POLL_INTERVAL_MS, 2 * POLL_INTERVAL_MS]);
  });

  it('does not poll before the end of a Retry-After', async () => {
    stage.gateway.onPoll = async (_id, nth) => {
      if (nth === 2) throw failure('rate_limited', { transient: true, retryAfterSeconds: 20 });
      return report('IN_QUEUE');
    };
    await stage.until(stage.wait('job-1', 29_000));
    expect(times()).toEqual([0, 5_000, 25_000]);
  });

  it('throws what is left of a Retry-After that is longer than its time, having polled once', async () => {
    stage.gateway.onPoll = async () => {
      throw failure('rate_limited', { transient: true, retryAfterSeconds: 900 });
    };
    expect(await stage.until(stage.wait('job-1', 45_000))).toMatchObject({
      code: 'rate_limited',
      facts: { retryAfterSeconds: 855 },
    });
    expect(times()).toEqual([0]);
  });

  it('throws the last failure when no poll succeeded, the first poll being recent', async () => {
    stage.gateway.onPoll = async () => {
      throw transient();
    };
    expect(await stage.until(stage.wait('job-1', 20_000))).toMatchObject({ code: 'server_error' });
    expect(await stage.until(stage.wait('job-1'))).toMatchObject({ code: 'server_error' });
    expect(await stage.until(stage.wait('job-1', 3_000))).toMatchObject({ code: 'server_error' });
  });

  it('throws what is not transient at once', async () => {
    stage.gateway.onPoll = async () => {
      throw failure('unauthorized', { httpStatus: 401 });
    };
    expect(await stage.wait('job-1', 45_000)).toMatchObject({ code: 'unauthorized' });
    expect(stage.clock.monotonic()).toBe(0);
  });

  it('of 0 s awaits its first answer as long as a poll may take', async () => {
    const answer = deferred<JobReport>();
    stage.gateway.onPoll = () => answer.promise;
    const wait = stage.wait('job-1');
    await stage.clock.pass(POLL_MS - 100);
    answer.resolve(report('IN_PROGRESS'));
    expect(await wait).toMatchObject({ record: { status: 'IN_PROGRESS' } });
  });

  it.each([0, 20_000, 45_000])('of %i ms ends before its call must, whatever the gateway does', async waitMs => {
    stage.gateway.onPoll = async () => {
      await stage.clock.sleep(POLL_MS);
      throw transient();
    };
    expect(await stage.until(stage.wait('job-1', waitMs))).toMatchObject({ code: 'server_error' });
    expect(stage.clock.monotonic()).toBeLessThanOrEqual(CALL_MS + 100);
  });

  it('goes on for ten minutes while a completed job’s result is not there yet', async () => {
    stage.gateway.onPoll = async (_id, nth) =>
      nth < 3 ? report('COMPLETED', { resultPending: true }) : report('COMPLETED', { outputs: [VIDEO] });
    expect(await stage.until(stage.wait('job-1', 45_000))).toMatchObject({ record: { outputs: [VIDEO] } });
    stage.gateway.onPoll = async () => report('COMPLETED', { resultPending: true });
    await stage.clock.pass(RENEW_ENDED_MS);
    expect(await stage.wait('job-1', 45_000)).toMatchObject({ record: { status: 'COMPLETED' } });
  });
});

const VIDEO = { url: 'https://cdn.example/a.mp4', kind: 'video' as const };

describe('two waits for one job', () => {
  it('in one process share a poll', async () => {
    await stage.until(Promise.all([stage.wait('job-1', 12_000), stage.wait('job-1', 12_000)]));
    expect(times()).toEqual([0, 5_000, 10_000]);
  });

  it('in two processes poll no more often than one', async () => {
    const service = await stage.startService();
    await stage.until(Promise.all([stage.wait('job-1', 12_000), stage.wait('job-1', 12_000, { service })]));
    for (const [i, at] of times().entries())
      expect(at - (times()[i - 1] ?? -POLL_INTERVAL_MS)).toBeGreaterThanOrEqual(5_000);
    expect(times()).toHaveLength(3);
  });

  it('in two processes: the second gets the answer to the first', async () => {
    const service = await stage.startService();
    const answer = deferred<JobReport>();
    stage.gateway.onPoll = () => answer.promise;
    const first = stage.wait('job-1', 4_000);
    await stage.clock.pass(100);
    const second = stage.wait('job-1', 4_000, { service });
    await stage.clock.pass(1_000);
    answer.resolve(report('COMPLETED'));
    expect(await stage.until(Promise.all([first, second]))).toMatchObject([
      { record: { status: 'COMPLETED' } },
      { record: { status: 'COMPLETED' } },
    ]);
    expect(times()).toHaveLength(1);
  });

  it('in two processes: the second reports a poll elsewhere while no answer has come', async () => {
    const service = await stage.startService();
    stage.gateway.onPoll = () => new Promise(() => {});
    void stage.wait('job-1', 4_000);
    await stage.clock.pass(100);
    expect(await stage.until(stage.wait('job-1', 0, { service }))).toMatchObject({
      elsewhere: true,
      record: { status: 'IN_QUEUE' },
    });
  });
});

describe('a 404 for a job of this server', () => {
  beforeEach(() => {
    stage.gateway.onPoll = async () => {
      throw missing();
    };
  });

  it('within a minute of the submit means not there yet', async () => {
    await stage.clock.pass(NOT_YET_MS - 1_000);
    expect(await stage.wait('job-1')).toMatchObject({ code: 'server_error', facts: { notYet: true, transient: true } });
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
  });

  it('after a minute, given twice, means that it is gone: a doubt with its id, reported at every call', async () => {
    await stage.clock.pass(NOT_YET_MS);
    for (let call = 0; call < 2; call++) {
      expect(await stage.until(stage.wait('job-1', 20_000))).toMatchObject({
        code: 'job_gone',
        facts: { requestId: 'job-1' },
      });
      await stage.clock.pass(10_000);
    }
    expect(await stage.list()).toEqual([{ status: 'UNKNOWN', requestId: 'job-1' }]);
    expect((await stage.service.recall('job-1'))?.open).toBe(true);
  });

  it('that the second poll does not confirm says nothing', async () => {
    await stage.clock.pass(NOT_YET_MS);
    stage.gateway.onPoll = async (_id, nth) => {
      if (nth === 1) throw missing();
      return report('IN_PROGRESS');
    };
    expect(await stage.until(stage.wait('job-1'))).toMatchObject({ record: { status: 'IN_PROGRESS' } });
  });

  it('that comes after something else went wrong with the second poll says nothing', async () => {
    await stage.clock.pass(NOT_YET_MS);
    stage.gateway.onPoll = async (_id, nth) => {
      throw nth === 1 ? missing() : transient();
    };
    expect(await stage.until(stage.wait('job-1'))).toMatchObject({ code: 'server_error' });
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
  });

  it('after seven days means that it has expired, but a clock alone settles no doubt', async () => {
    stage.clock.moveWallClock(RESULT_KEPT_MS + 60_000);
    expect(await stage.until(stage.wait('job-1'))).toMatchObject({ code: 'result_expired' });
    expect(await stage.submit()).toMatchObject({ code: 'submission_unknown', facts: { earlier: true } });
  });

  it('under another key says nothing about the job', async () => {
    await stage.clock.pass(NOT_YET_MS);
    const service = await stage.startService({ key: 'another key' });
    expect(await stage.wait('job-1', 0, { service })).toMatchObject({
      code: 'job_not_found',
      facts: { otherKey: true },
    });
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
  });

  it('leaves what is known of one that has ended', async () => {
    stage.gateway.onPoll = async () => report('COMPLETED', { outputs: [VIDEO] });
    await stage.wait('job-1');
    await stage.clock.pass(60_000);
    stage.gateway.onPoll = async () => {
      throw missing();
    };
    expect(await stage.wait('job-1')).toMatchObject({ record: { status: 'COMPLETED', outputs: [VIDEO] } });
  });

  it('is undone when a later poll finds the job', async () => {
    await stage.clock.pass(NOT_YET_MS);
    await stage.until(stage.wait('job-1'));
    await stage.clock.pass(10_000);
    stage.gateway.onPoll = async () => report('IN_PROGRESS');
    expect(await stage.wait('job-1')).toMatchObject({ record: { status: 'IN_PROGRESS' } });
    expect(await stage.list()).toEqual([{ status: 'IN_PROGRESS', requestId: 'job-1' }]);
  });
});

describe('a job of another server', () => {
  it('is remembered once the gateway knows it', async () => {
    expect(await stage.wait('job-7')).toMatchObject({ record: { requestId: 'job-7', status: 'IN_QUEUE' } });
    expect(await stage.list()).toContainEqual({ status: 'IN_QUEUE', requestId: 'job-7' });
  });

  it('that the gateway does not know is not remembered', async () => {
    stage.gateway.onPoll = async () => {
      throw missing();
    };
    expect(await stage.wait('job-7', 20_000)).toMatchObject({ code: 'job_not_found' });
    expect(await stage.list()).toHaveLength(1);
  });

  it('of another origin is never polled', async () => {
    const service = await stage.startService({ origin: 'https://staging.example' });
    expect(await stage.wait('job-1', 0, { service })).toMatchObject({
      code: 'job_not_found',
      facts: { otherOrigin: ORIGIN },
    });
    expect(times()).toEqual([]);
  });
});

describe('a job that has ended', () => {
  const complete = async (more: Partial<JobReport> = {}) => {
    stage.gateway.onPoll = async () => report('COMPLETED', { outputs: [VIDEO], ...more });
    await stage.wait('job-1');
    stage.gateway.polls.length = 0;
  };

  it('is polled again for ten minutes, since its cost and links may come later', async () => {
    await complete();
    await stage.clock.pass(RENEW_ENDED_MS - 1_000);
    stage.gateway.onPoll = async () => report('COMPLETED', { outputs: [VIDEO], costUsd: 0.5 });
    expect(await stage.wait('job-1')).toMatchObject({ record: { costUsd: 0.5 } });
    expect(times()).toHaveLength(1);
  });

  it('is not polled again after ten minutes while its links are younger than an hour', async () => {
    await complete();
    await stage.clock.pass(LINK_KEPT_MS - 1_000);
    expect(await stage.wait('job-1')).toMatchObject({ record: { status: 'COMPLETED' } });
    expect(times()).toEqual([]);
  });

  it('is polled for new links once they are an hour old', async () => {
    await complete();
    await stage.clock.pass(LINK_KEPT_MS + 1_000);
    const renewed = { ...VIDEO, url: 'https://cdn.example/b.mp4' };
    stage.gateway.onPoll = async () => report('COMPLETED', { outputs: [renewed] });
    expect(await stage.wait('job-1')).toMatchObject({ record: { outputs: [renewed] } });
  });

  it('is not polled after seven days', async () => {
    await complete();
    await stage.clock.pass(RESULT_KEPT_MS + 60_000);
    await stage.wait('job-1');
    expect(times()).toEqual([]);
  });

  it('takes a later outcome, and does not become live again', async () => {
    await complete();
    await stage.clock.pass(10_000);
    stage.gateway.onPoll = async () => report('IN_PROGRESS');
    expect(await stage.wait('job-1')).toMatchObject({ record: { status: 'COMPLETED' } });
    await stage.clock.pass(10_000);
    stage.gateway.onPoll = async () => report('FAILED', { failure: 'too late' });
    expect(await stage.wait('job-1')).toMatchObject({ record: { status: 'FAILED', failure: 'too late' } });
  });

  it('keeps its links when a later answer has an error in their place', async () => {
    await complete();
    await stage.clock.pass(10_000);
    stage.gateway.onPoll = async () => report('COMPLETED', { failure: 'Not found' });
    expect(await stage.wait('job-1')).toMatchObject({ record: { outputs: [VIDEO], failure: 'Not found' } });
  });

  it('answers with what is known when the poll fails, and the next poll keeps the interval', async () => {
    await complete({ resultPending: true });
    stage.gateway.onPoll = async () => {
      throw transient();
    };
    await stage.clock.pass(10_000);
    expect(await stage.until(stage.wait('job-1', 20_000))).toMatchObject({ record: { status: 'COMPLETED' } });
    expect(times().length).toBeLessThanOrEqual(5);
  });
});

it('a poll that failed is forgotten once another poll of the job has succeeded', async () => {
  stage.gateway.onPoll = async (_id, nth) => {
    if (nth === 1) throw transient();
    return report('CANCELLED');
  };
  expect(await stage.wait('job-1')).toMatchObject({ code: 'server_error' });
  await stage.service.cancel('job-1', stage.call());
  expect(await stage.wait('job-1')).toMatchObject({ record: { status: 'CANCELLED' } });
});

describe('without a store', () => {
  it.each(['find', 'claimPoll', 'saveReport'] as const)(
    'that fails at %s, a poll says so and goes on',
    async method => {
      stage.fault = used => {
        if (used !== method) return;
        stage.takeStoreAway();
        throw away();
      };
      stage.gateway.onPoll = async () => report('IN_PROGRESS');
      expect(await stage.wait('job-1')).toMatchObject({
        unwritten: true,
        record: { requestId: 'job-1', status: 'IN_PROGRESS' },
      });
    },
  );

  it('a job is polled no more often than with it, also while polls fail', async () => {
    stage.takeStoreAway();
    stage.gateway.onPoll = async () => {
      throw transient();
    };
    await stage.wait('job-1');
    await stage.wait('job-1');
    expect(times()).toHaveLength(1);
  });

  it('a job keeps the time of its first poll', async () => {
    stage.takeStoreAway();
    const first = await stage.wait('elsewhere');
    await stage.clock.pass(60_000);
    const { submittedAt } = (first as PollResult).record;
    expect(await stage.wait('elsewhere')).toMatchObject({ unwritten: true, record: { submittedAt } });
    expect(times()).toHaveLength(2);
  });

  it('that can be read and not written, a job keeps what its polls brought, and the poll interval', async () => {
    stage.fault = method => {
      if (method === 'claimPoll' || method === 'saveReport') throw away();
    };
    stage.gateway.onPoll = async () => report('COMPLETED', { resultPending: true });
    const [first] = await Promise.all([stage.wait('job-1'), stage.clock.pass(0)]);
    const { endedAt } = (first as PollResult).record;
    expect(await stage.wait('job-1')).toMatchObject({ unwritten: true, record: { endedAt } });
    expect(times()).toHaveLength(1);
    await stage.clock.pass(180_000);
    expect(await stage.wait('job-1')).toMatchObject({ unwritten: true, record: { endedAt } });
    expect(times()).toHaveLength(2);
  });

  it('a wait ends with the job', async () => {
    stage.takeStoreAway();
    stage.gateway.onPoll = async (_id, nth) => report(nth < 3 ? 'IN_QUEUE' : 'COMPLETED');
    expect(await stage.until(stage.wait('job-1', 45_000))).toMatchObject({
      unwritten: true,
      record: { status: 'COMPLETED' },
    });
    expect(times()).toEqual([0, 5_000, 10_000]);
  });
});

describe('a clock that is moved back', () => {
  it('does not keep a job from being polled', async () => {
    await stage.wait('job-1');
    stage.clock.moveWallClock(-3_600_000);
    stage.gateway.onPoll = async () => report('COMPLETED');
    expect(await stage.until(stage.wait('job-1', 20_000))).toMatchObject({ record: { status: 'COMPLETED' } });
  });
});
