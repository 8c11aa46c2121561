import { beforeEach, describe, expect, it } from 'vitest';
import { CALL_MS, CANCEL_MS, NOT_YET_MS, POLL_MS } from '../../src/base/limits.ts';
import { failure, ORIGIN, report, Stage } from './setup.ts';

let stage: Stage;

const cancel = (requestId = 'job-1') =>
  stage.until(stage.service.cancel(requestId, stage.call()).catch((error: unknown) => error));
const refused = () => failure('not_cancellable', { operation: 'cancel', httpStatus: 409 });
const missing = () => failure('job_not_found', { httpStatus: 404 });

beforeEach(async () => {
  stage = await Stage.start();
  await stage.submit();
});

describe('a cancel', () => {
  it('is confirmed by a poll, however recent the last one is', async () => {
    await stage.wait('job-1');
    stage.gateway.onPoll = async () => report('CANCELLED');
    expect(await cancel()).toMatchObject({ cancelled: true, record: { status: 'CANCELLED' } });
    expect(await stage.list()).toEqual([{ status: 'CANCELLED', requestId: 'job-1' }]);
  });

  it('that the gateway confirms while the job runs is not cancellable', async () => {
    stage.gateway.onPoll = async () => report('IN_PROGRESS');
    expect(await cancel()).toMatchObject({ code: 'not_cancellable' });
    expect(await stage.list()).toEqual([{ status: 'IN_PROGRESS', requestId: 'job-1' }]);
  });

  it('that the gateway confirms while the job stays queued says that it is not cancelled, after three polls', async () => {
    expect(await cancel()).toMatchObject({ cancelled: false, record: { status: 'IN_QUEUE' } });
    expect(stage.gateway.polls).toHaveLength(3);
  });

  it('that takes a moment to show is waited for', async () => {
    stage.gateway.onPoll = async (_id, nth) => report(nth < 3 ? 'IN_QUEUE' : 'CANCELLED');
    expect(await cancel()).toMatchObject({ cancelled: true });
  });

  it('that came too late answers with the job that has ended', async () => {
    stage.gateway.onPoll = async () => report('COMPLETED');
    expect(await cancel()).toMatchObject({ cancelled: false, record: { status: 'COMPLETED' } });
  });

  it('refused as too late is not cancellable, also when the poll after it fails', async () => {
    stage.gateway.onCancel = async () => {
      throw refused();
    };
    stage.gateway.onPoll = async () => report('IN_PROGRESS');
    expect(await cancel()).toMatchObject({ code: 'not_cancellable' });
    stage.gateway.onPoll = async () => {
      throw failure('server_error', { transient: true });
    };
    expect(await cancel()).toMatchObject({ code: 'not_cancellable' });
  });

  it('refused as too late for a job that is cancelled already says that it is', async () => {
    stage.gateway.onCancel = async () => {
      throw refused();
    };
    stage.gateway.onPoll = async () => report('CANCELLED');
    expect(await cancel()).toMatchObject({ cancelled: true });
  });

  it('of an ended job is not sent', async () => {
    stage.gateway.onPoll = async () => report('FAILED');
    await stage.wait('job-1');
    expect(await cancel()).toMatchObject({ cancelled: false, record: { status: 'FAILED' } });
    expect(stage.gateway.cancels).toEqual([]);
  });

  it('of another origin’s job is not sent', async () => {
    const service = await stage.startService({ origin: 'https://staging.example' });
    const refused = await service.cancel('job-1', stage.call()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'job_not_found', facts: { otherOrigin: ORIGIN } });
    expect(stage.gateway.cancels).toEqual([]);
  });

  it('passes on a failure that says nothing of the job', async () => {
    stage.gateway.onCancel = async () => {
      throw failure('server_error', { operation: 'cancel', transient: true });
    };
    expect(await cancel()).toMatchObject({ code: 'server_error' });
  });

  it('goes on without a store, and says that nothing was written', async () => {
    stage.takeStoreAway();
    stage.gateway.onPoll = async () => report('CANCELLED');
    expect(await cancel()).toMatchObject({ cancelled: true, unwritten: true });
  });

  it('ends before its call must, whatever the gateway does', async () => {
    stage.gateway.onCancel = () => stage.clock.sleep(CANCEL_MS);
    stage.gateway.onPoll = async () => {
      await stage.clock.sleep(POLL_MS);
      return report('IN_QUEUE');
    };
    expect(await cancel()).toMatchObject({ code: 'network_error', facts: { operation: 'cancel', transient: true } });
    expect(stage.clock.monotonic()).toBeLessThanOrEqual(CALL_MS + 100);
  });
});

describe('a cancel answered with 404', () => {
  beforeEach(() => {
    stage.gateway.onCancel = async () => {
      throw missing();
    };
  });

  it('for a job that a poll finds says that it is not cancelled', async () => {
    expect(await cancel()).toMatchObject({ cancelled: false, record: { status: 'IN_QUEUE' } });
  });

  it('within a minute of the submit means not there yet', async () => {
    stage.gateway.onPoll = async () => {
      throw missing();
    };
    expect(await cancel()).toMatchObject({ code: 'server_error', facts: { notYet: true, transient: true } });
  });

  it('after a minute, and by two polls, means that the job is gone', async () => {
    stage.gateway.onPoll = async () => {
      throw missing();
    };
    await stage.clock.pass(NOT_YET_MS);
    expect(await cancel()).toMatchObject({ code: 'job_gone' });
    expect(await stage.list()).toEqual([{ status: 'UNKNOWN', requestId: 'job-1' }]);
  });

  it('for a job of another server is job_not_found', async () => {
    stage.gateway.onPoll = async () => {
      throw missing();
    };
    expect(await cancel('job-7')).toMatchObject({ code: 'job_not_found' });
  });
});
