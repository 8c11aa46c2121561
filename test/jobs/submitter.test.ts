import { beforeEach, describe, expect, it } from 'vitest';
import { NOT_YET_MS, SUBMIT_ANSWER_MS } from '../../src/base/limits.ts';
import type { GatewayFailure } from '../../src/gateway/failure.ts';
import { type ReservedRow, UncertainReservation } from '../../src/jobs/store/job-store.ts';
import { HandClock } from '../support/hand-clock.ts';
import { accepted, away, deferred, failure, report, Stage } from './setup.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.start();
});

const doubt = (facts = {}) => failure('submission_unknown', { operation: 'submit', ...facts });
const refusal = () => failure('insufficient_credits', { operation: 'submit', httpStatus: 402 });

describe('an accepted submit', () => {
  it('is in the store as SUBMITTING before the request leaves, and as IN_QUEUE with its id afterwards', async () => {
    let before: unknown;
    stage.gateway.onSubmit = async () => {
      before = await stage.list();
      return accepted('job-1');
    };
    const submitted = await stage.submit();
    expect(before).toEqual([{ status: 'SUBMITTING' }]);
    expect(submitted).toMatchObject({ duplicate: false, unwritten: false, record: { requestId: 'job-1' } });
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
  });

  it('names live jobs of the same template with another definition as conflicts', async () => {
    await stage.submit('a', { definition: { timeline: 'a' } });
    const second = await stage.submit('b', { definition: { timeline: 'b' } });
    expect(second).toMatchObject({ duplicate: false, conflicts: [{ requestId: 'job-1' }] });
  });

  it('is a doubt when its id belongs to another submit, which keeps it', async () => {
    stage.gateway.onSubmit = async () => accepted('job-1');
    await stage.submit('a');
    expect(await stage.submit('b')).toMatchObject({
      code: 'submission_unknown',
      facts: { cause: 'ID_OF_ANOTHER_JOB', lift: 'duplicate' },
    });
    expect(await stage.list()).toEqual([{ status: 'UNKNOWN' }, { status: 'IN_QUEUE', requestId: 'job-1' }]);
  });
});

describe('a refused submit', () => {
  it('leaves no row and may be sent again', async () => {
    stage.gateway.onSubmit = async nth => {
      if (nth === 1) throw refusal();
      return accepted('job-2');
    };
    expect(await stage.submit()).toMatchObject({ code: 'insufficient_credits' });
    expect(await stage.list()).toEqual([]);
    expect(await stage.submit()).toMatchObject({ duplicate: false, record: { requestId: 'job-2' } });
  });

  it('leaves no row when the refusal comes after the call has answered, and is reported once', async () => {
    const answer = deferred<never>();
    stage.gateway.onSubmit = () => answer.promise;
    expect(await stage.until(stage.submit())).toMatchObject({ code: 'submission_unknown' });
    expect(stage.service.takeLateRefusals()).toEqual([]);
    answer.reject(refusal());
    await stage.clock.pass(1_000);
    expect(await stage.list()).toEqual([]);
    const expected = { templateId: 'tpl-1', submittedAt: HandClock.EPOCH, failure: { code: 'insufficient_credits' } };
    expect(stage.service.takeLateRefusals()).toMatchObject([expected]);
    expect(stage.service.takeLateRefusals()).toEqual([]);
  });
});

