import { execFileSync, spawnSync } from 'node:child_process';
import fs, {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { examineStore } from '../../../src/jobs/store/examine.ts';
import type { JobStore, ReservedRow } from '../../../src/jobs/store/job-store.ts';
import { openStore } from '../../../src/jobs/store/open.ts';
import type { Database, SqlValue } from '../../../src/jobs/store/sql.ts';
import { SqlJobStore } from '../../../src/jobs/store/sql-job-store.ts';
import { openSqlite } from '../../../src/jobs/store/sqlite.ts';
import { accepted, asking, ORIGIN, report, reserve, submit } from './builders.ts';
import { Processes } from './processes.ts';

/** An account without rights of its own, for tests that are run by root. */
const NOBODY = 65_534;

let root: string;
let folder: string;
let file: string;
let stores: JobStore[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sqlite-'));
  folder = join(root, 'made', 'for-it');
  file = join(folder, 'jobs.sqlite');
  stores = [];
});
afterEach(async () => {
  await Promise.all(stores.map(store => store.close()));
  rmSync(root, { recursive: true, force: true });
});

function open(dataDir = folder): JobStore {
  const store = openStore({ dataDir, key: 'canary-key', origin: ORIGIN, now: Date.now });
  stores.push(store);
  return store;
}
function storeOver(database: Database): JobStore {
  const store = new SqlJobStore({
    open: async () => database,
    tenant: 't',
    redact: text => text,
    origin: ORIGIN,
    now: Date.now,
  });
  stores.push(store);
  return store;
}
const because = (reason: string, place = file) => ({ code: 'store_unavailable', facts: { reason, place } });
const ids = async (store: JobStore) => (await store.list({ limit: 100 })).map(({ requestId }) => requestId);
const accept = (store: JobStore, row: ReservedRow, requestId: string) =>
  store.settle(row, { kind: 'accepted', accepted: accepted(requestId) });
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const pragma = (database: Database, name: string) => database.transaction('read', sql => sql.query(`PRAGMA ${name}`));

