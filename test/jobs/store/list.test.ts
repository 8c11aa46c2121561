import { describe, expect, test } from 'vitest';
import { KEPT_MS, KEPT_ROWS } from '../../../src/base/limits.ts';
import type { JobFilter } from '../../../src/jobs/store/job-store.ts';
import { accepted, asking, report, reserve, submit } from './builders.ts';
import { DAY, HOUR, onEachDatabase, START } from './on-each-database.ts';

onEachDatabase('the list of jobs', at => {
  const ids = async (filter: Partial<JobFilter> = {}, store = at.store): Promise<(string | undefined)[]> =>
    (await store.list({ limit: 100, ...filter })).map(({ requestId, hint }) => requestId ?? hint);
  const doubt = async (hint: string, asked = {}): Promise<void> => {
    await at.store.settle(await reserve(at.store, { prompt: hint, ...asked }), { kind: 'doubt', hint });
  };

  test('is newest first with a clock that goes back, and takes filters', async () => {
    for (const [name, templateId] of Object.entries({ a1: 'one', a2: 'two', b1: 'one' })) {
      await submit(at.store, name, { templateId });
      at.now -= HOUR;
    }
    await at.store.saveReport('a1', report('FAILED', { failure: 'no' }));
    expect(await ids()).toEqual(['b1', 'a2', 'a1']);
    expect(await ids({ limit: 2 })).toEqual(['b1', 'a2']);
    expect(await ids({ status: 'IN_QUEUE' })).toEqual(['b1', 'a2']);
    expect(await ids({ templateId: 'one' })).toEqual(['b1', 'a1']);
    expect(await ids({ prefix: 'a' })).toEqual(['a2', 'a1']);
    expect(await ids({ prefix: '%' })).toEqual([]);
    expect(await ids({ prefix: 'a', status: 'FAILED', templateId: 'one' })).toEqual(['a1']);
  });

  test('begins with the open doubts, beyond its limit but not beyond its filters', async () => {
    await doubt('d1', { templateId: 'one' });
    await doubt('settled');
    await submit(at.store, 'lifted', { prompt: 'settled', lift: 1 });
    await doubt('d2');
    await submit(at.store, 'j1', { templateId: 'one' });
    await submit(at.store, 'j2');
    expect(await ids()).toEqual(['d2', 'd1', 'j2', 'j1', 'lifted', 'settled']);
    expect(await ids({ limit: 3 })).toEqual(['d2', 'd1', 'j2']);
    expect(await ids({ limit: 1 })).toEqual(['d2', 'd1']);
    expect(await ids({ templateId: 'one', limit: 1 })).toEqual(['d1']);
    expect(await ids({ status: 'UNKNOWN' })).toEqual(['d2', 'd1', 'settled']);
    expect(await ids({ status: 'IN_QUEUE', limit: 1 })).toEqual(['j2']);
  });

  test('keeps tenants apart in a shared database alone', async () => {
    const sent = { templateId: 'tpl', definition: { timeline: 1 } };
    await submit(at.store, 'mine', sent);
    const other = at.open({ key: 'rotated' });
    const seen = at.shared ? [] : ['mine'];
    expect(await ids({}, other)).toEqual(seen);
    expect(await other.templates(9)).toEqual(at.shared ? [] : ['tpl']);
    expect(await other.definitions('tpl', 9)).toHaveLength(seen.length);
    expect(await other.find('mine')).toEqual(at.shared ? null : { ...(await at.store.find('mine')), otherKey: true });
    await other.saveReport('mine', report('FAILED'));
    expect(await at.store.find('mine')).toMatchObject({ status: at.shared ? 'IN_QUEUE' : 'FAILED' });
  });

  test('shows jobs of every gateway, with the present one’s first where two have one id', async () => {
    const origin = 'https://staging.example';
    const staging = at.open({ origin });
    await submit(at.store, 'job-1');
    await submit(staging, 'job-1', { origin });
    await submit(staging, 'job-2', { origin });
    expect(await ids()).toEqual(['job-2', 'job-1', 'job-1']);
    expect(await at.store.find('job-2')).toMatchObject({ origin });
    expect(await staging.claimPoll('job-1', 0)).toBe(true);
  });

  describe('after more than 30 days', () => {
    /** Newer rows, as if so many jobs had been polled here since. */
    const fill = (count: number) =>
      at.sql(
        `INSERT INTO jobs (id, tenant, origin, lift, status, gone, submitted_at, outputs, result_pending)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         SELECT 'row ' || i, 'tenant', 'origin', 0, 'IN_QUEUE', 0, 0, '[]', 0 FROM n`,
        [count],
      );
    /** The ids that are left once a store was opened anew and used. */
    const left = async (): Promise<(string | undefined)[]> => {
      await at.open().reserve(asking({ prompt: `at ${at.now}` }));
      const rows = await at.sql('SELECT request_id, hint FROM jobs WHERE intent IS NOT NULL ORDER BY seq');
      return rows.map(row => String(row.request_id ?? row.hint)).filter(id => id !== 'null');
    };

    test('has forgotten what ended before, unless it is one of the newest 1,000 rows', async () => {
      for (const id of ['completed', 'failed', 'live']) await submit(at.store, id);
      await doubt('doubt');
      await at.store.saveReport('completed', report('COMPLETED'));
      at.now += 1_000;
      await at.store.saveReport('failed', report('FAILED'));
      at.now = START + KEPT_MS + 1;
      await fill(KEPT_ROWS - 4);
      expect(await left()).toEqual(['completed', 'failed', 'live', 'doubt']);
      await at.sql("DELETE FROM jobs WHERE id LIKE 'row %'");
      await fill(KEPT_ROWS);
      expect(await left()).toEqual(['failed', 'live', 'doubt']);
      at.now += 400 * DAY;
      expect(await left()).toEqual(['live', 'doubt']);
    });

    test('still has what lifted a doubt, which stays closed', async () => {
      await doubt('doubt', { prompt: 'same' });
      await submit(at.store, 'lifted', { prompt: 'same', lift: 1 });
      await at.store.saveReport('lifted', report('FAILED'));
      await fill(KEPT_ROWS);
      at.now = START + KEPT_MS + 1;
      expect(await left()).toEqual(['doubt', 'lifted']);
      const listed = await at.store.list({ status: 'UNKNOWN', limit: 9 });
      expect(listed.map(({ open }) => open)).toEqual([false]);
    });

    test('still has the five newest definitions of each template', async () => {
      for (const id of ['1', '2', '3', '4', '5', '6', '7']) {
        await submit(at.store, id, { templateId: 'tpl', definition: { id } });
        await at.store.saveReport(id, report(id === '4' ? 'FAILED' : 'COMPLETED'));
      }
      await fill(KEPT_ROWS);
      at.now = START + KEPT_MS + 1;
      expect(await left()).toEqual(['2', '3', '5', '6', '7']);
      expect(await at.sql('SELECT * FROM definitions')).toHaveLength(5);
    });
  });
});

