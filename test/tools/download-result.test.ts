import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { DownloadOrder, Downloads } from '../../src/downloads/downloads.ts';
import type { JobRecord } from '../../src/jobs/job.ts';
import { scratch } from '../support/folder.ts';
import { HandClock } from '../support/hand-clock.ts';
import { callWith, ID } from './calling.ts';

const COMPLETED: Partial<JobRecord> = {
  status: 'COMPLETED',
  outputs: [
    { url: 'https://cdn.example.com/a.mp4', kind: 'video' },
    { url: 'https://cdn.example.com/b.mp4', kind: 'video' },
  ],
};
const saved = { path: '/v/a.mp4', bytes: 5, content_type: 'video/mp4' };

const saving = (save: (order: DownloadOrder) => ReturnType<Downloads['save']>) => ({ save });

describe('download_result', () => {
  test('saves a completed job’s outputs into the first allowed folder', async () => {
    const folders = [scratch(), scratch()];
    const orders: DownloadOrder[] = [];
    const downloads = saving(async order => {
      orders.push(order);
      order.onBytes(5, 10);
      return { saved: [saved, saved], under: null };
    });
    const { answer, progress } = await callWith({ folders, record: COMPLETED, downloads }, 'download_result', {
      request_id: ID,
    });
    expect(answer).toMatchObject({ ok: true, download: [saved, saved], next: { action: 'done' } });
    expect(orders[0]?.folder.path).toBe(folders[0]);
    expect(orders[0]?.outputs).toEqual(COMPLETED.outputs);
    expect(progress).toEqual([[5, 10, 'bytes saved']]);
  });

  test('saves into a folder by name, if it is allowed', async () => {
    const folder = scratch({ 'sub/x': '' });
    const downloads = saving(async ({ folder: { path } }) => ({ saved: [{ ...saved, path }], under: null }));
    const call = (directory: string) =>
      callWith({ folders: [folder], record: COMPLETED, downloads }, 'download_result', { request_id: ID, directory });
    expect((await call(`${folder}/sub`)).answer.download?.[0]?.path).toBe(join(folder, 'sub'));
    expect((await call('/etc')).answer).toMatchObject({
      error: { code: 'file_refused', issues: [{ path: 'directory' }] },
    });
    expect((await call(`${folder}/../`)).answer).toMatchObject({ error: { code: 'file_refused' } });
    for (const directory of [`${folder}/none`, `${folder}/sub/x`, 'sub'])
      expect((await call(directory)).answer).toMatchObject({
        error: { code: 'invalid_arguments', issues: [{ path: 'directory', received: directory }] },
      });
  });

  test.each([[[]], [[resolve('/no/such/folder')]]])(
    'is refused while the allowed folders are %j, naming the setting',
    async folders => {
      const { answer } = await callWith({ folders, record: COMPLETED }, 'download_result', { request_id: ID });
      expect(answer).toMatchObject({ error: { code: 'file_refused' }, next: { action: 'ask_user' } });
      expect(answer.error?.steps.join()).toContain('SHOTSTACK_MCP_ALLOWED_DIRS');
      expect(answer.error?.message).toContain(folders[0] ?? 'A folder for results');
      expect(answer.error).not.toHaveProperty('issues');
    },
  );

  test.each([
    ['IN_QUEUE', 1, 'repeat'],
    ['IN_PROGRESS', 1, 'repeat'],
    ['IN_PROGRESS', 31, 'ask_user'],
    ['FAILED', 1, 'ask_user'],
    ['CANCELLED', 1, 'done'],
  ] as const)(
    'answers for a job that is %s after %i minutes with its state and %s',
    async (status, minutes, action) => {
      const record = { status, submittedAt: HandClock.EPOCH - minutes * 60_000 };
      const { answer } = await callWith({ folders: [scratch()], record }, 'download_result', { request_id: ID });
      expect(answer).toMatchObject({ ok: true, job: { status }, next: { action } });
      expect(answer.download).toBeUndefined();
    },
  );

  test('saves nothing of a result that is not complete yet', async () => {
    const record = { ...COMPLETED, resultPending: true, endedAt: HandClock.EPOCH };
    const downloads = saving(() => Promise.reject(new Error('It was saved.')));
    const { answer } = await callWith({ folders: [scratch()], record, downloads }, 'download_result', {
      request_id: ID,
    });
    expect(answer).toMatchObject({ ok: true, job: { status: 'COMPLETED' }, next: { action: 'repeat' } });
    expect(answer.download).toBeUndefined();
  });

  test('asks the user about a result that has an error beside it, once it is saved', async () => {
    const record = { ...COMPLETED, failure: 'Refused' };
    const downloads = saving(async () => ({ saved: [saved, saved], under: null }));
    const { answer } = await callWith({ folders: [scratch()], record, downloads }, 'download_result', {
      request_id: ID,
    });
    expect(answer).toMatchObject({ ok: true, download: [saved, saved], next: { action: 'ask_user' } });
  });

  test('has nothing to save of a job without links', async () => {
    const record = { ...COMPLETED, outputs: [] };
    const { answer } = await callWith({ folders: [scratch()], record }, 'download_result', { request_id: ID });
    expect(answer).toMatchObject({ ok: true, download: [], next: { action: 'done' } });
  });

  test.each([
    ['the longest wait', 0.05, 55_000],
    ['what the call had left', 45, 5_050],
  ])('ends after %s, reports its progress and asks to be repeated', async (_what, maxWaitSeconds, limitMs) => {
    const downloads = {
      async save({ signal }: DownloadOrder) {
        while (!signal.aborted) await delay(5);
        return { saved: [saved], under: { bytes: 1_500_000, total: 3_000_000 } };
      },
    };
    const world = { folders: [scratch()], record: COMPLETED, downloads, maxWaitSeconds, limitMs };
    const { answer } = await callWith(world, 'download_result', { request_id: ID });
    expect(answer).toMatchObject({ ok: true, download: [saved], next: { action: 'repeat', after_seconds: 1 } });
    expect(answer.summary).toBe('1 of 2 outputs saved so far; the next one is at 1.5 of 3.0 MB.');
  });
});
