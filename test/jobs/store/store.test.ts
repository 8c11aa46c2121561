import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JobReport, Submission, TemplateUpdate } from '../../../src/gateway/gateway.ts';
import { accepted, newRecord } from '../../../src/jobs/job.ts';
import type { Reservation } from '../../../src/jobs/store/job-store.ts';
import { thisOwner } from '../../../src/jobs/store/owner.ts';
import { MIGRATIONS, migrate } from '../../../src/jobs/store/schema.ts';
import type { Database } from '../../../src/jobs/store/sql.ts';
import { SqlJobStore } from '../../../src/jobs/store/sql-job-store.ts';
import { KINDS, type Running } from './databases.ts';
import { openAt } from './places.ts';
import { Processes } from './processes.ts';

const START = Date.UTC(2026, 0, 15, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const RULES = { allowDuplicate: false, maxPerHour: 0 };

const update = (changes: Partial<TemplateUpdate> = {}): TemplateUpdate => ({
  prompt: 'Make the title red',
  templateId: null,
  name: null,
  definition: null,
  options: {},
  extraInputs: {},
  webhookUrl: null,
  ...changes,
});
const submission = (requestId: string): Submission => ({
  requestId,
  status: 'IN_QUEUE',
  recordId: `rec-${requestId}`,
  costUsd: null,
  lowBalance: false,
});
const report = (status: JobReport['status'], changes: Partial<JobReport> = {}): JobReport => ({
  status,
  outputs: [],
  failure: null,
  recordId: null,
  costUsd: null,
  ...changes,
});
const link = { url: 'https://results.example/a.mp4', kind: 'video' as const };

describe.each(KINDS)('the job store on $name', kind => {
  let running: Running;
  let place: string;
  let now: number;
  let database: Database;
  let store: SqlJobStore;

  const openStore = (tenant = 'tenant'): Promise<SqlJobStore> =>
    SqlJobStore.open({ database, place: `The place ${place}`, tenant, now: () => now });

  /** Reserves what must be free to leave. */
  async function reserve(changes: Partial<TemplateUpdate> = {}, by = store): Promise<string> {
    const reservation = await by.reserve(update(changes), RULES);
    if (reservation.kind !== 'reserved') throw new Error(`It is ${reservation.kind}.`);
    return reservation.id;
  }

  async function submit(requestId: string, changes: Partial<TemplateUpdate> = {}, by = store): Promise<string> {
    const id = await reserve({ prompt: requestId, ...changes }, by);
    await by.accept(id, submission(requestId));
    return id;
  }

  const ids = async (filter = {}): Promise<(string | null)[]> =>
    (await store.list({ limit: 100, ...filter })).map(record => record.requestId);

  const kindOf = async (asked: Promise<Reservation>): Promise<string> => (await asked).kind;

  beforeAll(async () => {
    running = await kind.start();
  }, 60_000);
  afterAll(() => running.stop());
  beforeEach(async () => {
    now = START;
    place = await running.empty();
    database = await openAt(place);
    store = await openStore();
  });
  afterEach(() => database.close());

  describe('a job from intent to end', () => {
    test('is written down at every step', async () => {
      const id = await reserve({ templateId: 'tpl', name: 'Promo' });
      const intent = { ...newRecord(null, START), status: 'SUBMITTING', templateId: 'tpl', name: 'Promo' };
      expect(await store.list({ limit: 9 })).toEqual([intent]);

      now += 1_000;
      const queued = await store.accept(id, submission('job-1'));
      expect(queued).toEqual({ ...intent, requestId: 'job-1', recordId: 'rec-job-1', status: 'IN_QUEUE' });
      expect(await store.find('job-1')).toEqual(queued);

      now += 1_000;
      await store.look('job-1', report('IN_PROGRESS'));
      now += 1_000;
      const ended = await store.look('job-1', report('COMPLETED', { outputs: [link], costUsd: 0.25 }));
      const end = { status: 'COMPLETED', outputs: [link], costUsd: 0.25, checkedAt: now, completedAt: now };
      expect(ended).toEqual({ ...queued, ...end });
      expect(await store.find('job-1')).toEqual(ended);
    });

    test('leaves nothing when it is withdrawn', async () => {
      const id = await reserve({ templateId: 'tpl', definition: { timeline: 1 } });
      await store.withdraw(id);
      expect(await store.list({ limit: 9 })).toEqual([]);
      expect(await database.query('SELECT * FROM definitions')).toEqual([]);
    });

    test.each([
      ['nothing', null, null],
      ['an id', 'job-1', 'rec-1'],
    ])('is UNKNOWN when in doubt, with %s known', async (_, requestId, recordId) => {
      await store.doubt(await reserve(), requestId, recordId);
      const [row] = await store.list({ limit: 9 });
      expect(row).toEqual({ ...newRecord(requestId, START), status: 'UNKNOWN', recordId });
    });

    test('stays ended when an older look comes late', async () => {
      await submit('job-1');
      const ended = await store.look('job-1', report('COMPLETED', { outputs: [link] }));
      now += 1_000;
      for (const status of ['IN_PROGRESS', 'FAILED'] as const)
        expect(await store.look('job-1', report(status))).toEqual(ended);
      expect(await store.find('job-1')).toEqual(ended);
    });

    test('is looked at by one process at a time, and by none oftener than the interval', async () => {
      await submit('job-1');
      const claim = (): Promise<boolean> => store.claimLook('job-1', 5_000);
      const claims = await Promise.all([claim(), claim(), claim()]);
      expect(claims.filter(Boolean)).toHaveLength(1);
      now += 4_999;
      expect(await claim()).toBe(false);
      now += 1;
      expect(await claim()).toBe(true);
      await store.releaseLook('job-1');
      expect(await claim()).toBe(true);
      now -= HOUR;
      expect(await claim()).toBe(true);
      expect(await (await openStore('other')).claimLook('job-1', 0)).toBe(false);
    });

    test('is remembered when it was submitted elsewhere, without a time of its end', async () => {
      await store.look('elsewhere', report('COMPLETED', { outputs: [link], recordId: 'rec' }));
      expect(await store.find('elsewhere')).toEqual({
        ...accepted(newRecord(null, START), { ...submission('elsewhere'), recordId: 'rec' }),
        status: 'COMPLETED',
        outputs: [link],
        checkedAt: START,
      });
    });

    test('is one job when it is looked up before its own answer is written down', async () => {
      const id = await reserve({ templateId: 'tpl' });
      const ended = await store.look('job-1', report('COMPLETED', { outputs: [link] }));
      now += 1_000;
      const merged = await store.accept(id, submission('job-1'));
      expect(merged).toEqual({ ...ended, templateId: 'tpl', recordId: 'rec-job-1' });
      expect(await store.list({ limit: 9 })).toEqual([merged]);
    });
  });

  describe('the list', () => {
    test('is newest first and takes filters', async () => {
      for (const [name, templateId] of [
        ['a1', 'one'],
        ['a2', 'two'],
        ['b1', 'one'],
      ] as const) {
        await submit(name, { templateId });
        now += 1;
      }
      await store.look('a1', report('FAILED', { failure: 'no' }));
      expect(await ids()).toEqual(['b1', 'a2', 'a1']);
      expect(await ids({ limit: 2 })).toEqual(['b1', 'a2']);
      expect(await ids({ status: 'IN_QUEUE' })).toEqual(['b1', 'a2']);
      expect(await ids({ templateId: 'one' })).toEqual(['b1', 'a1']);
      expect(await ids({ prefix: 'a' })).toEqual(['a2', 'a1']);
      expect(await ids({ prefix: '%' })).toEqual([]);
      expect(await ids({ prefix: 'a', status: 'FAILED', templateId: 'one' })).toEqual(['a1']);
    });

    test('is not shared between tenants', async () => {
      const other = await openStore('other');
      await submit('mine', { templateId: 'tpl', definition: { timeline: 1 } });
      expect(await other.list({ limit: 9 })).toEqual([]);
      expect(await other.find('mine')).toBeNull();
      expect(await other.definitions('tpl', 9)).toEqual([]);
      expect(await other.templates(9)).toEqual([]);
      // Neither its duplicates, nor its submits of the hour, nor its live jobs are the other's.
      const same = update({ prompt: 'mine', templateId: 'tpl', definition: { timeline: 1 } });
      expect(await other.reserve(same, { allowDuplicate: false, maxPerHour: 1 })).toMatchObject({
        kind: 'reserved',
        rivals: [],
      });
      await other.look('mine', report('FAILED'));
      expect(await store.find('mine')).toMatchObject({ status: 'IN_QUEUE' });
    });
  });

  describe('the duplicate guard', () => {
    const accept = async (id: string): Promise<unknown> => store.accept(id, submission('job-1'));
    const end =
      (status: JobReport['status']) =>
      async (id: string): Promise<void> => {
        await accept(id);
        await store.look('job-1', report(status));
      };

    test.each<[string, (id: string) => Promise<unknown>, number, string]>([
      ['while it is SUBMITTING', async () => {}, 0, 'duplicate'],
      ['when it is queued', accept, 0, 'duplicate'],
      ['just within ten minutes', accept, 10 * MINUTE - 1, 'duplicate'],
      ['ten minutes later', accept, 10 * MINUTE, 'reserved'],
      ['when it is COMPLETED', end('COMPLETED'), 0, 'duplicate'],
      ['when it has FAILED', end('FAILED'), 0, 'reserved'],
      ['when it was CANCELLED', end('CANCELLED'), 0, 'reserved'],
      ['when it is UNKNOWN', async id => store.doubt(id, null, null), 0, 'duplicate'],
      ['when it was withdrawn', async id => store.withdraw(id), 0, 'reserved'],
    ])('on an equal call %s', async (_, after, wait, expected) => {
      await after(await reserve());
      const [twin] = await store.list({ limit: 1 });
      now += wait;
      const second = await store.reserve(update(), RULES);
      expect(second.kind).toBe(expected);
      if (second.kind === 'duplicate') expect(second.record).toEqual(twin);
      expect(await kindOf(store.reserve(update(), { ...RULES, allowDuplicate: true }))).toBe('reserved');
    });

    const definition = { timeline: { tracks: [1, 2], soundtrack: null }, output: { format: 'mp4' } };
    const base = { templateId: 'tpl', definition, options: { image: 'QUJD' } };
    test.each<[string, Partial<TemplateUpdate>, string]>([
      ['the same', {}, 'duplicate'],
      [
        'keys in another order',
        { definition: { output: { format: 'mp4' }, timeline: { soundtrack: null, tracks: [1, 2] } } },
        'duplicate',
      ],
      ['tracks in another order', { definition: { ...definition, timeline: { tracks: [2, 1] } } }, 'reserved'],
      ['another prompt', { prompt: 'Make the title blue' }, 'reserved'],
      ['another template', { templateId: 'tpl-2' }, 'reserved'],
      ['another name', { name: 'Promo' }, 'reserved'],
      ['another picture', { options: { image: 'QUJE' } }, 'reserved'],
      ['a further input', { extraInputs: { seed: 1 } }, 'reserved'],
      ['a webhook', { webhookUrl: 'https://hooks.example/' }, 'reserved'],
    ])('compares whole calls: %s', async (_, changes, expected) => {
      await reserve(base);
      expect(await kindOf(store.reserve(update({ ...base, ...changes }), RULES))).toBe(expected);
    });

    test('lets one of many equal calls through, whichever process they come from', async () => {
      const processes = await Processes.start(2);
      const prompts = Array.from({ length: 10 }, () => 'the same');
      const kinds = await processes.send({ place, now, prompts, maxPerHour: 0 });
      expect(kinds.toSorted()).toEqual([...Array.from({ length: 19 }, () => 'duplicate'), 'reserved']);
      expect(await store.list({ limit: 100 })).toHaveLength(1);
    });
  });

  describe('the spend guard', () => {
    const ask = (prompt: string, maxPerHour = 2): Promise<Reservation> =>
      store.reserve(update({ prompt }), { allowDuplicate: false, maxPerHour });

    test('counts the submits of the last hour and tells when the next is free', async () => {
      await ask('first');
      now += 20 * MINUTE;
      const second = await ask('second');
      now += 20 * MINUTE;
      const refused = { kind: 'spent', used: 2, nextFreeAt: START + HOUR };
      expect(await ask('third')).toEqual(refused);
      expect(await ask('third', 0)).toMatchObject({ kind: 'reserved' });
      now = START + HOUR;
      // The one that the lifted guard let through counts, so the second must leave the hour first.
      expect(await ask('fourth')).toEqual({ kind: 'spent', used: 2, nextFreeAt: START + 20 * MINUTE + HOUR });
      if (second.kind === 'reserved') await store.withdraw(second.id);
      expect(await ask('fourth')).toMatchObject({ kind: 'reserved' });
    });

    test.each([
      ['last millisecond', HOUR - 1, 'spent'],
      ['whole hour', HOUR, 'reserved'],
    ])('frees a place after the hour: %s', async (_, wait, expected) => {
      await ask('first', 1);
      now += wait;
      expect(await kindOf(ask('second', 1))).toBe(expected);
    });

    test('does not count jobs submitted elsewhere, and answers an equal call with its job first', async () => {
      await store.look('elsewhere', report('IN_QUEUE'));
      expect(await kindOf(ask('first', 1))).toBe('reserved');
      expect(await kindOf(ask('first', 1))).toBe('duplicate');
      expect(await kindOf(ask('second', 1))).toBe('spent');
    });

    test('holds over all processes at once', async () => {
      const processes = await Processes.start(2);
      const prompts = Array.from({ length: 6 }, (_, n) => `prompt ${n}`);
      const kinds = await processes.send({ place, now, prompts, maxPerHour: 3 });
      expect(kinds.filter(kind => kind === 'reserved')).toHaveLength(3);
    });
  });

  test('names live jobs that change the same template otherwise', async () => {
    const red = { templateId: 'tpl', definition: { colour: 'red' } };
    await submit('old', red);
    now += HOUR;
    await submit('live', red);
    await submit('ended', red);
    await store.look('ended', report('COMPLETED'));
    await submit('doubtful', red);
    await submit('elsewhere', { ...red, templateId: 'tpl-2' });
    const rivals = async (changes: Partial<TemplateUpdate>): Promise<(string | null)[]> => {
      const reservation = await store.reserve(update(changes), { allowDuplicate: true, maxPerHour: 0 });
      if (reservation.kind !== 'reserved') throw new Error(reservation.kind);
      await store.withdraw(reservation.id);
      return reservation.rivals.map(rival => rival.requestId).sort();
    };
    expect(await rivals({ ...red, definition: { colour: 'blue' } })).toEqual(['doubtful', 'live']);
    expect(await rivals({ ...red, definition: null })).toEqual(['doubtful', 'live']);
    expect(await rivals(red)).toEqual([]);
    expect(await rivals({ templateId: null })).toEqual([]);
  });

  describe('a clock that is moved', () => {
    test.each([
      ['forwards', START + DAY],
      ['back', START - DAY],
      ['back to where clocks begin', 0],
    ])('%s and put right loses nothing, and equal calls stay equal', async (_, wrong) => {
      await submit('before');
      const sent = await store.find('before');
      now = wrong;
      store = await openStore();
      await submit('during');
      await store.look('during', report('COMPLETED'));
      now = START + 2 * MINUTE;
      store = await openStore();
      expect(await store.find('before')).toEqual(sent);
      expect(await kindOf(store.reserve(update({ prompt: 'before' }), RULES))).toBe('duplicate');
      if (wrong > 0) expect((await ids()).toSorted()).toEqual(['before', 'during']);
    });

    test('forwards and put right holds an equal call back for ten minutes, not until then', async () => {
      now += 400 * DAY;
      await submit('future');
      now = START;
      expect(await kindOf(store.reserve(update({ prompt: 'future' }), RULES))).toBe('duplicate');
      now += 10 * MINUTE - 1;
      expect(await kindOf(store.reserve(update({ prompt: 'future' }), RULES))).toBe('duplicate');
      now += 1;
      expect(await kindOf(store.reserve(update({ prompt: 'future' }), RULES))).toBe('reserved');
    });

    test('back still knows what was submitted before', async () => {
      await submit('future');
      now -= 5 * HOUR;
      const again = { allowDuplicate: false, maxPerHour: 1 };
      expect(await kindOf(store.reserve(update({ prompt: 'future' }), again))).toBe('duplicate');
      expect(await store.reserve(update({ prompt: 'other' }), again)).toEqual({
        kind: 'spent',
        used: 1,
        nextFreeAt: now + HOUR,
      });
      now += 10 * MINUTE;
      expect(await kindOf(store.reserve(update({ prompt: 'future' }), RULES))).toBe('reserved');
    });
  });

  describe('what a process was submitting', () => {
    const owner = (changes: object): string => JSON.stringify({ ...JSON.parse(thisOwner()), ...changes });
    const gone = spawnSync(process.execPath, ['--version']).pid;

    test.each<[string, () => string, number, string]>([
      ['it has ended', () => owner({ pid: gone }), 0, 'UNKNOWN'],
      ['its number went to another process', () => owner({ start: '1' }), 0, 'UNKNOWN'],
      ['it lives', () => owner({}), 2 * MINUTE, 'SUBMITTING'],
      ['it lives but no call lasts so long', () => owner({}), 2 * MINUTE + 1, 'UNKNOWN'],
      ['it is on another machine', () => owner({ host: `not-${hostname()}`, pid: gone }), 2 * MINUTE, 'SUBMITTING'],
      ['it was on another machine', () => owner({ host: `not-${hostname()}` }), 2 * MINUTE + 1, 'UNKNOWN'],
    ])('is UNKNOWN only if that is certain: %s', async (_, of, age, status) => {
      await database.query('UPDATE jobs SET owner = ? WHERE id = ?', [of(), await reserve()]);
      now += age;
      await openStore();
      expect(await database.query('SELECT status FROM jobs')).toEqual([{ status }]);
    });

    test('on another machine, while the clock was ahead, is UNKNOWN two minutes after it was met', async () => {
      await database.query('UPDATE jobs SET owner = ? WHERE id = ?', [owner({ host: 'another' }), await reserve()]);
      now -= DAY;
      expect(await store.list({ limit: 9, status: 'SUBMITTING' })).toHaveLength(1);
      now += 2 * MINUTE + 1;
      expect(await store.list({ limit: 9, status: 'UNKNOWN' })).toHaveLength(1);
    });

    test('is told apart without a new start, by whoever lists or repeats', async () => {
      for (const prompt of ['listed', 'repeated'])
        await database.query('UPDATE jobs SET owner = ? WHERE id = ?', [
          owner({ pid: gone }),
          await reserve({ prompt }),
        ]);
      expect(await store.reserve(update({ prompt: 'repeated' }), RULES)).toMatchObject({
        kind: 'duplicate',
        record: { status: 'UNKNOWN' },
      });
      expect((await store.list({ limit: 9 })).map(record => record.status)).toEqual(['UNKNOWN', 'UNKNOWN']);
    });
  });

  test('jobs are forgotten 30 days after their end, with what was sent', async () => {
    const sent = { templateId: 'tpl', definition: { timeline: 1 } };
    for (const name of ['ended', 'later', 'followed', 'doubtful']) await submit(name, sent);
    await store.doubt(await reserve({ prompt: 'no answer' }), null, null);
    await store.look('ended', report('COMPLETED'));
    now += 1_000;
    await store.look('later', report('FAILED'));
    const left = async (time: number): Promise<number> => {
      now = time;
      await openStore();
      const rows = await database.query('SELECT job_id FROM definitions');
      expect((await store.definitions('tpl', 9)).length).toBeLessThanOrEqual(rows.length);
      return (await store.list({ limit: 9 })).length;
    };
    expect(await left(START + 30 * DAY)).toBe(5);
    expect(await ids()).toContain('ended');
    expect(await left(START + 30 * DAY + 1)).toBe(4);
    expect(await left(START + 30 * DAY + 1_001)).toBe(3);
    // One that was never seen to end had ended a week later at the latest.
    expect(await left(START + 37 * DAY)).toBe(3);
    expect(await left(START + 37 * DAY + 1)).toBe(0);
    expect(await database.query('SELECT * FROM definitions')).toEqual([]);
  });

  test('definitions are kept as they were sent, newest first, unless the job came to nothing', async () => {
    const definition = (n: number): Record<string, unknown> => ({ timeline: { n, text: 'ü€😀' }, __proto__x: null });
    for (const n of [1, 2, 3, 4]) {
      await submit(`job-${n}`, { templateId: 'tpl', name: `v${n}`, definition: definition(n) });
      now += 1_000;
    }
    await submit('bare', { templateId: 'tpl' });
    await submit('failed', { templateId: 'tpl-failed', definition: definition(5) });
    await store.look('failed', report('FAILED'));
    await submit('other', { templateId: 'tpl-2', definition: definition(6) });
    await store.look('job-3', report('CANCELLED'));

    const version = (n: number) => ({
      sentAt: START + (n - 1) * 1_000,
      requestId: `job-${n}`,
      status: 'IN_QUEUE',
      name: `v${n}`,
      definition: definition(n),
    });
    expect(await store.definitions('tpl', 2)).toEqual([version(4), version(2)]);
    expect(await store.definitions('tpl', 9)).toEqual([version(4), version(2), version(1)]);
    expect(await store.definitions('nobody', 9)).toEqual([]);
    // Every template that is listed has something to read.
    expect(await store.templates(9)).toEqual(['tpl-2', 'tpl']);
    expect(await store.templates(1)).toEqual(['tpl-2']);
  });

  describe('the schema', () => {
    /** What the first version had; later ones add to it. */
    const row = [
      'row',
      'tenant',
      'kept',
      'COMPLETED',
      'tpl',
      START - DAY,
      START - DAY,
      START - DAY,
      JSON.stringify([link]),
    ];

    beforeEach(async () => {
      await database.close();
      place = await running.empty();
      database = await openAt(place);
    });

    test.each(MIGRATIONS.map((_, version) => version))('is brought up from version %i, rows and all', async version => {
      if (version > 0) {
        await migrate(database, place, MIGRATIONS.slice(0, version));
        await database.query(
          `INSERT INTO jobs (id, tenant, request_id, status, template_id, submitted_at, checked_at, completed_at, outputs)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          row,
        );
      }
      store = await openStore();
      expect(await database.query('SELECT version FROM schema_version')).toEqual([{ version: MIGRATIONS.length }]);
      expect(await ids()).toEqual(version > 0 ? ['kept'] : []);
      if (version > 0) expect(await store.find('kept')).toMatchObject({ outputs: [link], completedAt: START - DAY });
      await submit('new', { templateId: 'tpl', definition: { timeline: 1 } });
      expect(await store.definitions('tpl', 9)).toHaveLength(1);
    });

    test.each([0, 1])('is brought up once when two processes start together, from version %i', async version => {
      if (version > 0) await migrate(database, place, MIGRATIONS.slice(0, version));
      const processes = await Processes.start(2);
      const kinds = await processes.send({ place, now, prompts: ['the same'], maxPerHour: 0 });
      expect(kinds.toSorted()).toEqual(['duplicate', 'reserved']);
      expect(await database.query('SELECT version FROM schema_version')).toEqual([{ version: MIGRATIONS.length }]);
    });

    test('of a newer server is left alone, with the place and the cure named', async () => {
      await migrate(database, place);
      await database.query('UPDATE schema_version SET version = ?', [MIGRATIONS.length + 1]);
      await expect(openStore()).rejects.toMatchObject({
        code: 'store_unavailable',
        facts: {
          detail: expect.stringContaining(`The place ${place} was written by a newer version`),
          cure: expect.stringContaining('Update this server'),
        },
      });
      expect(await database.query('SELECT version FROM schema_version')).toEqual([{ version: MIGRATIONS.length + 1 }]);
    });
  });
});
