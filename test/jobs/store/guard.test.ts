import { describe, expect, test } from 'vitest';
import { DUPLICATE_MS, MAX_CLOCK_SKEW_MS, SPEND_WINDOW_MS, SUBMITTING_MS } from '../../../src/base/limits.ts';
import type { JobReport } from '../../../src/gateway/gateway.ts';
import type { JobStore, Reservation, ReservedRow } from '../../../src/jobs/store/job-store.ts';
import { type Asked, accepted, asking, kindOf, report, reserve, submit } from './builders.ts';
import { DAY, HOUR, MINUTE, onEachDatabase, START } from './on-each-database.ts';
import { Processes } from './processes.ts';

const SAME = { prompt: 'the same' };
type Step = (store: JobStore, row: ReservedRow) => Promise<unknown>;
const accept: Step = (store, row) => store.settle(row, { kind: 'accepted', accepted: accepted(row.id) });
const refuse: Step = (store, row) => store.settle(row, { kind: 'refused' });
const doubt: Step = (store, row) => store.settle(row, { kind: 'doubt' });
const submitting: Step = async () => {};
const reported =
  (status: JobReport['status']): Step =>
  async (store, row) => {
    await accept(store, row);
    await store.saveReport(row.id, report(status));
  };
const gone: Step = async (store, row) => {
  await accept(store, row);
  await store.markGone(row.id);
};

