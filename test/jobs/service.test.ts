import { beforeEach, describe, expect, it } from 'vitest';
import { accepted, deferred, failure, report, Stage } from './setup.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.start();
});

describe('list', () => {
  it('filters by status, template and beginning of the id, in the store and in the outbox', async () => {
    await stage.submit('a');
    stage.gateway.onSubmit = async nth => {
      stage.takeStoreAway();
      return accepted(`job-${nth}`);
    };
    await stage.until(stage.submit('b', { templateId: 'tpl-2' }));
    const ids = async (filter: object) =>
      (await stage.service.list({ limit: 20, ...filter })).records.map(({ requestId }) => requestId);
    expect(await ids({ templateId: 'tpl-2' })).toEqual(['job-2']);
    expect(await ids({ status: 'IN_QUEUE' })).toEqual(['job-2']);
    expect(await ids({ prefix: 'job-2' })).toEqual(['job-2']);
    stage.fault = () => {};
    expect(await ids({ templateId: 'tpl-1' })).toEqual(['job-1']);
    expect(await ids({ status: 'UNKNOWN' })).toEqual([]);
    expect(await ids({ prefix: 'job-1' })).toEqual(['job-1']);
    expect(await ids({})).toEqual(['job-2', 'job-1']);
  });

  it('fails with store_unavailable when nothing is known without the store', async () => {
    stage.takeStoreAway();
    await expect(stage.service.list({ limit: 20 })).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('recall', () => {
  it('resolves to what is stored without asking the gateway', async () => {
    await stage.submit();
    expect(await stage.service.recall('job-1')).toMatchObject({ status: 'IN_QUEUE' });
    expect(await stage.service.recall('job-2')).toBeNull();
    expect(stage.gateway.polls).toEqual([]);
  });
});

describe('the end of the process', () => {
  it('waits for the answer of a request on its way and writes it', async () => {
    const answer = deferred<ReturnType<typeof accepted>>();
    stage.gateway.onSubmit = () => answer.promise;
    void stage.submit();
    await stage.clock.pass(0);
    expect(stage.service.busy()).toBe(true);
    const drained = stage.service.drain();
    answer.resolve(accepted('job-1'));
    await drained;
    expect(stage.service.busy()).toBe(false);
    expect(await stage.stored()).toMatchObject([{ requestId: 'job-1', status: 'IN_QUEUE' }]);
  });

  it('has nothing to wait for after a refusal, a doubt and an accepted submit', async () => {
    stage.gateway.onSubmit = async nth => {
      if (nth === 1) throw failure('insufficient_credits', { operation: 'submit' });
      if (nth === 2) throw failure('submission_unknown', { operation: 'submit' });
      return accepted('job-3');
    };
    for (const what of ['a', 'b', 'c']) await stage.submit(what);
    expect(stage.service.busy()).toBe(false);
    await stage.service.drain();
    await stage.service.close();
  });

  it('stops the writing of what the store could not take', async () => {
    stage.gateway.onSubmit = async () => {
      stage.takeStoreAway();
      return accepted('job-1');
    };
    await stage.until(stage.submit());
    await stage.service.close();
    stage.log.length = 0;
    await stage.clock.pass(60_000);
    expect(stage.log).toEqual([]);
  });
});

describe('two processes on one store', () => {
  it('make one job of one intent, and both poll it', async () => {
    const second = await stage.startService();
    const calls = await stage.until(Promise.all([stage.submit('a'), stage.submit('a', { service: second })]));
    expect(calls.map(call => call && 'record' in call && call.record.requestId)).toEqual(['job-1', 'job-1']);
    stage.gateway.onPoll = async () => report('COMPLETED');
    await stage.clock.pass(5_000);
    await stage.wait('job-1');
    expect(await stage.wait('job-1', 0, { service: second })).toMatchObject({ record: { status: 'COMPLETED' } });
  });

  it('share a doubt: what the first lifts, the second repeats without a job', async () => {
    const second = await stage.startService();
    stage.gateway.onSubmit = async nth => {
      if (nth === 1) throw failure('submission_unknown', { operation: 'submit' });
      return accepted(`job-${nth}`);
    };
    await stage.submit('a');
    expect(await stage.submit('a', { service: second })).toMatchObject({ code: 'submission_unknown' });
    await stage.submit('a', { lift: 1 });
    expect(await stage.submit('a', { lift: 1, service: second })).toMatchObject({ duplicate: true });
    expect(stage.gateway.submits).toHaveLength(2);
  });
});
