import { describe, expect, test } from 'vitest';
import { SUBMITTING_MS } from '../../../src/base/limits.ts';
import type { Outcome } from '../../../src/jobs/store/job-store.ts';
import { accepted, asking, kindOf, ORIGIN, report, reserve, submit } from './builders.ts';
import { HOUR, onEachDatabase, START } from './on-each-database.ts';

const link = { url: 'https://results.example/a.mp4', kind: 'video' as const };
const definition = { timeline: { tracks: [] } };
const accept = (requestId: string): Outcome => ({ kind: 'accepted', accepted: accepted(requestId) });

onEachDatabase('a job', at => {
  const listed = () => at.store.list({ limit: 100 });

  test('is stored at each step from its reservation to its end', async () => {
    const row = await reserve(at.store, { templateId: 'tpl', name: 'Promo', definition });
    const reserved = {
      rowId: row.id,
      intent: row.intent,
      lift: 0,
      origin: ORIGIN,
      otherTenant: false,
      status: 'SUBMITTING',
      open: false,
      gone: false,
      templateId: 'tpl',
      name: 'Promo',
      submittedAt: START,
      outputs: [],
      resultPending: false,
    };
    const [first] = await listed();
    expect(first).toMatchObject(reserved);
    expect(first).not.toHaveProperty('requestId');

    at.now += 1_000;
    const queued = await at.store.settle(row, { kind: 'accepted', accepted: accepted('job-1', { recordId: 'rec' }) });
    expect(queued).toEqual({ ...first, requestId: 'job-1', recordId: 'rec', status: 'IN_QUEUE', liveAt: START });
    expect(await at.store.find('job-1')).toEqual(queued);

    at.now += 1_000;
    await at.store.saveReport('job-1', report('IN_PROGRESS'));
    const liveAt = at.now;
    at.now += 1_000;
    const ended = await at.store.saveReport('job-1', report('COMPLETED', { outputs: [link], costUsd: 0.25 }));
    const end = { status: 'COMPLETED', outputs: [link], costUsd: 0.25, liveAt, checkedAt: at.now, endedAt: at.now };
    expect(ended).toEqual({ ...queued, ...end });
    expect(await at.store.find('job-1')).toEqual(ended);
  });

  test('that the gateway completed at once is ended, with its outputs and without an id', async () => {
    const row = await reserve(at.store);
    const answer = accepted(undefined, { status: 'COMPLETED', outputs: [link], costUsd: 1 });
    const record = await at.store.settle(row, { kind: 'accepted', accepted: answer });
    expect(record).toMatchObject({ status: 'COMPLETED', outputs: [link], costUsd: 1, endedAt: START });
    expect(record).not.toHaveProperty('requestId');
    expect(await kindOf(at.store.reserve(asking()))).toBe('blocked');
  });

  test('that was refused leaves neither row nor definition, however often that is written', async () => {
    const row = await reserve(at.store, { templateId: 'tpl', definition });
    for (const _ of [1, 2]) expect(await at.store.settle(row, { kind: 'refused' })).toBeNull();
    expect(await listed()).toEqual([]);
    expect(await at.sql('SELECT * FROM definitions')).toEqual([]);
  });

  describe('in doubt', () => {
    test('is an open UNKNOWN row that keeps the first hint', async () => {
      const row = await reserve(at.store);
      await at.store.settle(row, { kind: 'doubt', hint: 'maybe', recordId: 'rec' });
      const again = await at.store.settle(row, { kind: 'doubt', hint: 'other' });
      expect(again).toMatchObject({ status: 'UNKNOWN', open: true, gone: false, hint: 'maybe', recordId: 'rec' });
      expect(again).not.toHaveProperty('requestId');
      expect(await at.store.find('maybe')).toBeNull();
    });

    test('is queued once its answer comes late, and deleted once it was refused late', async () => {
      const [one, other] = [await reserve(at.store), await reserve(at.store, { prompt: 'other' })];
      for (const row of [one, other]) await at.store.settle(row, { kind: 'doubt', hint: 'maybe' });
      const late = await at.store.settle(one, accept('job-1'));
      expect(late).toMatchObject({ status: 'IN_QUEUE', open: false, requestId: 'job-1' });
      expect(late).not.toHaveProperty('hint');
      expect(await at.store.settle(other, { kind: 'refused' })).toBeNull();
      expect(await listed()).toEqual([late]);
    });

    test.each([
      ['one millisecond before that', SUBMITTING_MS, 'SUBMITTING'],
      ['then', SUBMITTING_MS + 1, 'UNKNOWN'],
    ])('is a row that is SUBMITTING longer than any request lasts: %s', async (_, age, status) => {
      const row = await reserve(at.store);
      at.now += age;
      expect(await at.open().list({ limit: 9 })).toMatchObject([{ status, open: status === 'UNKNOWN' }]);
      expect(await at.store.reserve(asking())).toMatchObject({ kind: 'blocked', record: { status } });
      expect(await at.store.settle(row, accept('job-1'))).toMatchObject({ status: 'IN_QUEUE' });
    });
  });

  describe('whose row is gone when its answer comes', () => {
    test('comes back with its id, its intent and its definition', async () => {
      const row = await reserve(at.store, { templateId: 'tpl', name: 'Promo', definition });
      await at.sql('DELETE FROM jobs');
      await at.store.settle(row, accept('job-1'));
      expect(await listed()).toMatchObject([
        { requestId: 'job-1', templateId: 'tpl', name: 'Promo', submittedAt: START },
      ]);
      expect(await at.store.definitions('tpl', 9)).toMatchObject([{ requestId: 'job-1', definition }]);
      const again = at.store.reserve(asking({ templateId: 'tpl', name: 'Promo', definition }));
      expect(await again).toMatchObject({ kind: 'blocked', record: { requestId: 'job-1' } });
    });

    test('comes back as a doubt when its answer is one, and stays away when it was refused', async () => {
      const rows = [await reserve(at.store), await reserve(at.store, { prompt: 'other' })] as const;
      await at.sql('DELETE FROM jobs');
      await at.store.settle(rows[0], { kind: 'doubt', hint: 'maybe' });
      await at.store.settle(rows[1], { kind: 'refused' });
      expect(await listed()).toMatchObject([{ rowId: rows[0].id, status: 'UNKNOWN', open: true, hint: 'maybe' }]);
    });
  });

  test('that was accepted is not changed by an outcome that is written again or comes late', async () => {
    const row = await submit(at.store, 'job-1');
    const ended = await at.store.saveReport('job-1', report('COMPLETED', { outputs: [link] }));
    for (const outcome of [accept('job-1'), { kind: 'doubt' }, { kind: 'refused' }] satisfies Outcome[]) {
      expect(await at.store.settle(row, outcome)).toEqual(ended);
    }
    expect(await listed()).toEqual([ended]);
  });

  describe('with an id that is taken', () => {
    test('by another submit is in doubt, and the other keeps it', async () => {
      await submit(at.store, 'job-1');
      const second = await reserve(at.store);
      const record = await at.store.settle(second, {
        kind: 'accepted',
        accepted: accepted('job-1', { recordId: 'r' }),
      });
      expect(record).toMatchObject({ status: 'UNKNOWN', open: true, recordId: 'r' });
      expect(record).not.toHaveProperty('requestId');
      expect(await at.store.find('job-1')).not.toMatchObject({ rowId: second.id });
      await at.store.settle(second, accept('job-2'));
      expect(await at.store.find('job-2')).toMatchObject({ rowId: second.id, status: 'IN_QUEUE' });
    });

    test('at another gateway has it all the same', async () => {
      const origin = 'https://staging.example';
      const staging = at.open({ origin });
      await submit(staging, 'job-1', { origin });
      await submit(at.store, 'job-1');
      expect(await at.store.find('job-1')).toMatchObject({ origin: ORIGIN });
      expect(await staging.find('job-1')).toMatchObject({ origin: 'https://staging.example' });
    });

    test('by a row that was only polled takes that row over, with the later state', async () => {
      const row = await reserve(at.store, { templateId: 'tpl' });
      const polled = await at.store.saveReport('job-1', report('COMPLETED', { outputs: [link], recordId: 'seen' }));
      at.now += 1_000;
      const merged = await at.store.settle(row, { kind: 'accepted', accepted: accepted('job-1', { costUsd: 2 }) });
      expect(merged).toEqual({
        ...polled,
        rowId: row.id,
        intent: row.intent,
        templateId: 'tpl',
        costUsd: 2,
        liveAt: START,
      });
      expect(await listed()).toEqual([merged]);
    });

    test('by a row that was polled while it was live takes a result that came at once', async () => {
      const row = await reserve(at.store);
      await at.store.saveReport('job-1', report('IN_PROGRESS'));
      const answer = accepted('job-1', { status: 'COMPLETED', outputs: [link] });
      await at.store.settle(row, { kind: 'accepted', accepted: answer });
      expect(await listed()).toMatchObject([{ rowId: row.id, status: 'COMPLETED', outputs: [link] }]);
    });
  });

  describe('whose hint the gateway confirmed', () => {
    const doubt = async (hint: string) => {
      const row = await reserve(at.store);
      await at.store.settle(row, { kind: 'doubt', hint });
      return row;
    };

    test('has that id and the reported state', async () => {
      const { id } = await doubt('job-1');
      for (const _ of [1, 2]) expect(await at.store.confirmHint(id, report('IN_PROGRESS'))).toBe(true);
      const record = await at.store.find('job-1');
      expect(record).toMatchObject({ rowId: id, status: 'IN_PROGRESS', open: false, liveAt: START });
      expect(record).not.toHaveProperty('hint');
    });

    test('stays in doubt when another submit has that id', async () => {
      await submit(at.store, 'job-1');
      const { id } = await doubt('job-1');
      expect(await at.store.confirmHint(id, report('COMPLETED'))).toBe(false);
      expect((await listed())[0]).toMatchObject({ rowId: id, status: 'UNKNOWN', open: true });
    });

    test('takes over a row of that id that was only polled', async () => {
      const { id } = await doubt('job-1');
      await at.store.saveReport('job-1', report('COMPLETED', { outputs: [link] }));
      expect(await at.store.confirmHint(id, report('COMPLETED', { outputs: [link] }))).toBe(true);
      expect(await listed()).toMatchObject([{ rowId: id, status: 'COMPLETED', outputs: [link] }]);
    });

    test('stays in doubt without the hint when the gateway does not know it, and when there is no such row', async () => {
      const { id } = await doubt('job-1');
      await at.store.dropHint(id);
      const [record] = await listed();
      expect(record).toMatchObject({ status: 'UNKNOWN', open: true });
      expect(record).not.toHaveProperty('hint');
      for (const rowId of [id, 'nobody']) expect(await at.store.confirmHint(rowId, report('COMPLETED'))).toBe(false);
    });
  });

  describe('that the gateway no longer knows', () => {
    test('is an open doubt that keeps its id, and lives again when it is found after all', async () => {
      await submit(at.store, 'job-1');
      at.now += HOUR;
      const gone = await at.store.markGone('job-1');
      expect(gone).toMatchObject({ status: 'UNKNOWN', gone: true, open: true, requestId: 'job-1', checkedAt: at.now });
      expect(await at.store.find('job-1')).toEqual(gone);
      expect(await at.store.saveReport('job-1', report('COMPLETED'))).toMatchObject({ gone: false, open: false });
    });

    test('is not taken back by a refusal', async () => {
      const row = await submit(at.store, 'job-1');
      await at.store.markGone('job-1');
      expect(await at.store.settle(row, { kind: 'refused' })).toMatchObject({ gone: true, open: true });
    });

    test('stays ended if it had ended, and is null if it is not known here', async () => {
      await submit(at.store, 'job-1');
      const ended = await at.store.saveReport('job-1', report('FAILED', { failure: 'no' }));
      expect(await at.store.markGone('job-1')).toEqual(ended);
      expect(await at.store.markGone('job-2')).toBeNull();
      const elsewhere = at.open({ origin: 'https://staging.example' });
      expect(await elsewhere.markGone('job-1')).toBeNull();
    });
  });

  test('that was submitted elsewhere is remembered by its first poll, for this gateway alone', async () => {
    const record = await at.store.saveReport('elsewhere', report('COMPLETED', { outputs: [link], recordId: 'rec' }));
    expect(record).toMatchObject({ status: 'COMPLETED', origin: ORIGIN, submittedAt: START, endedAt: START });
    expect(record).not.toHaveProperty('intent');
    const staging = at.open({ origin: 'https://staging.example' });
    expect(await staging.find('elsewhere')).toEqual(record);
    await staging.saveReport('elsewhere', report('IN_QUEUE'));
    expect(await at.store.find('elsewhere')).toEqual(record);
    expect(await staging.find('elsewhere')).toMatchObject({ status: 'IN_QUEUE' });
  });

  test('is polled by one process at a time, and by none more often than the interval', async () => {
    await submit(at.store, 'job-1');
    const other = at.open();
    const claim = (store = at.store): Promise<boolean> => store.claimPoll('job-1', 5_000);
    const claims = await Promise.all([claim(), claim(other), claim()]);
    expect(claims.filter(Boolean)).toHaveLength(1);
    at.now += 4_999;
    expect(await claim()).toBe(false);
    at.now += 1;
    expect(await claim(other)).toBe(true);
    // The clock is put back by an hour.
    at.now -= HOUR;
    expect(await claim()).toBe(true);
    expect(await at.store.claimPoll('elsewhere', 5_000)).toBe(true);
  });
});
