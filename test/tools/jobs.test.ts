import { describe, expect, test } from 'vitest';
import { GatewayFailure } from '../../src/gateway/failure.ts';
import type { SentDefinition } from '../../src/jobs/store/job-store.ts';
import { HandClock } from '../support/hand-clock.ts';
import { callWith, ID, RECORD } from './calling.ts';

const sent: SentDefinition = { rowId: 'row', sentAt: 0, requestId: ID, status: 'COMPLETED', definition: {} };
const at = Date.parse('2026-03-01T12:03:00Z');
const ended = { status: 'COMPLETED' as const, templateId: 't', checkedAt: at, endedAt: at };

describe('get_status', () => {
  test.each([
    [{}, 45, 20_000],
    [{ wait_seconds: 45 }, 45, 45_000],
    [{ wait_seconds: 45 }, 5, 5_000],
    [{}, 5, 5_000],
    [{ wait_seconds: 0 }, 45, 0],
  ])('with %j and a longest wait of %i s waits %i ms', async (args, maxWaitSeconds, waitMs) => {
    const { waits } = await callWith({ maxWaitSeconds }, 'get_status', { request_id: ID, ...args });
    expect(waits).toEqual([waitMs]);
  });

  test('says how to undo an update when its end is first seen, where there is something to go back to', async () => {
    const undo = 'edits [] and version 1';
    const summary = async (record: object, known: SentDefinition[]): Promise<string> =>
      (await callWith({ record, sent: known }, 'get_status', { request_id: ID })).answer.summary;
    expect(await summary(ended, [sent, sent])).toContain(undo);
    expect(await summary(ended, [sent])).not.toContain(undo);
    expect(await summary({ ...ended, checkedAt: at + 120_000 }, [sent, sent])).not.toContain(undo);
    expect(await summary(ended, [{ ...sent, requestId: 'later' }, sent])).not.toContain(undo);
    expect(await summary({ ...ended, status: 'FAILED' }, [sent, sent])).not.toContain(undo);
  });
});

test('list_jobs shows the jobs that fit and says how many more there are', async () => {
  const outputs = [{ url: 'https://cdn.example.com/a.mp4', kind: 'video' as const }];
  const records = Array.from({ length: 100 }, (_, i) => ({
    ...RECORD,
    requestId: `r-${i}`,
    failure: 'f'.repeat(300),
    outputs,
  }));
  const { answer, text } = await callWith({ records }, 'list_jobs', { limit: 100 });
  expect(text.length).toBeLessThanOrEqual(20_000);
  const shown = answer.jobs?.length ?? 0;
  expect(shown).toBeGreaterThan(20);
  expect(answer.jobs?.[0]).toMatchObject({ request_id: 'r-0', output_count: 1 });
  expect(text).not.toContain('https://');
  expect(answer.summary).toContain(`${100 - shown} more jobs do not fit here.`);
});

test('list_jobs says which update was refused after its call had answered, and asks the user', async () => {
  const failure = new GatewayFailure('insufficient_credits', { operation: 'submit', httpStatus: 402 });
  const { answer } = await callWith({ refusals: [{ templateId: 't-1', submittedAt: at, failure }] }, 'list_jobs', {});
  expect(answer.summary).toMatch(
    /^The update of t-1 at 2026-03-01 12:03 UTC was refused after all: no job was made\. .*balance/,
  );
  expect(answer.next).toMatchObject({ action: 'ask_user', reason: expect.stringContaining('was refused after all') });
});

test('cancel_job answers with the job and whether it is cancelled', async () => {
  const { answer } = await callWith({ record: { status: 'CANCELLED' } }, 'cancel_job', { request_id: ID });
  expect(answer).toMatchObject({ ok: true, cancelled: true, job: { status: 'CANCELLED' } });
});

test('a tool that fails in a way of its own says so, and what a log needs', async () => {
  const clock = new HandClock();
  const { answer } = await callWith({ clock, resolve: () => Promise.reject(new Error('boom')) }, 'update_template', {
    prompt: 'x',
    webhook_url: 'https://hooks.example.com/',
  });
  expect(answer).toMatchObject({ ok: false, summary: 'It is not known whether anything was submitted.' });
  expect(answer.error?.message).not.toBe(answer.summary);
});
