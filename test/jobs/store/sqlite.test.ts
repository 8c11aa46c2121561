import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TemplateUpdate } from '../../../src/gateway/gateway.ts';
import type { JobStore } from '../../../src/jobs/store/job-store.ts';
import { openStore, type StoreOptions } from '../../../src/jobs/store/open.ts';
import type { Database, Sql, SqlValue } from '../../../src/jobs/store/sql.ts';
import { SqlJobStore } from '../../../src/jobs/store/sql-job-store.ts';
import { openSqlite } from '../../../src/jobs/store/sqlite.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'sqlite-')), 'made', 'for-it');
  file = join(folder, 'jobs.sqlite');
});
afterEach(() => rmSync(join(folder, '../..'), { recursive: true }));

const open = (changes: Partial<StoreOptions> = {}): Promise<JobStore> =>
  openStore({
    inMemory: false,
    dataDir: folder,
    databaseUrl: null,
    key: 'canary-key',
    now: Date.now,
    onCorrupt: () => {},
    ...changes,
  });
const update = (prompt: string, definition: TemplateUpdate['definition'] = null): TemplateUpdate => ({
  prompt,
  templateId: 'tpl',
  name: null,
  definition,
  options: {},
  extraInputs: {},
  webhookUrl: null,
});
const reserve = (store: JobStore, prompt: string): Promise<unknown> =>
  store.reserve(update(prompt), { allowDuplicate: false, maxPerHour: 0 });
const unavailable = (detail: string, cure: string): object => ({
  code: 'store_unavailable',
  facts: { detail: expect.stringContaining(detail), cure: expect.stringContaining(cure) },
});
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const aside = (): string[] => readdirSync(folder).filter(name => name.includes('.corrupt-'));

test('only its owner can read it', async () => {
  const store = await open();
  await reserve(store, 'first');
  expect(mode(folder)).toBe('700');
  expect(readdirSync(folder).toSorted()).toEqual(['jobs.sqlite', 'jobs.sqlite-shm', 'jobs.sqlite-wal']);
  for (const name of readdirSync(folder)) expect(mode(join(folder, name))).toBe('600');
  await store.close();
});

