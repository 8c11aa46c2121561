import { expect, test } from 'vitest';
import { UncertainReservation } from '../../../src/jobs/store/job-store.ts';
import { openDatabase } from '../../../src/jobs/store/open.ts';
import { SCHEMA_VERSION } from '../../../src/jobs/store/schema.ts';
import { type Database, UncertainCommit } from '../../../src/jobs/store/sql.ts';
import { SqlJobStore } from '../../../src/jobs/store/sql-job-store.ts';
import { unavailable } from '../../../src/jobs/store/unavailable.ts';
import { accepted, asking, ORIGIN, reserve, submit } from './builders.ts';
import { onEachDatabase } from './on-each-database.ts';
import { settingsOf } from './places.ts';
import { Processes } from './processes.ts';

const because = (reason: string) => ({ code: 'store_unavailable', facts: { reason } });

/** Opens a database whose transactions are run in this way. */
const wrapped = (database: Database, transaction: Database['transaction']) => async (): Promise<Database> => {
  const { place, shared, dialect } = database;
  return { place, shared, dialect, transaction, close: () => database.close() };
};

onEachDatabase('a store', at => {
  test('is given its schema once when two processes start together', async () => {
    const processes = await Processes.start(2);
    const kinds = await processes.send({ place: at.place, now: at.now, prompts: ['the same'], maxPerHour: 0 });
    expect(kinds.toSorted()).toEqual(['blocked', 'reserved']);
    expect(await at.sql('SELECT version FROM schema_version')).toEqual([{ version: SCHEMA_VERSION }]);
  });

  test('that a newer version has changed is left alone at once, by those who had it open as well', async () => {
    await submit(at.store, 'job-1');
    await at.sql('UPDATE schema_version SET version = version + 1');
    for (const store of [at.store, at.open()]) {
      await expect(store.reserve(asking())).rejects.toMatchObject(because('newer'));
      await expect(store.list({ limit: 9 })).rejects.toMatchObject(because('newer'));
    }
    expect(at.store.generation).toBe(0);
    await at.sql('UPDATE schema_version SET version = version - 1');
    expect(await at.store.list({ limit: 9 })).toHaveLength(1);
  });

  test('that lacks a table is corrupt', async () => {
    const row = await submit(at.store, 'job-1');
    await at.sql('DROP VIEW job_rows');
    for (const asked of [at.store.find('job-1'), at.store.settle(row, { kind: 'refused' }), reserve(at.open())]) {
      await expect(asked).rejects.toMatchObject(because('corrupt'));
    }
    expect(at.store.generation).toBe(0);
  });

  test('of a version that was never published is not used', async () => {
    await at.store.list({ limit: 1 });
    await at.sql('UPDATE schema_version SET version = 5');
    await expect(at.open().reserve(asking())).rejects.toMatchObject(because('corrupt'));
  });

  test('that was replaced by an older copy of itself is reported once, and used from then on', async () => {
    const row = await submit(at.store, 'job-1');
    // As the copy was before the submit.
    await at.sql('DELETE FROM jobs');
    await at.sql('UPDATE schema_version SET changes = 0');
    const others = at.open();
    await expect(at.store.reserve(asking())).rejects.toMatchObject(because('lost'));
    expect(at.store.generation).toBe(1);
    expect(await others.list({ limit: 9 })).toEqual([]);
    await at.store.settle(row, { kind: 'accepted', accepted: accepted('job-1') });
    expect(await others.list({ limit: 9 })).toMatchObject([{ requestId: 'job-1' }]);
    expect(at.store.generation).toBe(1);
  });

  test('that was replaced by another one, or emptied, rejects the first call and the next reservation, and is used then', async () => {
    await submit(at.store, 'job-1');
    await at.sql("UPDATE schema_version SET store_id = 'another', changes = 1000");
    await expect(at.store.find('job-1')).rejects.toMatchObject(because('lost'));
    expect(await at.store.find('job-1')).not.toBeNull();
    for (const statement of [
      'DROP VIEW job_rows',
      'DROP TABLE definitions',
      'DROP TABLE jobs',
      'DROP TABLE schema_version',
    ])
      await at.sql(statement);
    await expect(at.store.list({ limit: 9 })).rejects.toMatchObject(because('lost'));
    expect(at.store.generation).toBe(2);
    expect(await at.store.list({ limit: 9 })).toEqual([]);
    await expect(at.store.reserve(asking())).rejects.toMatchObject(because('lost'));
    await reserve(at.store);
    expect(at.store.generation).toBe(2);
  });

  test('that cannot be opened at first is opened by a later call', async () => {
    let tries = 0;
    const open = (): Promise<Database> => {
      tries += 1;
      return tries < 3 ? Promise.reject(unavailable('unwritable', 'there')) : openDatabase(settingsOf(at.place));
    };
    const store = new SqlJobStore({ open, tenant: 't', redact: text => text, origin: ORIGIN, now: () => at.now });
    for (const _ of [1, 2]) await expect(store.list({ limit: 9 })).rejects.toMatchObject(because('unwritable'));
    expect((await Promise.all([reserve(store), store.list({ limit: 9 })]))[0]).toMatchObject({ submittedAt: at.now });
    expect(tries).toBe(3);
    await store.close();
  });

  test('that was replaced before a transaction ran again is lost, not corrupt', async () => {
    const database = await openDatabase(settingsOf(at.place));
    let conflicts = false;
    const open = wrapped(database, async (access, work) => {
      if (!conflicts) return database.transaction(access, work);
      let runs = 0;
      return database.transaction(access, async sql => {
        const result = await work(sql);
        if (runs++ > 0) return result;
        await sql.query("UPDATE schema_version SET store_id = 'another'");
        return work(sql);
      });
    });
    const store = new SqlJobStore({ open, tenant: 't', redact: text => text, origin: ORIGIN, now: () => at.now });
    await store.list({ limit: 9 });
    conflicts = true;
    await expect(store.dropHint('none')).rejects.toMatchObject(because('lost'));
    expect(store.generation).toBe(1);
    await store.close();
  });

  test('whose COMMIT was not answered hands the reservation back, to be deleted', async () => {
    const database = await openDatabase(settingsOf(at.place));
    let loses = false;
    const open = wrapped(database, async (access, work) => {
      const result = await database.transaction(access, work);
      if (loses && access === 'write') {
        const { code, facts } = unavailable('unreachable', database.place);
        throw new UncertainCommit(code, facts);
      }
      return result;
    });
    const store = new SqlJobStore({ open, tenant: 't', redact: text => text, origin: ORIGIN, now: () => at.now });
    await store.list({ limit: 9 });
    loses = true;
    const failure = await store.reserve(asking({ templateId: 'tpl', definition: {} })).catch(error => error);
    expect(failure).toBeInstanceOf(UncertainReservation);
    loses = false;
    expect(await store.list({ limit: 9 })).toMatchObject([{ rowId: failure.row.id, status: 'SUBMITTING' }]);
    expect(await store.settle(failure.row, { kind: 'refused' })).toBeNull();
    expect(await store.list({ limit: 9 })).toEqual([]);
    expect(store.generation).toBe(0);
    await store.close();
  });
});