onEachDatabase('the guard against duplicates', at => {
  const ask = (asked: Asked = SAME): Promise<Reservation> => at.store.reserve(asking(asked));
  const make = async (step: Step, asked: Asked = SAME): Promise<ReservedRow> => {
    const row = await reserve(at.store, asked);
    await step(at.store, row);
    return row;
  };

  describe('on an equal call', () => {
    test.each<[string, number, string, Step]>([
      ['SUBMITTING', 0, 'blocked', submitting],
      ['refused', 0, 'reserved', refuse],
      ['an open doubt', 0, 'blocked', doubt],
      ['an open doubt a year later', 365 * DAY, 'blocked', doubt],
      ['IN_QUEUE', 0, 'blocked', accept],
      ['IN_QUEUE a year later', 365 * DAY, 'blocked', accept],
      ['IN_PROGRESS', 0, 'blocked', reported('IN_PROGRESS')],
      ['COMPLETED', DUPLICATE_MS - 1, 'blocked', reported('COMPLETED')],
      ['COMPLETED ten minutes ago', DUPLICATE_MS, 'reserved', reported('COMPLETED')],
      ['FAILED', 0, 'reserved', reported('FAILED')],
      ['CANCELLED', 0, 'reserved', reported('CANCELLED')],
      ['gone', 0, 'blocked', gone],
      ['gone a year later', 365 * DAY, 'blocked', gone],
    ])('a job that is %s: after %i ms the equal call is %s', async (_, wait, expected, step) => {
      const row = await make(step);
      at.now += wait;
      const reservation = await ask();
      expect(reservation.kind).toBe(expected);
      if (reservation.kind === 'blocked') {
        expect(reservation).toMatchObject({ record: { rowId: row.id }, nextLift: 1 });
      }
    });
  });

  describe('with a lift', () => {
    test('one that is SUBMITTING blocks with every lift', async () => {
      await make(submitting, { ...SAME, lift: 1 });
      for (const lift of [0, 1, 5])
        expect(await ask({ ...SAME, lift })).toMatchObject({ kind: 'blocked', nextLift: 2 });
    });

    test.each([
      ['a doubt', doubt],
      ['a live job', accept],
      ['a completed job', reported('COMPLETED')],
    ])('%s is passed by a higher lift and blocks an equal or lower one', async (_, step) => {
      await make(step);
      const lifted = await make(step, { ...SAME, lift: 1 });
      for (const lift of [0, 1]) {
        expect(await ask({ ...SAME, lift })).toMatchObject({
          kind: 'blocked',
          record: { rowId: lifted.id, lift: 1 },
          nextLift: 2,
        });
      }
      await make(step, { ...SAME, lift: 2 });
      expect(await ask({ ...SAME, lift: 2 })).toMatchObject({ kind: 'blocked', nextLift: 3 });
    });

    test('a doubt is settled by a lifted call once that is accepted or in doubt, and by no other', async () => {
      const first = await make(doubt);
      const isOpen = async (): Promise<boolean | undefined> =>
        (await at.store.list({ limit: 9 })).find(({ rowId }) => rowId === first.id)?.open;
      await make(refuse, { ...SAME, lift: 1 });
      expect(await isOpen()).toBe(true);
      const lifted = await reserve(at.store, { ...SAME, lift: 1 });
      expect(await isOpen()).toBe(true);
      await doubt(at.store, lifted);
      expect(await isOpen()).toBe(false);
      await accept(at.store, lifted);
      await at.store.saveReport(lifted.id, report('FAILED'));
      expect(await isOpen()).toBe(false);
      // A late answer still counts.
      expect(await accept(at.store, first)).toMatchObject({ status: 'IN_QUEUE', open: false });
    });

    test('a later doubt without a lift is not settled by an earlier call that had one', async () => {
      await make(reported('FAILED'), { ...SAME, lift: 1 });
      const later = await make(doubt);
      expect(await ask()).toMatchObject({ kind: 'blocked', record: { rowId: later.id, open: true }, nextLift: 1 });
    });
  });

  describe('on edits of the last definition', () => {
    const editing = (definition: object): Asked => ({
      prompt: JSON.stringify(definition),
      editsIntent: { edits: 'E' },
    });

    test.each<[string, Asked]>([
      ['what they make is asked for as a whole', { prompt: '{"a":1}' }],
      ['they are given again, on what they made', editing({ a: 2 })],
    ])('a doubt blocks when %s, until that is lifted', async (_, again) => {
      const first = await make(doubt, editing({ a: 1 }));
      expect(await ask(again)).toMatchObject({ kind: 'blocked', record: { rowId: first.id } });
      await make(doubt, { ...again, lift: 1 });
      const open = (await at.store.list({ limit: 9 })).filter(record => record.open);
      expect(open).toMatchObject([{ lift: 1 }]);
    });

    test('others are sent', async () => {
      await make(doubt, editing({ a: 1 }));
      expect(await kindOf(ask({ prompt: '{"a":2}', editsIntent: { edits: 'F' } }))).toBe('reserved');
      expect(await kindOf(ask({ prompt: '{"a":3}' }))).toBe('reserved');
    });
  });

  describe('for edits of the definition last sent', () => {
    const DEFINITION = { timeline: {}, output: {} };
    const other = { templateId: 'tpl', definition: { ...DEFINITION, merge: [] } };
    const base = (changes: Asked = {}): Asked => ({
      prompt: 'base',
      templateId: 'tpl',
      definition: DEFINITION,
      ...changes,
    });

    test.each<[string, Step, string]>([
      ['fails', reported('FAILED'), 'reserved'],
      ['is live', accept, 'stale'],
      ['is in doubt', doubt, 'stale'],
    ])('a later definition that %s: the submit is %s', async (_, later, expected) => {
      const { id: baseRowId } = await make(accept, base());
      await make(later, { prompt: 'later', ...other });
      expect(await kindOf(ask({ prompt: 'edited', baseRowId, ...other }))).toBe(expected);
    });

    test('a base that failed is stale', async () => {
      const { id: baseRowId } = await make(reported('FAILED'), base());
      expect(await kindOf(ask({ prompt: 'edited', baseRowId, ...other }))).toBe('stale');
    });

    test('a doubt of the same edits is no base of theirs', async () => {
      const edits = { editsIntent: { edits: 'E' } };
      const { id: baseRowId } = await make(accept, base());
      const inDoubt = await make(doubt, { prompt: 'edited', baseRowId, ...other, ...edits });
      const asked = asking({ prompt: 'edited', baseRowId, ...other, ...edits, lift: 1 });
      expect(await at.store.definitions('tpl', 1, asked.editsIntent)).toMatchObject([{ rowId: baseRowId }]);
      expect(await at.store.definitions('tpl', 1)).toMatchObject([{ rowId: inDoubt.id }]);
      expect(await at.store.findBlock({ ...asked, blocksFrom: 0 })).toMatchObject({ record: { rowId: inDoubt.id } });
      expect(await at.store.findBlock(asked)).toBeNull();
      expect(await kindOf(at.store.reserve(asked))).toBe('reserved');
    });
  });

  describe('on a completed job whose template was updated since', () => {
    const A = { prompt: 'A', templateId: 'tpl' };
    const B = { prompt: 'B', templateId: 'tpl' };

    test.each<[string, Asked, Step, string]>([
      ['was completed', B, reported('COMPLETED'), 'reserved'],
      ['is live', B, accept, 'reserved'],
      ['is in doubt', B, doubt, 'reserved'],
      ['has failed', B, reported('FAILED'), 'blocked'],
      ['was cancelled', B, reported('CANCELLED'), 'blocked'],
      ['was refused', B, refuse, 'blocked'],
      ['has no answer yet', B, submitting, 'blocked'],
      ['was of another template', { ...B, templateId: 'tpl-2' }, reported('COMPLETED'), 'blocked'],
      ['was of no template', { prompt: 'B' }, reported('COMPLETED'), 'blocked'],
    ])('is blocked only if no later update counts: it %s', async (_, second, step, expected) => {
      await make(reported('COMPLETED'), A);
      await make(step, second);
      expect(await kindOf(ask(A))).toBe(expected);
    });

    test('a live one is blocked, since it is to be polled first', async () => {
      const row = await make(accept, A);
      expect(await ask(A)).toMatchObject({ kind: 'blocked' });
      await make(accept, B);
      expect(await ask(A)).toMatchObject({ kind: 'blocked' });
      await at.store.saveReport(row.id, report('COMPLETED'));
      expect(await kindOf(ask(A))).toBe('reserved');
    });
  });

  test('covers every key, and marks a row of another one', async () => {
    await submit(at.open({ key: 'rotated' }), 'theirs', SAME);
    const blocked = { kind: 'blocked', record: { requestId: 'theirs', otherTenant: at.shared } };
    expect(await ask()).toMatchObject(blocked);
  });

  test('lets one of many equal calls through, whichever process and key they come from', async () => {
    const processes = await Processes.start(2);
    const prompts = Array.from({ length: 10 }, () => 'the same');
    const kinds = await processes.send({ place: at.place, now: at.now, prompts, maxPerHour: 0 });
    expect(kinds.toSorted()).toEqual([...Array.from({ length: 19 }, () => 'blocked'), 'reserved']);
    expect(await at.sql('SELECT id FROM jobs')).toHaveLength(1);
  });

  describe('when a clock is moved', () => {
    test.each([
      ['45 days ahead', 45 * DAY],
      ['11 minutes ahead', 11 * MINUTE],
      ['an hour back', -HOUR],
      ['back to where clocks begin', -START],
    ])('%s, doubts and live jobs still block, then and afterwards', async (_, step) => {
      await make(doubt, { prompt: 'doubt' });
      await make(accept, { prompt: 'live' });
      const kinds = () => Promise.all([kindOf(ask({ prompt: 'doubt' })), kindOf(ask({ prompt: 'live' }))]);
      at.now += step;
      expect(await kinds()).toEqual(['blocked', 'blocked']);
      at.now = START + MINUTE;
      expect(await kinds()).toEqual(['blocked', 'blocked']);
    });

    test('back, a time from the future counts as now, so that it blocks for no longer than another', async () => {
      at.now += 400 * DAY;
      await make(reported('COMPLETED'));
      const left = await reserve(at.store, { prompt: 'left behind' });
      at.now = START;
      expect(await ask()).toMatchObject({ kind: 'blocked', record: { submittedAt: START, endedAt: START } });
      at.now += DUPLICATE_MS;
      expect(await kindOf(ask())).toBe('reserved');
      expect(await ask({ prompt: 'left behind' })).toMatchObject({ record: { rowId: left.id, status: 'UNKNOWN' } });
    });

    test('back, a submit that was left behind becomes a doubt for whoever lists it', async () => {
      at.now += DAY;
      await reserve(at.store);
      at.now = START;
      expect(await at.store.list({ limit: 9 })).toMatchObject([{ status: 'SUBMITTING', submittedAt: START }]);
      at.now += SUBMITTING_MS + 1;
      expect(await at.store.list({ limit: 9 })).toMatchObject([{ status: 'UNKNOWN', open: true }]);
    });

    test('on, a submit of edits that was left behind blocks them as a doubt', async () => {
      const asked = asking({ editsIntent: { edits: [] } });
      await at.store.reserve(asked);
      at.now += SUBMITTING_MS + 1;
      expect(await at.store.findBlock(asked)).toMatchObject({ record: { status: 'UNKNOWN', open: true } });
    });

    test('back by less than the clocks of a fleet differ, times stay as they are', async () => {
      await submit(at.store, 'job-1');
      at.now -= MAX_CLOCK_SKEW_MS;
      await reserve(at.store, { prompt: 'next' });
      expect(await at.store.find('job-1')).toMatchObject({ submittedAt: START });
    });
  });
});

