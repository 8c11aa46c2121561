import { describe, expect, it } from 'vitest';
import { describeJob, describeJobs } from '../../src/guidance/describe-job.ts';
import { JOB_STATUSES, type JobRecord } from '../../src/jobs/job.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;
const AT = { now: NOW, maxWaitSeconds: 45 };
const URL = 'https://cdn.example.com/a.mp4';

const record = (fields: Partial<JobRecord> = {}): JobRecord => ({
  rowId: 'row',
  intent: 'intent',
  lift: 0,
  origin: 'https://gateway.example',
  otherTenant: false,
  otherKey: false,
  requestId: 'job-1',
  status: 'IN_QUEUE',
  open: false,
  gone: false,
  submittedAt: NOW - MINUTE,
  liveAt: NOW - MINUTE,
  outputs: [],
  resultPending: false,
  ...fields,
});
const completed = (fields: Partial<JobRecord> = {}): JobRecord =>
  record({ status: 'COMPLETED', endedAt: NOW, checkedAt: NOW, ...fields });
const doubt = (fields: Partial<JobRecord> = {}): JobRecord => {
  const { requestId: _, ...rest } = record({ status: 'UNKNOWN', open: true, templateId: 't-1', ...fields });
  return rest;
};

describe('describeJob', () => {
  it.each(JOB_STATUSES)('has a sentence and a next step for a job that is %s', status => {
    const { summary, next } = describeJob(record({ status }), AT);
    expect(summary).toMatch(/\.$/);
    expect(next.reason.length).toBeGreaterThan(10);
  });

  it.each(['IN_QUEUE', 'IN_PROGRESS'] as const)('leads from %s to a wait', status => {
    expect(describeJob(record({ status }), AT).next).toMatchObject({
      tool: 'get_status',
      arguments: { request_id: 'job-1', wait_seconds: 45 },
    });
  });

  it('asks the user whether to go on with a job that is live after 30 minutes', () => {
    const { next } = describeJob(record({ submittedAt: NOW - 30 * MINUTE }), AT);
    expect(next.action).toBe('ask_user');
    expect(next.reason).toContain('30 minutes');
  });

  it('shows the error beside COMPLETED instead of confirming the update', () => {
    const { summary, next } = describeJob(completed({ failure: 'No such template' }), AT);
    expect(summary).toContain('reports an error');
    expect(summary).not.toContain('No such template');
    expect(next.action).toBe('ask_user');
  });

  it.each(['FAILED', 'CANCELLED'] as const)(
    'does not say of a job that is %s and has a cost that it is not billed',
    status => {
      expect(describeJob(record({ status }), AT).summary).toContain('is not billed');
      const { summary } = describeJob(record({ status, costUsd: 0.3 }), AT);
      expect(summary).toContain('job.cost_usd');
      expect(summary).not.toContain('not billed');
    },
  );

  it('promises no reason for FAILED where there is none', () => {
    expect(describeJob(record({ status: 'FAILED' }), AT).summary).toContain('gives no reason');
    expect(describeJob(record({ status: 'FAILED', failure: 'x' }), AT).summary).toContain('job.failure');
  });

  it('polls on for a result that is not there yet, for two minutes', () => {
    expect(describeJob(completed({ resultPending: true }), AT).next.tool).toBe('get_status');
    const later = { ...AT, now: NOW + 3 * MINUTE };
    expect(describeJob(completed({ resultPending: true }), later).next.action).toBe('done');
  });

  it('counts the links and points to the time until which they last', () => {
    const { summary, next } = describeJob(completed({ outputs: [{ url: URL, kind: 'video' }] }), AT);
    expect(summary).toContain('1 link.');
    expect(next.reason).toContain('expires_at');
    const { liveAt: _, ...lookedUp } = completed({ outputs: [{ url: URL, kind: 'video' }] });
    expect(describeJob(lookedUp, AT).next.reason).not.toContain('expires_at');
  });

  it('says that links have lapsed once they have', () => {
    const later = { ...AT, now: NOW + 8 * 24 * 60 * MINUTE };
    expect(describeJob(completed({ outputs: [{ url: URL, kind: 'video' }] }), later).summary).toContain('lapsed');
  });

  it('says “without a link” only of an empty result', () => {
    expect(describeJob(completed(), AT).summary).toContain('without a link');
    expect(describeJob(completed({ resultData: '{"a":1}' }), AT).summary).not.toContain('without a link');
  });

  it('puts one plain question about a doubt, and none after a day', () => {
    const question =
      'The update of t-1 at 2026-03-01 11:59 UTC was not confirmed. Sending it again gives the same template; at worst it is paid twice. Send again?';
    expect(describeJob(doubt(), AT).next).toEqual({ action: 'ask_user', reason: question });
    expect(describeJob(doubt({ submittedAt: NOW - 25 * 60 * MINUTE }), AT).next.action).toBe('done');
  });

  it('says where to see whether a gone job was billed', () => {
    const { summary } = describeJob(record({ status: 'UNKNOWN', open: true, gone: true }), AT);
    expect(summary).toBe(
      'The gateway no longer knows the job; whether it was billed shows on the wholesale dashboard.',
    );
  });
});

describe('describeJobs', () => {
  it('asks about every open doubt at once', () => {
    const { next } = describeJobs([doubt(), record(), doubt({ templateId: 't-2', recordId: 'rec_2' })], AT);
    expect(next.action).toBe('ask_user');
    expect(next.reason).toContain('of t-1 at');
    expect(next.reason).toContain('of t-2 at 2026-03-01 11:59 UTC (record rec_2)');
  });

  it('does not ask about a doubt that was lifted', () => {
    expect(describeJobs([doubt({ open: false })], AT).next.action).toBe('done');
  });

  it('repeats while a submit has no answer yet', () => {
    expect(describeJobs([record({ status: 'SUBMITTING' })], AT).next.action).toBe('repeat');
  });

  it('is done with an empty list', () => {
    expect(describeJobs([], AT).next.action).toBe('done');
  });
});