onEachDatabase('definitions', at => {
  const definition = (n: number): Record<string, unknown> => ({ timeline: { n, text: 'ü€😀' }, __proto__x: null });

  test('are kept as they were sent, newest first, unless the job came to nothing', async () => {
    for (const n of [1, 2, 3, 4]) {
      await submit(at.store, `job-${n}`, { templateId: 'tpl', name: `v${n}`, definition: definition(n) });
      at.now -= 1;
    }
    await submit(at.store, 'bare', { templateId: 'tpl' });
    await submit(at.store, 'failed', { templateId: 'tpl-failed', definition: definition(5) });
    await at.store.saveReport('failed', report('FAILED'));
    await at.store.settle(await reserve(at.store, { templateId: 'tpl-refused', definition: definition(6) }), {
      kind: 'refused',
    });
    await submit(at.store, 'other', { templateId: 'tpl-2', definition: definition(7) });
    await at.store.saveReport('job-3', report('CANCELLED'));

    const version = (n: number) => ({
      rowId: expect.any(String),
      sentAt: START - (n - 1),
      requestId: `job-${n}`,
      status: 'IN_QUEUE',
      name: `v${n}`,
      definition: definition(n),
    });
    expect(await at.store.definitions('tpl', 2)).toEqual([version(4), version(2)]);
    expect(await at.store.definitions('tpl', 9)).toEqual([version(4), version(2), version(1)]);
    expect(await at.store.definitions('nobody', 9)).toEqual([]);
    // Every template that is listed has something to read.
    expect(await at.store.templates(9)).toEqual(['tpl-2', 'tpl']);
    expect(await at.store.templates(1)).toEqual(['tpl-2']);
    const elsewhere = at.open({ origin: 'https://staging.example' });
    expect([await elsewhere.definitions('tpl', 9), await elsewhere.templates(9)]).toEqual([[], []]);
  });
});

onEachDatabase('a text that a database cannot hold', at => {
  test.each([
    ['a NUL', 'a\0b'],
    ['half a surrogate pair', 'a\ud800b'],
    [
      '4,000 characters that do not compress',
      Array.from({ length: 4_000 }, (_, n) => ((n * 7919) % 36).toString(36)).join(''),
    ],
  ])('costs a row that text at most, never its id or state: %s', async (_, text) => {
    const asked = { templateId: text, name: text, definition: { text } };
    const row = await reserve(at.store, asked);
    expect(await at.store.reserve(asking(asked))).toMatchObject({ kind: 'blocked', record: { rowId: row.id } });
    await at.store.settle(row, { kind: 'doubt', hint: text, recordId: text });
    const link = { url: `https://results.example/${text}`, kind: 'video' as const };
    await at.store.settle(row, { kind: 'accepted', accepted: accepted('job-1', { recordId: text }) });
    const told = { failure: text, resultData: text, recordId: text };
    await at.store.saveReport('job-1', report('COMPLETED', { outputs: [link], ...told }));
    expect(await at.store.find('job-1')).toMatchObject({ rowId: row.id, status: 'COMPLETED', outputs: [link] });
    for (const templateId of [text, 'a']) {
      const found = await at.store.list({ templateId, limit: 9 });
      expect(found.every(record => record.templateId === templateId.toWellFormed())).toBe(true);
      await at.store.definitions(templateId, 9);
    }
    expect(await at.store.list({ prefix: text, limit: 9 })).toEqual([]);
  });
});