describe('an embedded store', () => {
  test('can be read by its owner alone, and the key is in no byte of it', async () => {
    await reserve(open());
    expect(mode(folder)).toBe('700');
    expect(readdirSync(folder).toSorted()).toEqual(['jobs.sqlite', 'jobs.sqlite-shm', 'jobs.sqlite-wal']);
    for (const name of readdirSync(folder)) {
      expect(mode(join(folder, name))).toBe('600');
      expect(readFileSync(join(folder, name)).includes('canary-key')).toBe(false);
    }
  });

  test('waits for the disk at each commit, and never within SQLite', async () => {
    const database = await openSqlite(file);
    expect(await pragma(database, 'journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    // EXTRA: FULL with a write-ahead log, and the folder's entry too with a rollback journal.
    expect(await pragma(database, 'synchronous')).toEqual([{ synchronous: 3 }]);
    expect(await pragma(database, 'busy_timeout')).toEqual([{ timeout: 0 }]);
    await database.close();
  });

  test('in memory leaves no file and forgets all when it is closed', async () => {
    const store = openStore({ inMemory: true, dataDir: folder, key: 'key', origin: ORIGIN, now: Date.now });
    await reserve(store);
    expect(await store.list({ limit: 9 })).toHaveLength(1);
    await store.close();
    expect(existsSync(folder)).toBe(false);
  });

  test('has nothing in its log once a reservation or an outcome was written', async () => {
    const store = open();
    const row = await reserve(store);
    for (const step of [async () => {}, () => accept(store, row, 'job-1')]) {
      await step();
      copyFileSync(file, join(root, 'jobs.sqlite'));
      expect(await open(root).list({ limit: 9 })).toEqual(await store.list({ limit: 9 }));
      await stores.pop()?.close();
    }
  });

  test('finds rows by index, however many there are', async () => {
    const database = await openSqlite(':memory:');
    const asked = new Map<string, readonly SqlValue[]>();
    const store = storeOver({
      place: database.place,
      shared: false,
      dialect: database.dialect,
      close: () => database.close(),
      transaction: (access, work) =>
        database.transaction(access, sql =>
          work({
            query(text, parameters = []) {
              asked.set(text, parameters);
              return sql.query(text, parameters);
            },
          }),
        ),
    });
    await submit(store, 'job-1', { templateId: 'tpl', definition: {}, maxPerHour: 9 });
    await store.saveReport('job-1', report('IN_PROGRESS'));
    await store.definitions('tpl', 1);
    for (const column of ['intent', 'request_id', 'template_id', 'submitted_at']) {
      const named = [...asked].filter(([text]) =>
        new RegExp(`^SELECT.* (WHERE|AND) ${column} [=>] \\?`, 's').test(text),
      );
      expect(named, column).not.toEqual([]);
      for (const [text, parameters] of named) {
        const plan = await database.transaction('read', sql => sql.query(`EXPLAIN QUERY PLAN ${text}`, parameters));
        expect(plan.map(({ detail }) => String(detail)).join(), text).toMatch(/USING (COVERING )?INDEX jobs_by_/);
      }
    }
  });
});

describe('a transaction', () => {
  const insert = (n: number) => (sql: { query(text: string, parameters: SqlValue[]): Promise<unknown> }) =>
    sql.query('INSERT INTO numbers (n) VALUES (?)', [n]);
  const numbers = (database: Database) =>
    database.transaction('read', async sql => (await sql.query('SELECT n FROM numbers')).map(({ n }) => n));
  const filled = async (): Promise<Database> => {
    const database = await openSqlite(file);
    await database.transaction('write', sql => sql.query('CREATE TABLE numbers (n INTEGER UNIQUE)'));
    return database;
  };

  test('is undone when its work fails, and the next one goes on', async () => {
    const database = await filled();
    const done = await Promise.allSettled(
      [0, 1, 2, 3].map(n =>
        database.transaction('write', async sql => {
          await insert(n)(sql);
          if (n === 1) throw new Error('no');
          if (n === 2) await insert(n)(sql);
        }),
      ),
    );
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(done[1]).toMatchObject({ reason: { facts: { reason: 'unwritable' } } });
    expect(done[2]).toMatchObject({ reason: { facts: { reason: 'row_refused' } } });
    expect(await numbers(database)).toEqual([0, 3]);
    await database.close();
  });

  test('is finished before the database is closed', async () => {
    const database = await filled();
    const done = Array.from({ length: 20 }, (_, n) => database.transaction('write', insert(n)));
    await Promise.all([...done, database.close()]);
    const again = await openSqlite(file);
    expect(await numbers(again)).toHaveLength(20);
    await again.close();
  });

  test('waits for a process that holds the database, and all that wait give up together', async () => {
    const [database, holder] = [await filled(), await openSqlite(file)];
    let free = (): void => {};
    const hold = (): Promise<void> =>
      new Promise(began => {
        void holder.transaction('write', () => {
          began();
          return new Promise<void>(resolve => {
            free = resolve;
          });
        });
      });
    await hold();
    const waiting = [1, 2, 3].map(n => database.transaction('write', insert(n)));
    free();
    await Promise.all(waiting);

    await hold();
    // One after the other they would take longer than a test may.
    const given = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) => database.transaction('write', insert(n))),
    );
    for (const one of given) expect(one).toMatchObject({ reason: { facts: { reason: 'held', transient: true } } });
    free();
    expect((await numbers(database)).toSorted()).toEqual([1, 2, 3]);
    await Promise.all([database.close(), holder.close()]);
  });
});