test('it is written so that a commit survives a power cut', async () => {
  const database = await openSqlite(file);
  expect(await database.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(await database.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  expect(await database.query('PRAGMA busy_timeout')).toEqual([{ timeout: 0 }]);
  // PRAGMA synchronous: 2 waits for the disk at each commit, 1 does not.
  const level = (sql: Sql) => sql.query('PRAGMA synchronous').then(([row]) => row?.synchronous);
  const asked = [() => database.passing.transaction('t', level), () => database.transaction('t', level)];
  expect([await asked[0]?.(), await asked[1]?.(), await level(database.passing), await level(database)]).toEqual([
    1, 2, 1, 2,
  ]);
  expect(await Promise.all(asked.map(ask => ask()))).toEqual([2, 2]);
  await expect(database.passing.transaction('t', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await level(database)).toBe(2);
  await database.close();
});

test('in memory it leaves no file and forgets all when it is closed', async () => {
  const store = await open({ inMemory: true });
  await reserve(store, 'first');
  expect(await store.list({ limit: 9 })).toHaveLength(1);
  await store.close();
  expect(() => readdirSync(folder)).toThrow('ENOENT');
});

describe('a place that cannot be used is named, with the cure', () => {
  test('a file stands where the folder should', async () => {
    mkdirSync(join(folder, '..'));
    writeFileSync(folder, 'a file');
    await expect(open()).rejects.toMatchObject(unavailable(file, 'SHOTSTACK_MCP_DATA_DIR'));
    expect(readFileSync(folder, 'utf8')).toBe('a file');
  });

  test('a folder stands where the file should', async () => {
    mkdirSync(file, { recursive: true });
    await expect(open()).rejects.toMatchObject(unavailable(file, 'SHOTSTACK_MCP_DATA_DIR'));
  });

  // Nothing is closed to root.
  test.runIf(process.getuid?.() !== 0)('the folder is read-only', async () => {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o500);
    await expect(open()).rejects.toMatchObject(unavailable(file, 'SHOTSTACK_MCP_DATA_DIR'));
  });

  test('the disk is full, until there is room again', async () => {
    const database = await openSqlite(file);
    const store = await SqlJobStore.open({ database, place: file, tenant: 'tenant', now: Date.now });
    const [{ page_count: pages } = {}] = await database.query('PRAGMA page_count');
    // To SQLite a file at its greatest size and a full disk are one fault.
    await database.query(`PRAGMA max_page_count = ${pages}`);
    const long = update('full', { noise: Array.from({ length: 9_999 }, () => Math.random()) });
    const rules = { allowDuplicate: false, maxPerHour: 0 };
    await expect(store.reserve(long, rules)).rejects.toMatchObject(unavailable(file, 'room on the disk'));
    expect(await store.list({ limit: 9 })).toEqual([]);
    await database.query('PRAGMA max_page_count = 1000000');
    expect(await store.reserve(long, rules)).toMatchObject({ kind: 'reserved' });
    await store.close();
  });
});

describe('a corrupt file is set aside, not deleted, and the next open starts afresh', () => {
  test('found at the start', async () => {
    mkdirSync(folder, { recursive: true });
    const garbage = 'this is no database '.repeat(1_000);
    writeFileSync(file, garbage);
    await expect(open()).rejects.toMatchObject(unavailable(`${file} is corrupt. It was set aside as`, 'empty store'));
    expect(aside()).toHaveLength(1);
    expect(readFileSync(join(folder, aside()[0] ?? ''), 'utf8')).toBe(garbage);
    const store = await open();
    expect(await store.list({ limit: 9 })).toEqual([]);
    await store.close();
  });

  test('found while it is used', async () => {
    const onCorrupt = vi.fn();
    const store = await open({ onCorrupt });
    for (let n = 0; n < 50; n++) await reserve(store, `prompt ${n}`);
    // All is in the file itself, and what another connection writes makes this one read it again.
    const other = await openSqlite(file);
    await other.query('PRAGMA wal_checkpoint(TRUNCATE)');
    await other.query('CREATE TABLE another (row TEXT)');
    const whole = statSync(file).size;
    truncateSync(file, 4_096 * 2 + 100);
    const using = Promise.all([store.list({ limit: 100 }), reserve(store, 'another')]);
    await expect(using).rejects.toMatchObject(unavailable(`${file} is corrupt. It was set aside as`, 'dashboard'));
    expect(onCorrupt).toHaveBeenCalled();
    expect(aside().filter(name => /corrupt-\d+$/.test(name))).toHaveLength(1);
    expect(statSync(file, { throwIfNoEntry: false })?.size ?? 0).toBeLessThan(whole);

    const fresh = await open();
    await reserve(fresh, 'after');
    // The old one, still open, must not set its successor aside as well.
    await expect(store.list({ limit: 9 })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await fresh.list({ limit: 9 })).toHaveLength(1);
    expect(aside().filter(name => /corrupt-\d+$/.test(name))).toHaveLength(1);
    await Promise.all([fresh, other].map(each => each.close()));
  });
});

test('the key is in no byte of it', async () => {
  const store = await open();
  await reserve(store, 'first');
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes('canary-key')).toBe(false);
  await store.close();
});

const SUBMISSION = {
  requestId: 'job',
  status: 'IN_QUEUE',
  recordId: null,
  costUsd: null,
  lowBalance: false,
} as const;

type Passing = Database['passing'];
type Hear = (text: string, parameters: readonly SqlValue[]) => unknown;

/** A database whose every statement is heard. */
function overheard(database: Passing, hear: Hear): Passing {
  const listening = (sql: Sql): Sql => ({
    query(text, parameters = []) {
      hear(text, parameters);
      return sql.query(text, parameters);
    },
  });
  return {
    ...listening(database),
    transaction: (name, work) => database.transaction(name, sql => work(listening(sql))),
  };
}

function storeOver(database: Database, lasting: Passing, passing: Passing): Promise<SqlJobStore> {
  const heard: Database = {
    query: (text, parameters) => lasting.query(text, parameters),
    transaction: (name, work) => lasting.transaction(name, work),
    passing,
    close: () => database.close(),
  };
  return SqlJobStore.open({ database: heard, place: 'here', tenant: 't', now: Date.now });
}

test('a job is looked up by what names it, however many there are', async () => {
  const database = await openSqlite(':memory:');
  const asked = new Map<string, readonly SqlValue[]>();
  const hear: Hear = (text, parameters) => asked.set(text, parameters);
  const store = await storeOver(database, overheard(database, hear), overheard(database.passing, hear));
  const reservation = await store.reserve(update('p', {}), { allowDuplicate: false, maxPerHour: 1 });
  await store.accept(reservation.kind === 'reserved' ? reservation.id : '', SUBMISSION);
  await store.claimLook('job', 0);
  await store.look('job', { ...SUBMISSION, outputs: [], failure: null });
  await store.find('job');
  await store.definitions('tpl', 1);

  const named = [...asked].flatMap(([text, parameters]) => {
    const [, column] = /^(?:SELECT|DELETE|UPDATE).* AND (request_id|fingerprint|template_id) = \?/s.exec(text) ?? [];
    return column ? [{ text, parameters, column }] : [];
  });
  expect(new Set(named.map(({ column }) => column))).toEqual(new Set(['request_id', 'fingerprint', 'template_id']));
  for (const { text, parameters, column } of named) {
    const [step] = await database.query(`EXPLAIN QUERY PLAN ${text}`, parameters);
    expect(step?.detail, text).toContain(`${column}=?`);
  }
  await store.close();
});

/** What becomes of work for which another process did not make room. */
const HELD = { reason: { facts: { cure: expect.stringContaining('Another process') } } };

describe('transactions asked for together', () => {
  const insert = (sql: Sql, n: number): Promise<unknown> => sql.query('INSERT INTO numbers (n) VALUES (?)', [n]);
  const numbers = async (sql: Sql): Promise<unknown[]> => (await sql.query('SELECT n FROM numbers')).map(({ n }) => n);

  test('are all or nothing each, and the others’ when one fails', async () => {
    const database = await openSqlite(file);
    await database.query('CREATE TABLE numbers (n INTEGER UNIQUE)');
    const done = await Promise.allSettled(
      Array.from({ length: 250 }, (_, n) =>
        database.transaction('t', async sql => {
          await insert(sql, n);
          if (n % 50 === 0) throw new Error(`no ${n}`);
          // Against the rule of the table, once something was written.
          if (n % 50 === 1) await insert(sql, n);
        }),
      ),
    );
    const failed = done.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
    expect(failed).toEqual([0, 1, 50, 51, 100, 101, 150, 151, 200, 201]);
    expect(done[50]).toMatchObject({ reason: { message: 'no 50' } });
    expect(done[51]).toMatchObject({ reason: { code: 'store_unavailable' } });
    const left = Array.from({ length: 250 }, (_, n) => n).filter(n => !failed.includes(n));
    expect(await numbers(database)).toEqual(left);
    await database.close();
  });

  test('are seen by others before they are told of', async () => {
    const [database, other] = [await openSqlite(file), await openSqlite(file)];
    await database.query('CREATE TABLE numbers (n INTEGER UNIQUE)');
    await Promise.all(
      Array.from({ length: 250 }, async (_, n) => {
        await database.transaction('t', sql => insert(sql, n));
        expect(await numbers(other)).toContain(n);
      }),
    );
    await Promise.all([database.close(), other.close()]);
  });

  test('all fail when the database cannot be had, and none is left behind', async () => {
    const [database, other] = [await openSqlite(file), await openSqlite(file)];
    await database.query('CREATE TABLE numbers (n INTEGER UNIQUE)');
    rmSync(file);
    const done = await Promise.allSettled([1, 2, 3].map(n => database.transaction('t', sql => insert(sql, n))));
    for (const outcome of done) expect(outcome).toMatchObject({ reason: { code: 'store_unavailable' } });
    await Promise.all([database.close(), other.close()]);
  });

  test('are all done before it is closed', async () => {
    const database = await openSqlite(file);
    await database.query('CREATE TABLE numbers (n INTEGER UNIQUE)');
    const done = Array.from({ length: 250 }, (_, n) => database.transaction('t', sql => insert(sql, n)));
    await Promise.all([...done, database.close()]);
  });

  test('wait once for a database that is held, not one after the other', { timeout: 30_000 }, async () => {
    const [database, holder] = [await openSqlite(file), await openSqlite(file)];
    await database.query('CREATE TABLE numbers (n INTEGER UNIQUE)');
    let free = (): void => {};
    let held: Promise<void> = Promise.resolve();
    await new Promise<void>(began => {
      held = holder.transaction('t', () => {
        began();
        return new Promise(resolve => {
          free = resolve;
        });
      });
    });
    // The first to be told frees the database: whoever tried again by itself would succeed.
    const done = [1, 2, 3].map(n => database.transaction('t', sql => insert(sql, n)).finally(free));
    for (const outcome of await Promise.allSettled(done)) expect(outcome).toMatchObject(HELD);
    await held;
    expect(await numbers(database)).toEqual([]);
    await Promise.all([database.close(), holder.close()]);
  });
});

// One after the other they would take longer than a test may.
test('statements wait for a database that is held from when they were asked for', async () => {
  const [database, holder] = [await openSqlite(file), await openSqlite(file)];
  await database.query('CREATE TABLE numbers (n INTEGER UNIQUE)');
  let done: Promise<unknown>[] = [];
  await holder.transaction('t', () => {
    done = Array.from({ length: 30 }, (_, n) => database.query('INSERT INTO numbers (n) VALUES (?)', [n]));
    return Promise.allSettled(done);
  });
  for (const outcome of await Promise.allSettled(done)) expect(outcome).toMatchObject(HELD);
  await Promise.all([database.close(), holder.close()]);
});

test('only what was seen of a job may be lost in a power cut, never that it was submitted', async () => {
  const database = await openSqlite(':memory:');
  const passing: string[] = [];
  const store = await storeOver(
    database,
    database,
    overheard(database.passing, text => passing.push(text)),
  );
  const ids = ['a', 'b', 'c'];
  const [a = '', b = '', c = ''] = await Promise.all(
    ids.map(async prompt => {
      const made = await store.reserve(update(prompt, {}), { allowDuplicate: false, maxPerHour: 0 });
      return made.kind === 'reserved' ? made.id : '';
    }),
  );
  await store.accept(a, SUBMISSION);
  await store.withdraw(b);
  await store.doubt(c, null, null);
  await store.list({ limit: 9 });
  expect(passing).toEqual([]);
  await store.claimLook('job', 0);
  await store.look('job', { ...SUBMISSION, outputs: [], failure: null });
  await store.releaseLook('job');
  expect(passing.filter(text => text.startsWith('UPDATE'))).toHaveLength(3);
  await store.close();
});