onEachDatabase('the spend guard', at => {
  const ask = (prompt: string, maxPerHour = 2): Promise<Reservation> =>
    at.store.reserve(asking({ prompt, maxPerHour }));

  test('counts the submits of the last hour and says when the next is free', async () => {
    await ask('first');
    at.now += 20 * MINUTE;
    const second = await ask('second');
    at.now += 20 * MINUTE;
    expect(await ask('third')).toEqual({ kind: 'spent', used: 2, nextFreeAt: START + SPEND_WINDOW_MS });
    expect(await ask('third', 0)).toMatchObject({ kind: 'reserved' });
    at.now = START + HOUR;
    // The one that the lifted guard let through counts, so the second must leave the hour first.
    expect(await ask('fourth')).toEqual({ kind: 'spent', used: 2, nextFreeAt: START + 20 * MINUTE + HOUR });
    if (second.kind === 'reserved') await at.store.settle(second.row, { kind: 'refused' });
    expect(await ask('fourth')).toMatchObject({ kind: 'reserved' });
  });

  test.each([
    ['in its last millisecond', HOUR - 1, 'spent'],
    ['after it', HOUR, 'reserved'],
  ])('counts a submit for an hour: %s', async (_, wait, expected) => {
    await ask('first', 1);
    at.now += wait;
    expect(await kindOf(ask('second', 1))).toBe(expected);
  });

  test('covers every key and gateway, but no job that was only polled, and answers a duplicate first', async () => {
    const origin = 'https://staging.example';
    await at.store.saveReport('elsewhere', report('IN_QUEUE'));
    await submit(at.open({ key: 'rotated', origin }), 'theirs', { origin });
    expect(await kindOf(ask('first', 1))).toBe('spent');
    expect(await kindOf(ask('first', 2))).toBe('reserved');
    expect(await kindOf(ask('first', 1))).toBe('blocked');
  });

  test('counts a submit from the future for an hour from when it is met', async () => {
    at.now += DAY;
    await ask('future', 1);
    at.now = START;
    expect(await ask('other', 1)).toEqual({ kind: 'spent', used: 1, nextFreeAt: START + HOUR });
    at.now += HOUR;
    expect(await kindOf(ask('other', 1))).toBe('reserved');
  });

  test('holds over all processes at once', async () => {
    const processes = await Processes.start(2);
    const prompts = Array.from({ length: 6 }, (_, n) => `prompt ${n}`);
    const kinds = await processes.send({ place: at.place, now: at.now, prompts, maxPerHour: 3 });
    expect(kinds.filter(kind => kind === 'reserved')).toHaveLength(3);
  });
});