describe('a place that cannot be used', () => {
  test.each<[string, () => string]>([
    ['a file in the way of the folder', () => join(root, 'a file', 'deeper')],
    ['a folder in place of the file', () => join(root, 'a folder')],
    ['a name that is too long', () => join(root, 'x'.repeat(300))],
    ['a folder in which none can be made', () => '/proc/nope/deeper'],
  ])('is named with its file: %s', async (_, named) => {
    writeFileSync(join(root, 'a file'), '');
    mkdirSync(join(root, 'a folder', 'jobs.sqlite'), { recursive: true });
    const dataDir = named();
    const store = open(dataDir);
    for (const asked of [store.reserve(asking()), store.list({ limit: 9 })]) {
      await expect(asked).rejects.toMatchObject(because('unwritable', join(dataDir, 'jobs.sqlite')));
    }
  });

  test('never holds the process up: a pipe in place of the file', async () => {
    mkdirSync(folder, { recursive: true });
    execFileSync('mkfifo', [file]);
    await expect(reserve(open())).rejects.toMatchObject(because('unwritable'));
  });

  describe('by this account', () => {
    const asNobody = async (): Promise<unknown> => {
      if (process.getuid?.() === 0)
        for (const path of [root, join(root, 'made'), folder]) chownSync(path, NOBODY, NOBODY);
      const [answer] = await (await Processes.start(1)).send({ place: file, prompts: ['one'], uid: NOBODY });
      return answer;
    };

    test('is distinguished from its side files, which another account may have left', async () => {
      mkdirSync(folder, { recursive: true });
      const first = await Processes.start(1);
      if (process.getuid?.() === 0)
        for (const path of [root, join(root, 'made'), folder]) chownSync(path, NOBODY, NOBODY);
      expect(await first.send({ place: file, prompts: ['first'], uid: NOBODY })).toEqual(['reserved']);
      writeFileSync(`${file}-wal`, 'what another account has written', { mode: 0 });
      expect(await asNobody()).toMatchObject({ reason: 'side_file', place: `${file}-wal` });
      rmSync(`${file}-wal`);
      expect(await asNobody()).toBe('reserved');
    });

    test('is named: a folder without the right to write', async () => {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o500);
      expect(await asNobody()).toMatchObject({ reason: 'unwritable', place: file });
      chmodSync(folder, 0o700);
    });

    test('is named: a file without the right to write, whose side files lack it too', async () => {
      mkdirSync(folder, { recursive: true });
      expect(await asNobody()).toBe('reserved');
      writeFileSync(`${file}-wal`, '');
      for (const path of [file, `${file}-wal`]) chmodSync(path, 0o444);
      expect(await asNobody()).toMatchObject({ reason: 'unwritable', place: file });
    });
  });

  test('for want of shared memory keeps its promises with a rollback journal', async () => {
    mkdirSync(folder, { recursive: true });
    // SQLite can neither lock nor map it.
    execFileSync('mkfifo', [`${file}-shm`]);
    const database = await openSqlite(file);
    expect(await pragma(database, 'journal_mode')).toEqual([{ journal_mode: 'delete' }]);
    await database.close();
    const [one, other] = [open(), open()];
    await submit(one, 'job-1');
    expect(await ids(other)).toEqual(['job-1']);
    const answers = await Promise.all([one, other, one, other].map(store => store.reserve(asking())));
    expect(answers.filter(({ kind }) => kind === 'reserved')).toHaveLength(1);
    expect(readdirSync(folder).toSorted()).toEqual(['jobs.sqlite', 'jobs.sqlite-shm']);
  });
});

