import { beforeEach, describe, expect, it } from 'vitest';
import { OUTBOX_KEPT_MS } from '../../src/base/limits.ts';
import { accepted, away, deferred, failure, report, Stage } from './setup.ts';

let stage: Stage;
let giveBack: () => void;

/** A submit whose answer comes while the store is away. */
async function submitWithStoreAway(answer: () => Promise<ReturnType<typeof accepted>>) {
  stage.gateway.onSubmit = nth => {
    if (nth === 1) giveBack = stage.takeStoreAway();
    return answer();
  };
  return stage.until(stage.submit());
}

beforeEach(async () => {
  stage = await Stage.start();
});

describe('an answer that comes while the store is away', () => {
  it('returns its id after a second, and is logged', async () => {
    const submitted = await submitWithStoreAway(async () => accepted('job-1'));
    expect(submitted).toMatchObject({ unwritten: true, record: { requestId: 'job-1', status: 'IN_QUEUE' } });
    expect(stage.clock.monotonic()).toBeLessThanOrEqual(1_100);
    expect(stage.log).toContainEqual(
      expect.objectContaining({ event: 'submit_accepted', facts: expect.objectContaining({ request_id: 'job-1' }) }),
    );
  });

  it('is listed and polled from memory, and nothing is submitted', async () => {
    await submitWithStoreAway(async () => accepted('job-1'));
    expect(await stage.service.list({ limit: 20 })).toMatchObject({
      away: true,
      records: [{ requestId: 'job-1', status: 'IN_QUEUE' }],
    });
    stage.gateway.onPoll = async () => report('IN_PROGRESS');
    expect(await stage.wait('job-1')).toMatchObject({
      unwritten: true,
      record: { requestId: 'job-1', status: 'IN_PROGRESS', templateId: 'tpl-1' },
    });
    expect(await stage.submit('b')).toMatchObject({ code: 'store_unavailable' });
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('is written by itself once the store is back', async () => {
    await submitWithStoreAway(async () => accepted('job-1'));
    await stage.clock.pass(8_000);
    expect(stage.service.busy()).toBe(true);
    giveBack();
    await stage.clock.pass(30_000);
    expect(stage.service.busy()).toBe(false);
    expect(await stage.stored()).toMatchObject([{ requestId: 'job-1', status: 'IN_QUEUE' }]);
  });

  it('is written before the next operation', async () => {
    await submitWithStoreAway(async () => accepted('job-1'));
    giveBack();
    expect(await stage.submit()).toMatchObject({ duplicate: true, record: { requestId: 'job-1' } });
  });

  it('is written at the end of the process', async () => {
    await submitWithStoreAway(async () => accepted('job-1'));
    giveBack();
    await stage.service.drain();
    expect(await stage.stored()).toMatchObject([{ requestId: 'job-1' }]);
  });

  it('is waited for by an equal submit while it is being written', async () => {
    const answers = [deferred<ReturnType<typeof accepted>>(), deferred<ReturnType<typeof accepted>>()];
    stage.gateway.onSubmit = nth => (answers[nth - 1] ?? deferred<never>()).promise;
    stage.fault = async method => {
      if (method === 'settle') await stage.clock.sleep(900);
    };
    const [first, second] = [stage.submit('a'), stage.submit('b')];
    await stage.clock.pass(100);
    answers[0]?.resolve(accepted('job-1'));
    await stage.clock.pass(100);
    const equal = stage.submit('b');
    await stage.clock.pass(300);
    answers[1]?.resolve(accepted('job-2'));
    expect(await stage.until(equal)).toMatchObject({ duplicate: true, record: { requestId: 'job-2' } });
    await stage.until(Promise.all([first, second]));
  });

  it('takes its row back when it is a refusal', async () => {
    const refused = await submitWithStoreAway(async () => {
      throw failure('insufficient_credits', { operation: 'submit' });
    });
    expect(refused).toMatchObject({ code: 'insufficient_credits' });
    giveBack();
    expect(await stage.list()).toEqual([]);
    expect(await stage.submit()).toMatchObject({ code: 'insufficient_credits' });
    expect(stage.gateway.submits).toHaveLength(2);
  });

  it('leaves a doubt with its hint when it is one', async () => {
    await submitWithStoreAway(async () => {
      throw failure('submission_unknown', { operation: 'submit', hint: 'job-9' });
    });
    giveBack();
    stage.gateway.onPoll = async () => report('IN_QUEUE');
    expect(await stage.until(stage.submit())).toMatchObject({ duplicate: true, record: { requestId: 'job-9' } });
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('is listed as what it is when the store can be read and not written', async () => {
    stage.gateway.onSubmit = async nth => {
      stage.fault = method => {
        if (method !== 'list') throw away();
      };
      if (nth > 1) throw failure('insufficient_credits', { operation: 'submit' });
      return accepted('job-1');
    };
    await stage.until(stage.submit('a'));
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
    stage.fault = () => {};
    await stage.until(stage.submit('b'));
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
  });

  it('waits while the store hangs, and the call answers without it', async () => {
    const hang = deferred<void>();
    stage.gateway.onSubmit = async () => {
      stage.fault = method => (method === 'settle' ? hang.promise : undefined);
      return accepted('job-1');
    };
    expect(await stage.until(stage.submit())).toMatchObject({ unwritten: true, record: { requestId: 'job-1' } });
    hang.resolve();
    await stage.clock.pass(1_000);
    expect(await stage.stored()).toMatchObject([{ requestId: 'job-1' }]);
  });
});

describe('a row that cannot be written while others can', () => {
  it('holds up no row of another template, and its job is polled at the gateway', async () => {
    stage.gateway.onSubmit = async nth => {
      const settle = stage.store.settle.bind(stage.store);
      if (nth === 1)
        stage.store.settle = async (row, outcome) => {
          if (outcome.kind === 'accepted' && outcome.accepted.requestId === 'job-1') throw away();
          return settle(row, outcome);
        };
      return accepted(`job-${nth}`);
    };
    await stage.until(stage.submit('a'));
    expect(await stage.until(stage.submit('b', { templateId: 'tpl-2' }))).toMatchObject({
      unwritten: false,
      record: { requestId: 'job-2' },
    });
    stage.gateway.onPoll = async () => report('IN_PROGRESS');
    expect(await stage.until(stage.wait('job-1'))).toMatchObject({ record: { status: 'IN_PROGRESS' } });
  });
});

describe('a store that was replaced', () => {
  const isLost = { code: 'store_unavailable', facts: { reason: 'lost' } };
  /** The first submit afterwards says so. */
  const replaceStore = async () => {
    stage.deleteStore();
    expect(await stage.submit('of another template', { templateId: 'tpl-9' })).toMatchObject(isLost);
  };

  it('refuses one submit, whichever call found the loss first; polls and lists work', async () => {
    await stage.submit();
    await stage.clock.pass(OUTBOX_KEPT_MS + 60_000);
    await stage.list();
    stage.deleteStore();
    expect(await stage.wait('job-1')).toMatchObject({ record: { status: 'IN_QUEUE' }, unwritten: false });
    expect(await stage.service.definitions('tpl-1', 1)).toEqual([]);
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
    expect(await stage.submit()).toMatchObject(isLost);
    expect(stage.gateway.submits).toHaveLength(1);
    expect(await stage.submit()).toMatchObject({ duplicate: false });
  });

  it('gets the jobs of the last hour again', async () => {
    await stage.submit();
    await stage.clock.pass(OUTBOX_KEPT_MS - 60_000);
    await replaceStore();
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
    expect(await stage.submit()).toMatchObject({ duplicate: true });
  });

  it('does not get jobs that were written over an hour ago', async () => {
    await stage.submit();
    await stage.list();
    await stage.clock.pass(OUTBOX_KEPT_MS + 60_000);
    await stage.list();
    await replaceStore();
    expect(await stage.list()).toEqual([]);
  });

  it('gets the doubts of the last hour again', async () => {
    stage.gateway.onSubmit = async () => {
      throw failure('submission_unknown', { operation: 'submit' });
    };
    await stage.submit();
    await replaceStore();
    expect(await stage.submit()).toMatchObject({ code: 'submission_unknown', facts: { earlier: true } });
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('blocks an equal call while the first request is on its way, and gets its id', async () => {
    const answer = deferred<ReturnType<typeof accepted>>();
    stage.gateway.onSubmit = () => answer.promise;
    const first = stage.submit();
    await stage.clock.pass(1_000);
    await replaceStore();
    expect(await stage.until(stage.submit())).toMatchObject({ code: 'submission_unknown' });
    answer.resolve(accepted('job-1'));
    expect(await stage.until(first)).toMatchObject({ record: { requestId: 'job-1' } });
    expect(stage.gateway.submits).toHaveLength(1);
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
  });

  it('gets them before a submit that found it replaced between its look at the outbox and its reservation', async () => {
    await stage.submit();
    stage.fault = async method => {
      if (method !== 'reserve') return;
      stage.fault = () => {};
      stage.deleteStore();
      await stage.store.list({ limit: 1 }).catch(() => {});
    };
    expect(await stage.submit('b')).toMatchObject(isLost);
    expect(await stage.submit()).toMatchObject({ duplicate: true, record: { requestId: 'job-1' } });
    expect(stage.gateway.submits).toHaveLength(1);
  });

  it('keeps the doubt of a submit that was given the id of another', async () => {
    stage.gateway.onSubmit = async () => accepted('job-1');
    await stage.submit('a');
    await stage.clock.pass(OUTBOX_KEPT_MS - 60_000);
    await stage.list();
    await stage.submit('b', { templateId: 'tpl-2' });
    await stage.clock.pass(120_000);
    await stage.list();
    await replaceStore();
    expect(await stage.list()).toEqual([{ status: 'UNKNOWN' }]);
  });

  it('takes no equal submit, and none for that template, while it cannot take the earlier job', async () => {
    await stage.submit();
    await replaceStore();
    stage.fault = method => {
      if (method === 'settle') throw away();
    };
    expect(await stage.submit()).toMatchObject({ code: 'store_unavailable', facts: { reason: 'held' } });
    expect(await stage.submit('b')).toMatchObject({ code: 'store_unavailable' });
    expect(await stage.until(stage.submit('c', { templateId: 'tpl-2' }))).toMatchObject({ duplicate: false });
    stage.fault = () => {};
    expect(await stage.submit()).toMatchObject({ duplicate: true, record: { requestId: 'job-1' } });
    expect(stage.gateway.submits).toHaveLength(2);
  });

  it('gets the id of a request that was on its way, although its row is gone', async () => {
    stage.gateway.onSubmit = async () => {
      stage.deleteStore();
      return accepted('job-1');
    };
    await stage.until(stage.submit());
    await stage.clock.pass(1_000);
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
  });

  it('keeps what polls have brought, when it is the same store after all', async () => {
    await stage.submit();
    stage.gateway.onPoll = async () => report('COMPLETED');
    await stage.wait('job-1');
    const back = stage.moveStore();
    expect(await stage.list()).toEqual([{ status: 'IN_QUEUE', requestId: 'job-1' }]);
    back();
    expect(await stage.list()).toEqual([{ status: 'COMPLETED', requestId: 'job-1' }]);
  });
});