onEachDatabase('conflicts', at => {
  const red = { templateId: 'tpl', definition: { colour: 'red' } };

  test('are the live jobs and open doubts of the same template and gateway with another definition', async () => {
    const origin = 'https://staging.example';
    await submit(at.store, 'live for a day', red);
    await make('doubt', doubt);
    await make('on its way', submitting);
    at.now += MINUTE;
    await make('ended', reported('COMPLETED'));
    await make('settled', doubt);
    await make('settled', reported('FAILED'), 1);
    await submit(at.store, 'another template', { ...red, templateId: 'tpl-2' });
    await submit(at.open({ origin }), 'another gateway', { ...red, origin });

    const conflicts = async (asked: Asked): Promise<string[]> => {
      const reservation = await at.store.reserve(asking({ prompt: 'new', ...asked }));
      if (reservation.kind !== 'reserved') throw new Error(reservation.kind);
      await at.store.settle(reservation.row, { kind: 'refused' });
      return reservation.conflicts.map(({ status }) => status);
    };
    const three = ['SUBMITTING', 'UNKNOWN', 'IN_QUEUE'];
    expect(await conflicts({ ...red, definition: { colour: 'blue' } })).toEqual(three);
    expect(await conflicts({ templateId: 'tpl' })).toEqual(three);
    expect(await conflicts(red)).toEqual([]);
    expect(await conflicts({})).toEqual([]);
  });

  const make = async (prompt: string, step: Step, lift = 0): Promise<void> =>
    void (await step(at.store, await reserve(at.store, { prompt, lift, ...red })));
});