describe('a full disk', () => {
  /** To SQLite a file at its greatest size and a full disk are one fault. */
  test('is named, spends nothing and is used again once there is room', async () => {
    const database = await openSqlite(file);
    const store = storeOver(database);
    const row = await reserve(store);
    const [{ page_count: pages } = {}] = await pragma(database, 'page_count');
    await pragma(database, `max_page_count = ${pages}`);
    const large = { templateId: 'tpl', definition: { noise: Array.from({ length: 9_999 }, () => Math.random()) } };
    await expect(store.reserve(asking(large))).rejects.toMatchObject(because('full'));
    expect(await store.list({ limit: 9 })).toHaveLength(1);
    await pragma(database, 'max_page_count = 1000000');
    expect(await store.reserve(asking(large))).toMatchObject({ kind: 'reserved' });
    await accept(store, row, 'job-1');
  });

  const mounted = (): boolean => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root]).status === 0;
  const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();
  function tryMount(): boolean {
    const at = mkdtempSync(join(tmpdir(), 'mount-'));
    const { status } = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', at]);
    if (status === 0) spawnSync('umount', [at]);
    rmSync(at, { recursive: true });
    return status === 0;
  }

  test.runIf(canMount)(
    'that is really one takes the outcome once there is room, and cannot be opened before',
    async () => {
      expect(mounted()).toBe(true);
      const filler = join(root, 'filler');
      try {
        const store = open();
        const row = await reserve(store);
        spawnSync('sh', ['-c', `cat /dev/zero > ${filler} 2>/dev/null`]);
        // What fits into pages that are there already may still be written.
        const results = await Promise.allSettled(
          Array.from({ length: 40 }, (_, n) => store.reserve(asking({ prompt: String(n), name: 'n'.repeat(2_000) }))),
        );
        const failed = results.filter(({ status }) => status === 'rejected');
        expect(failed).not.toEqual([]);
        for (const one of failed) expect(one).toMatchObject({ reason: { facts: { reason: 'full' } } });
        expect((await store.list({ limit: 100 })).length).toBe(1 + results.length - failed.length);
        await expect(reserve(open(join(root, 'another')))).rejects.toMatchObject({ facts: { reason: 'full' } });
        rmSync(filler);
        expect(await accept(store, row, 'job-1')).toMatchObject({ status: 'IN_QUEUE' });
      } finally {
        await Promise.all(stores.splice(0).map(store => store.close()));
        spawnSync('umount', ['-l', root]);
      }
    },
  );
});

test('a file whose inode changes by itself is not compared, and is used', async () => {
  const stat = fs.statSync;
  let calls = 0n;
  const spy = vi.spyOn(fs, 'statSync').mockImplementation(((...args: Parameters<typeof stat>) => {
    const found = stat(...args);
    return found && Object.assign(found, { ino: ++calls });
  }) as never);
  syncBuiltinESMExports();
  onTestFinished(() => {
    spy.mockRestore();
    syncBuiltinESMExports();
  });
  const store = open();
  await submit(store, 'job-1');
  expect(await ids(store)).toEqual(['job-1']);
  expect(calls).toBeGreaterThan(1n);
});

