import { expect, test } from 'vitest';
import { examineStore } from '../../../src/jobs/store/examine.ts';
import { report, reserve, submit } from './builders.ts';
import { onEachDatabase } from './on-each-database.ts';
import { settingsOf } from './places.ts';

onEachDatabase('a look at a store', at => {
  const examine = (key?: string) => examineStore(settingsOf(at.place), key);

  test('before the first job finds none, and makes none', async () => {
    for (const _ of [1, 2]) expect((await examine())?.jobs ?? {}).toEqual({});
  });

  test('counts the jobs by their state, in a shared database those of a key', async () => {
    await submit(at.store, 'a');
    await submit(at.store, 'b');
    await at.store.saveReport('b', report('COMPLETED'));
    const row = await reserve(at.store);
    await at.store.settle(row, { kind: 'doubt' });
    await submit(at.open({ key: 'other' }), 'c');
    expect(await examine()).toMatchObject({ jobs: { COMPLETED: 1, IN_QUEUE: 2, UNKNOWN: 1 }, openDoubts: 1 });
    const others = at.shared ? { IN_QUEUE: 1 } : { COMPLETED: 1, IN_QUEUE: 2, UNKNOWN: 1 };
    const { jobs, place } = (await examine('other')) ?? {};
    expect(jobs).toEqual(others);
    expect(place).not.toContain('password');
  });

  test('refuses one of a newer version', async () => {
    await submit(at.store, 'a');
    await at.sql('UPDATE schema_version SET version = version + 1');
    await expect(examine()).rejects.toMatchObject({ code: 'store_unavailable', facts: { reason: 'newer' } });
  });
});
