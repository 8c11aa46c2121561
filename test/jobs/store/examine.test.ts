import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { examineStore, type StoreToExamine } from '../../../src/jobs/store/examine.ts';
import { openStore } from '../../../src/jobs/store/open.ts';
import { MIGRATIONS } from '../../../src/jobs/store/schema.ts';
import { KINDS, type Running } from './databases.ts';
import { openAt } from './places.ts';

describe.each(KINDS)('a look at a store in $name', kind => {
  let running: Running;
  let place: string;
  beforeAll(async () => {
    running = await kind.start();
  }, 60_000);
  afterAll(() => running.stop());
  beforeEach(async () => {
    place = await running.empty();
  });

  const at = (key: string | null): StoreToExamine =>
    place.startsWith('postgres://')
      ? { dataDir: null, databaseUrl: place, key }
      : { dataDir: dirname(place), databaseUrl: null, key };

  const setVersion = async (version: number): Promise<void> => {
    const database = await openAt(place);
    await database.query('UPDATE schema_version SET version = ?', [version]);
    await database.close();
  };

  const fill = async (key: string, ...requestIds: string[]): Promise<void> => {
    const store = await openStore({ ...at(key), key, inMemory: false, now: Date.now, onCorrupt: () => {} });
    for (const requestId of requestIds) {
      await store.look(requestId, { status: 'IN_QUEUE', outputs: [], failure: null, recordId: null, costUsd: null });
    }
    await store.close();
  };

  it('before the first job finds none', async () => {
    expect((await examineStore(at(null)))?.jobs ?? {}).toEqual({});
  });

  it('counts the jobs of a key, or everybody’s', async () => {
    await fill('one', 'a', 'b');
    await fill('another', 'c');
    expect(await examineStore(at('one'))).toMatchObject({ jobs: { IN_QUEUE: 2 }, outdated: false });
    expect(await examineStore(at(null))).toMatchObject({ jobs: { IN_QUEUE: 3 } });
    expect(await examineStore(at('nobody'))).toMatchObject({ jobs: {} });
  });

  it('tells an older schema, leaves it so, and refuses a newer one', async () => {
    await fill('one', 'a');
    await setVersion(MIGRATIONS.length - 1);
    for (const _ of [1, 2]) expect(await examineStore(at('one'))).toMatchObject({ outdated: true });
    await setVersion(MIGRATIONS.length + 1);
    await expect(examineStore(at('one'))).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