describe('a file that changes under the server', () => {
  test('was removed: that is reported once, then an empty store is used and takes outcomes', async () => {
    const store = open();
    const row = await reserve(store);
    await submit(store, 'job-1');
    rmSync(folder, { recursive: true });
    await expect(store.reserve(asking())).rejects.toMatchObject(because('lost'));
    expect(store.generation).toBe(1);
    expect(await accept(store, row, 'job-2')).toMatchObject({ requestId: 'job-2' });
    expect(await ids(open())).toEqual(['job-2']);
  });

  test.each<[string, (backup: string) => void, string[]]>([
    ['renamed to it', backup => renameSync(backup, file), ['-wal', '-shm']],
    ['copied into it', backup => copyFileSync(backup, file), ['-wal', '-shm']],
    ['copied into it beside the old log', backup => copyFileSync(backup, file), []],
  ])('was replaced by a backup %s: that is reported once, then the backup is used', async (_, restore, removed) => {
    const store = open();
    await submit(store, 'before');
    copyFileSync(file, join(root, 'backup'));
    for (let n = 0; n < 20; n++) await submit(store, `job-${n}`);
    const row = await submit(store, 'after');
    // What a process that is killed leaves behind.
    const killed = join(root, 'killed');
    mkdirSync(killed);
    for (const suffix of ['-wal', '-shm']) copyFileSync(file + suffix, join(killed, `jobs.sqlite${suffix}`));
    copyFileSync(join(root, 'backup'), join(killed, 'jobs.sqlite'));
    restore(join(root, 'backup'));
    for (const sideFile of removed) rmSync(file + sideFile);
    await expect(store.list({ limit: 9 })).rejects.toMatchObject(because('lost'));
    expect(store.generation).toBe(1);
    await accept(store, row, 'after');
    for (const each of [store, open()]) expect(await ids(each)).toEqual(['after', 'before']);
    expect(await ids(open(killed))).toEqual(['before']);
    for (const dataDir of [folder, killed]) expect(await examineStore({ dataDir })).toMatchObject({ openDoubts: 0 });
  });

  test('was moved away and put back: nothing is lost or reported', async () => {
    const store = open();
    await submit(store, 'job-1');
    renameSync(file, join(root, 'away'));
    renameSync(join(root, 'away'), file);
    expect(await ids(store)).toEqual(['job-1']);
    // As on a disk whose inodes change by themselves.
    copyFileSync(file, join(root, 'copy'));
    renameSync(join(root, 'copy'), file);
    expect(await ids(store)).toEqual(['job-1']);
    await submit(store, 'job-2');
    expect(await ids(open())).toEqual(['job-2', 'job-1']);
    expect(store.generation).toBe(0);
  });

  test.each<[string, (wal: string) => void]>([
    ['removed', () => {}],
    ['replaced by an empty one', wal => writeFileSync(wal, '')],
    ['replaced by garbage', wal => writeFileSync(wal, 'garbage '.repeat(5_000))],
    ['removed with its index', wal => rmSync(wal.replace(/wal$/, 'shm'))],
  ])('lost its log, which was %s: no row goes with it, for this process and another', async (_, change) => {
    const store = open();
    await submit(store, 't-1');
    const row = await reserve(store);
    rmSync(`${file}-wal`);
    change(`${file}-wal`);
    const processes = await Processes.start(1);
    expect(await processes.send({ place: file, prompts: ['from another process'] })).toEqual(['reserved']);
    expect(await accept(store, row, 't-2')).toMatchObject({ requestId: 't-2' });
    expect(await store.reserve(asking({ prompt: 'from another process' }))).toMatchObject({ kind: 'blocked' });
    expect(await store.reserve(asking())).toMatchObject({ kind: 'blocked', record: { requestId: 't-2' } });
    expect(store.generation).toBe(0);
    await store.close();
    expect((await ids(open())).filter(id => id !== undefined)).toEqual(['t-2', 't-1']);
  });
});

describe('a corrupt file', () => {
  test('is found by a look at the store', async () => {
    await submit(open(), 'job-1');
    await stores.pop()?.close();
    writeFileSync(file, 'x'.repeat(4_096), { flag: 'r+' });
    await expect(examineStore({ dataDir: folder })).rejects.toMatchObject(because('corrupt'));
  });

  test('is left as it is and never used; once it is moved away, a store is made', async () => {
    mkdirSync(folder, { recursive: true });
    const garbage = 'this is no database '.repeat(1_000);
    writeFileSync(file, garbage);
    const store = open();
    for (const _ of [1, 2]) await expect(store.reserve(asking())).rejects.toMatchObject(because('corrupt'));
    expect(readFileSync(file, 'utf8')).toBe(garbage);
    expect(readdirSync(folder)).toEqual(['jobs.sqlite']);
    renameSync(file, join(root, 'away'));
    await reserve(store);
    expect(store.generation).toBe(0);
  });

  test('is found while it is used, and stays refused until it is moved away', async () => {
    const store = open();
    for (let n = 0; n < 50; n++) await submit(store, `job-${n}`);
    // What another connection writes makes this one read the file again.
    await submit(open(), 'another');
    truncateSync(file, 4_096 * 2 + 100);
    for (const _ of [1, 2]) await expect(store.reserve(asking())).rejects.toMatchObject(because('corrupt'));
    expect(readdirSync(folder).filter(name => !name.startsWith('jobs.sqlite'))).toEqual([]);
    renameSync(file, join(root, 'away'));
    await expect(store.reserve(asking())).rejects.toMatchObject(because('lost'));
    await reserve(store);
    expect(store.generation).toBe(1);
  });
});