describe('a submit in doubt', () => {
  beforeEach(() => {
    stage.gateway.onSubmit = async nth => {
      if (nth === 1) throw doubt({ recordId: 'rec-1' });
      return accepted(`job-${nth}`);
    };
  });

  it('blocks the equal call for as long as the store remembers it, and names the word that lifts it', async () => {
    expect(await stage.submit()).toMatchObject({ code: 'submission_unknown', facts: { lift: 'duplicate' } });
    await stage.clock.pass(90 * 24 * 3_600_000);
    expect(await stage.submit()).toMatchObject({
      code: 'submission_unknown',
      facts: { earlier: true, lift: 'duplicate', recordId: 'rec-1' },
    });
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('is sent again with the lift, once however often the lifted call is repeated', async () => {
    await stage.submit();
    expect(await stage.submit('a', { lift: 1 })).toMatchObject({ duplicate: false, record: { requestId: 'job-2' } });
    expect(await stage.submit('a', { lift: 1 })).toMatchObject({
      duplicate: true,
      lift: 'duplicate_2',
      record: { requestId: 'job-2' },
    });
    expect(stage.gateway.submits).toHaveLength(2);
  });

  it('asks for the next lift when the lifted call is in doubt too', async () => {
    stage.gateway.onSubmit = async () => {
      throw doubt();
    };
    await stage.submit();
    expect(await stage.submit('a', { lift: 1 })).toMatchObject({ facts: { lift: 'duplicate_2' } });
    expect(await stage.submit('a', { lift: 1 })).toMatchObject({ facts: { earlier: true, lift: 'duplicate_2' } });
    expect(stage.gateway.submits).toHaveLength(2);
  });

  it('stays open when the lifted call was refused', async () => {
    await stage.submit();
    stage.gateway.onSubmit = async () => {
      throw refusal();
    };
    await stage.submit('a', { lift: 1 });
    expect(await stage.submit()).toMatchObject({ code: 'submission_unknown', facts: { earlier: true } });
  });

  it('is what an error that the gateway did not report leaves', async () => {
    stage.gateway.onSubmit = async () => {
      throw new TypeError('unforeseen');
    };
    expect(await stage.submit()).toMatchObject({ code: 'submission_unknown' });
    expect(await stage.list()).toEqual([{ status: 'UNKNOWN' }]);
  });
});

describe('a doubt that blocks its update again', () => {
  it.each([
    [1, undefined],
    [25, true],
  ])('after %i h is old: %j', async (hours, old) => {
    stage.gateway.onSubmit = async () => {
      throw failure('submission_unknown', { operation: 'submit' });
    };
    await stage.submit();
    await stage.clock.pass(hours * 3_600_000);
    const again = await stage.submit();
    expect(again).toMatchObject({ code: 'submission_unknown', facts: { earlier: true } });
    expect((again as GatewayFailure).facts.old).toBe(old);
  });
});

describe('a hint', () => {
  beforeEach(() => {
    stage.gateway.onSubmit = async () => {
      throw doubt({ hint: 'job-9' });
    };
  });

  it('that the gateway confirms at once makes the doubt a job', async () => {
    expect(await stage.submit()).toMatchObject({
      duplicate: false,
      record: { requestId: 'job-9', status: 'IN_QUEUE' },
    });
    expect(stage.gateway.polls.map(({ id }) => id)).toEqual(['job-9']);
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-9' }]);
  });

  it('that is confirmed later answers the equal call with the job', async () => {
    stage.gateway.onPoll = async (_id, nth) => {
      if (nth === 1) throw failure('server_error', { transient: true });
      return report('IN_PROGRESS');
    };
    expect(await stage.submit()).toMatchObject({ code: 'submission_unknown' });
    expect(await stage.submit()).toMatchObject({ duplicate: true, record: { requestId: 'job-9' } });
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('answered with 404 is kept for a minute and dropped after that', async () => {
    stage.gateway.onPoll = async () => {
      throw failure('job_not_found', { httpStatus: 404 });
    };
    await stage.submit();
    await stage.submit();
    expect(stage.gateway.polls).toHaveLength(2);
    await stage.clock.pass(NOT_YET_MS);
    expect(await stage.submit()).toMatchObject({ code: 'submission_unknown' });
    expect(await stage.submit()).toMatchObject({ code: 'submission_unknown' });
    expect(stage.gateway.polls).toHaveLength(3);
  });

  it('of a submit with another key is kept when the gateway answers 404', async () => {
    stage.gateway.onPoll = async () => {
      throw failure('job_not_found', { httpStatus: 404 });
    };
    await stage.submit();
    const service = await stage.startService({ key: 'another key' });
    await stage.clock.pass(NOT_YET_MS);
    await stage.submit('a', { service });
    await stage.submit('a', { service });
    expect(stage.gateway.polls).toHaveLength(3);
  });

  it('that another submit owns leaves the doubt and the owner as they are', async () => {
    stage.gateway.onSubmit = async nth => {
      if (nth === 1) return accepted('job-9');
      throw doubt({ hint: 'job-9' });
    };
    await stage.submit('a');
    expect(await stage.submit('b')).toMatchObject({ code: 'submission_unknown' });
    expect(await stage.list()).toEqual([{ status: 'UNKNOWN' }, { status: 'IN_QUEUE', requestId: 'job-9' }]);
  });

  it('of a job that was looked up here takes that job over', async () => {
    await stage.wait('job-9');
    expect(await stage.submit()).toMatchObject({ record: { requestId: 'job-9' } });
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-9' }]);
  });

  it('whose poll hangs holds the equal call no longer than its deadline', async () => {
    stage.gateway.onPoll = async () => {
      throw failure('server_error', { transient: true });
    };
    await stage.submit();
    stage.gateway.onPoll = () => new Promise(() => {});
    const call = stage.submit('a', { limitMs: 20_000 });
    const start = stage.clock.monotonic();
    expect(await stage.until(call)).toMatchObject({ code: 'submission_unknown', facts: { earlier: true } });
    expect(stage.clock.monotonic() - start).toBeLessThanOrEqual(20_000);
  });
});

describe('a late answer', () => {
  it('after the call has answered becomes the job of the row, and the equal call meets it', async () => {
    const answer = deferred<ReturnType<typeof accepted>>();
    stage.gateway.onSubmit = () => answer.promise;
    const call = stage.submit();
    await stage.clock.pass(SUBMIT_ANSWER_MS - 1_000);
    expect(stage.service.busy()).toBe(true);
    expect(await stage.until(call)).toMatchObject({ code: 'submission_unknown', facts: { cause: 'NO_ANSWER_YET' } });
    expect(stage.clock.monotonic()).toBeLessThanOrEqual(SUBMIT_ANSWER_MS + 1_000);
    expect(await stage.list()).toEqual([{ status: 'SUBMITTING' }]);
    answer.resolve(accepted('job-1'));
    await stage.clock.pass(0);
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
    expect(stage.service.busy()).toBe(false);
    expect(await stage.submit()).toMatchObject({ duplicate: true, record: { requestId: 'job-1' } });
  });

  it('wins over the doubt that 130 s have made of its row', async () => {
    const answer = deferred<ReturnType<typeof accepted>>();
    stage.gateway.onSubmit = () => answer.promise;
    await stage.until(stage.submit());
    await stage.clock.pass(130_000);
    expect(await stage.list()).toEqual([{ status: 'UNKNOWN' }]);
    answer.resolve(accepted('job-1'));
    await stage.clock.pass(0);
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
  });

  it('that was there when the machine woke from sleep is believed before the timer', async () => {
    const answer = deferred<ReturnType<typeof accepted>>();
    stage.gateway.onSubmit = () => answer.promise;
    const call = stage.submit();
    await stage.clock.pass(1_000);
    // The timer is over at once, and the answer is read right after it.
    await stage.clock.jump(3_600_000);
    answer.resolve(accepted('job-1'));
    expect(await stage.until(call)).toMatchObject({ record: { requestId: 'job-1' } });
  });

  it('starts no further attempt once the call has answered', async () => {
    let signal: AbortSignal | undefined;
    stage.gateway.onSubmit = (_nth, attempts) => {
      signal = attempts;
      return new Promise(() => {});
    };
    const call = stage.submit();
    await stage.clock.pass(1_000);
    expect(signal?.aborted).toBe(false);
    await stage.until(call);
    expect(signal?.aborted).toBe(true);
  });
});

describe('a cancelled call', () => {
  it('sends nothing when it was cancelled while the row was reserved, and leaves no row', async () => {
    const esc = new AbortController();
    stage.fault = async method => {
      if (method === 'reserve') await stage.clock.sleep(3_000);
    };
    const call = stage.submit('a', { signal: esc.signal });
    await stage.clock.pass(1_000);
    esc.abort();
    await stage.until(call);
    expect(stage.gateway.submits).toEqual([]);
    expect(await stage.list()).toEqual([]);
  });

  it('sends nothing when the reservation has used up its time, and leaves no row', async () => {
    stage.fault = async method => {
      if (method === 'reserve') await stage.clock.sleep(4_000);
    };
    expect(await stage.until(stage.submit('a', { limitMs: 5_000 }))).toMatchObject({
      code: 'network_error',
      facts: { transient: true },
    });
    expect(stage.gateway.submits).toEqual([]);
    expect(await stage.list()).toEqual([]);
  });

  it('sends nothing when it was cancelled while it waited for an equal one', async () => {
    const first = deferred<never>();
    stage.gateway.onSubmit = () => first.promise;
    const call = stage.submit();
    const esc = new AbortController();
    const second = stage.submit('a', { signal: esc.signal });
    await stage.clock.pass(1_000);
    esc.abort();
    first.reject(refusal());
    expect(await stage.until(second)).toMatchObject({ code: 'network_error' });
    await call;
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('keeps the answer of a request that had left', async () => {
    const answer = deferred<ReturnType<typeof accepted>>();
    stage.gateway.onSubmit = () => answer.promise;
    const esc = new AbortController();
    const call = stage.submit('a', { signal: esc.signal });
    await stage.clock.pass(1_000);
    esc.abort();
    answer.resolve(accepted('job-1'));
    await stage.until(call);
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
  });
});

describe('equal calls at once', () => {
  it.each([
    [0, 0],
    [1, 1],
    [0, 1],
    [1, 0],
  ])('with the lifts %i and %i make one job', async (first, second) => {
    const answer = deferred<ReturnType<typeof accepted>>();
    stage.gateway.onSubmit = () => answer.promise;
    const calls = [stage.submit('a', { lift: first }), stage.submit('a', { lift: second })];
    await stage.clock.pass(5_000);
    answer.resolve(accepted('job-1'));
    const results = await stage.until(Promise.all(calls));
    expect(results.map(result => result && 'duplicate' in result && result.duplicate)).toEqual([false, true]);
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('of eight processes make one job, however long the first takes', async () => {
    const answer = deferred<ReturnType<typeof accepted>>();
    stage.gateway.onSubmit = () => answer.promise;
    const services = await Promise.all(Array.from({ length: 8 }, () => stage.startService()));
    const calls = services.map(service => stage.submit('a', { service }));
    await stage.clock.pass(30_000);
    answer.resolve(accepted('job-1'));
    const results = await stage.until(Promise.all(calls));
    expect(results.map(result => result && 'record' in result && result.record.requestId)).toEqual(
      Array(8).fill('job-1'),
    );
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('are sent one after the other when the first is refused', async () => {
    const answer = deferred<never>();
    stage.gateway.onSubmit = nth => (nth === 1 ? answer.promise : Promise.resolve(accepted('job-2')));
    const calls = [stage.submit(), stage.submit()];
    await stage.clock.pass(1_000);
    answer.reject(refusal());
    expect(await stage.until(Promise.all(calls))).toMatchObject([
      { code: 'insufficient_credits' },
      { duplicate: false, record: { requestId: 'job-2' } },
    ]);
  });

  it('end in doubt together, the second as an earlier one, when the first is in doubt', async () => {
    const answer = deferred<never>();
    stage.gateway.onSubmit = () => answer.promise;
    const calls = [stage.submit(), stage.submit('a', { lift: 1 })];
    await stage.clock.pass(1_000);
    answer.reject(doubt());
    expect(await stage.until(Promise.all(calls))).toMatchObject([
      { code: 'submission_unknown' },
      { code: 'submission_unknown', facts: { earlier: true } },
    ]);
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('answer by their deadline when the first never ends', async () => {
    stage.gateway.onSubmit = () => new Promise(() => {});
    void stage.submit();
    const second = stage.submit('a', { limitMs: 50_000 });
    expect(await stage.until(second)).toMatchObject({ code: 'submission_unknown', facts: { earlier: true } });
    expect(stage.clock.monotonic()).toBeLessThanOrEqual(50_000);
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('of a process that was killed are in doubt, and stay so', async () => {
    stage.gateway.onSubmit = () => new Promise(() => {});
    void stage.submit();
    await stage.clock.pass(200_000);
    const next = await stage.startService();
    expect(await stage.submit('a', { service: next })).toMatchObject({ code: 'submission_unknown' });
    expect(await stage.list()).toEqual([{ status: 'UNKNOWN' }]);
  });
});

describe('a call of an intent that has a job', () => {
  it('answers with the live job, freshly polled', async () => {
    await stage.submit();
    await stage.clock.pass(60_000);
    stage.gateway.onPoll = async () => report('IN_PROGRESS');
    expect(await stage.submit()).toMatchObject({
      duplicate: true,
      lift: 'duplicate',
      record: { requestId: 'job-1', status: 'IN_PROGRESS' },
    });
  });

  it('submits when the live job turns out to have failed', async () => {
    await stage.submit();
    await stage.clock.pass(60_000);
    stage.gateway.onPoll = async () => report('FAILED');
    expect(await stage.submit()).toMatchObject({ duplicate: false, record: { requestId: 'job-2' } });
  });

  it('answers with the job as last seen when the gateway cannot be asked', async () => {
    await stage.submit();
    stage.gateway.onPoll = async () => {
      throw failure('server_error', { transient: true });
    };
    expect(await stage.submit()).toMatchObject({ duplicate: true, record: { requestId: 'job-1', status: 'IN_QUEUE' } });
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('asks the user when the gateway no longer knows the job', async () => {
    await stage.submit();
    await stage.clock.pass(NOT_YET_MS);
    stage.gateway.onPoll = async () => {
      throw failure('job_not_found', { httpStatus: 404 });
    };
    expect(await stage.until(stage.submit())).toMatchObject({
      code: 'submission_unknown',
      facts: { earlier: true, requestId: 'job-1', lift: 'duplicate' },
    });
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('answers with the completed job for ten minutes and submits after that', async () => {
    await stage.submit();
    stage.gateway.onPoll = async () => report('COMPLETED');
    await stage.wait('job-1');
    await stage.clock.pass(9 * 60_000);
    expect(await stage.submit()).toMatchObject({ duplicate: true, record: { status: 'COMPLETED' } });
    await stage.clock.pass(61_000);
    expect(await stage.submit()).toMatchObject({ duplicate: false });
  });

  it('submits A again after B, although nobody polled the first A to its end', async () => {
    await stage.submit('a');
    await stage.submit('b');
    await stage.clock.pass(60_000);
    stage.gateway.onPoll = async () => report('COMPLETED');
    expect(await stage.submit('a')).toMatchObject({ duplicate: false, record: { requestId: 'job-3' } });
  });

  it('names only the time of another tenant’s job, and does not poll it', async () => {
    await stage.submit();
    stage.alter = (method, result) => {
      const { record } = result as { record?: object };
      return method === 'reserve' && record
        ? { ...(result as object), record: { ...record, otherTenant: true } }
        : result;
    };
    const blocked = await stage.submit();
    expect(blocked).toMatchObject({ code: 'submission_unknown', facts: { earlier: true, otherTenant: true } });
    expect(JSON.stringify(blocked)).not.toContain('job-1');
    expect(stage.gateway.polls).toEqual([]);
  });
});

describe('a store that fails a submit', () => {
  it('stops it before anything leaves', async () => {
    const giveBack = stage.takeStoreAway();
    expect(await stage.submit()).toMatchObject({ code: 'store_unavailable' });
    expect(stage.gateway.submits).toEqual([]);
    giveBack();
    expect(await stage.submit()).toMatchObject({ duplicate: false });
  });

  it('sends nothing when the reservation’s COMMIT was not answered, and takes the row back once it can', async () => {
    stage.alter = (method, result) => {
      const { row } = result as { row?: ReservedRow };
      if (method !== 'reserve' || !row) return result;
      const giveBack = stage.takeStoreAway();
      void stage.clock.sleep(8_000).then(giveBack);
      throw new UncertainReservation(row, away());
    };
    expect(await stage.until(stage.submit())).toMatchObject({ code: 'store_unavailable' });
    expect(stage.gateway.submits).toEqual([]);
    expect(await stage.stored()).toHaveLength(1);
    await stage.clock.pass(20_000);
    expect(await stage.stored()).toEqual([]);
    stage.alter = (_method, result) => result;
    expect(await stage.submit()).toMatchObject({ duplicate: false });
  });

  it('refuses when the hour’s submits are used up', async () => {
    stage = await Stage.start({ maxSubmitsPerHour: 1 });
    await stage.submit('a');
    expect(await stage.submit('b')).toMatchObject({ code: 'spend_guard', facts: { spent: { used: 1 } } });
    expect(stage.gateway.submits).toHaveLength(1);
  });
});
