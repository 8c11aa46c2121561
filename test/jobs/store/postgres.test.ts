import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type JobStore, UncertainReservation } from '../../../src/jobs/store/job-store.ts';
import { openStore } from '../../../src/jobs/store/open.ts';
import { openPostgres } from '../../../src/jobs/store/postgres.ts';
import type { StoreReason } from '../../../src/jobs/store/unavailable.ts';
import { accepted, asking, ORIGIN, report, reserve, submit } from './builders.ts';
import { CuttingProxy } from './cutting-proxy.ts';
import { type Cluster, createCluster, execute, HAS_POOLER, HAS_POSTGRES, startPooler } from './databases.ts';
import { Processes } from './processes.ts';

describe.runIf(HAS_POSTGRES)('a store in PostgreSQL', () => {
  let cluster: Cluster;
  let stores: JobStore[];
  beforeAll(async () => {
    cluster = await createCluster();
    await execute(
      cluster.url,
      "CREATE ROLE app LOGIN PASSWORD 'canary-of-the-app'; GRANT CREATE ON DATABASE postgres TO app",
    );
  });
  afterAll(() => cluster.remove());
  beforeEach(() => {
    stores = [];
  });
  afterEach(async () => {
    await Promise.all(stores.map(store => store.close()));
    await execute(cluster.url, 'ALTER ROLE app RESET ALL; ALTER ROLE app CONNECTION LIMIT -1');
    await execute(cluster.url, 'DROP SCHEMA IF EXISTS shotstack_template_mcp CASCADE');
  });

  const open = (databaseUrl: string): JobStore => {
    const store = openStore({ databaseUrl, key: 'key', origin: ORIGIN, now: Date.now });
    stores.push(store);
    return store;
  };
  const changed = (changes: Partial<URL>): string => Object.assign(new URL(cluster.url), changes).href;
  const asApp = (): string => changed({ username: 'app', password: 'canary-of-the-app' });
  const accept = (store: JobStore, row: Parameters<JobStore['settle']>[0], requestId: string) =>
    store.settle(row, { kind: 'accepted', accepted: accepted(requestId) });

  /** Why a call was refused; nothing in the failure may hold a password. */
  async function reasonOf(asked: Promise<unknown>): Promise<StoreReason> {
    const failure = await asked.then(
      () => undefined,
      error => error,
    );
    expect(failure).toMatchObject({ code: 'store_unavailable' });
    expect(JSON.stringify([failure, String(failure), failure.stack])).not.toMatch(/canary|geheim/);
    return failure.facts.reason;
  }

  test('that dies and comes back loses nothing, and is used again by the first call', async () => {
    const store = open(cluster.url);
    await submit(store, 'kept');
    const cut = await reserve(store, { prompt: 'cut off' });
    cluster.kill();
    expect(await reasonOf(accept(store, cut, 'cut'))).toBe('unreachable');
    expect(await reasonOf(store.reserve(asking()))).toBe('unreachable');
    for (const asked of [store.find('kept'), store.list({ limit: 9 }), store.templates(9)]) {
      expect(await reasonOf(asked)).toBe('unreachable');
    }
    cluster.start();
    expect(await store.find('kept')).toMatchObject({ status: 'IN_QUEUE' });
    // An idle connection that died is replaced silently.
    cluster.kill();
    cluster.start();
    expect(await accept(store, cut, 'cut')).toMatchObject({ status: 'IN_QUEUE' });
    expect((await store.reserve(asking())).kind).toBe('reserved');
    expect(await store.list({ limit: 9 })).toHaveLength(3);
    expect(store.generation).toBe(0);
  });

  test('that dies within a transaction undoes it', async () => {
    const store = open(cluster.url);
    await submit(store, 'kept');
    const database = openPostgres(cluster.url);
    const half = database.transaction('write', async sql => {
      await sql.query('DELETE FROM jobs');
      cluster.kill();
      await sql.query('SELECT 1');
    });
    expect(await reasonOf(half)).toBe('unreachable');
    cluster.start();
    expect(await store.find('kept')).not.toBeNull();
    await database.close();
  });

  test('whose COMMIT is not answered hands the reservation back, and an outcome is written again', async () => {
    const target = new URL(cluster.url);
    const proxy = new CuttingProxy(target);
    const store = open(await proxy.start(target));
    const row = await reserve(store, { prompt: 'sent' });
    proxy.cutsCommit = true;
    const failure = await store.reserve(asking()).catch(error => error);
    expect(failure).toBeInstanceOf(UncertainReservation);
    expect(await reasonOf(accept(store, row, 'job-1'))).toBe('unreachable');
    proxy.cutsCommit = false;
    expect(await store.settle(failure.row, { kind: 'refused' })).toBeNull();
    expect(await accept(store, row, 'job-1')).toMatchObject({ status: 'IN_QUEUE' });
    expect(await store.list({ limit: 9 })).toMatchObject([{ requestId: 'job-1' }]);
    proxy.stop();
  });

  test('is connected to with those parameters alone that every pooler takes', async () => {
    const target = new URL(cluster.url);
    const proxy = new CuttingProxy(target);
    await open(await proxy.start(target)).list({ limit: 1 });
    // The first message: its length, the protocol's version, then names and values in turn.
    const [first = ''] = proxy.sent.slice(8).split('\0\0');
    const names = first.split('\0').filter((_, n) => n % 2 === 0);
    expect(names.toSorted()).toEqual(['application_name', 'client_encoding', 'database', 'user']);
    proxy.stop();
  });

  describe.runIf(HAS_POOLER)('behind a PgBouncer', () => {
    test('that pools by transaction lets one of equal calls pass, whichever process it comes from', async () => {
      const pooler = await startPooler(cluster, 'transaction');
      const processes = await Processes.start(4);
      const kinds = await processes.send({ place: pooler.url, prompts: ['a', 'b', 'c'] });
      expect(kinds.toSorted()).toEqual([...Array(9).fill('blocked'), ...Array(3).fill('reserved')]);
      pooler.stop();
    });

    test('that pools by statement is refused', async () => {
      const pooler = await startPooler(cluster, 'statement');
      expect(await reasonOf(open(pooler.url).reserve(asking()))).toBe('refused');
      pooler.stop();
    });
  });

  describe('keeps its promises whatever is set by default', () => {
    test('in each transaction', async () => {
      await execute(
        cluster.url,
        `ALTER ROLE app SET search_path = elsewhere; ALTER ROLE app SET synchronous_commit = off;
         ALTER ROLE app SET default_transaction_isolation = 'serializable'; ALTER ROLE app SET lock_timeout = 0;
         ALTER ROLE app SET idle_in_transaction_session_timeout = 0; ALTER ROLE app SET statement_timeout = 0`,
      );
      const database = openPostgres(asApp());
      for (const access of ['read', 'write'] as const) {
        const shown = await database.transaction(access, async sql => {
          const names = [
            'transaction_isolation',
            'synchronous_commit',
            'search_path',
            'lock_timeout',
            'statement_timeout',
          ];
          const rows = [];
          for (const name of [...names, 'idle_in_transaction_session_timeout'])
            rows.push(...(await sql.query(`SHOW ${name}`)));
          return Object.assign({}, ...rows);
        });
        expect(shown).toEqual({
          transaction_isolation: 'read committed',
          synchronous_commit: 'on',
          search_path: 'shotstack_template_mcp, pg_temp',
          lock_timeout: '5s',
          statement_timeout: '5s',
          idle_in_transaction_session_timeout: '2s',
        });
      }
      await database.close();
    });

    test.each(['serializable', 'repeatable read'])('%s: of equal calls one passes', async isolation => {
      await execute(cluster.url, `ALTER ROLE app SET default_transaction_isolation = '${isolation}'`);
      const processes = await Processes.start(2);
      const prompts = Array.from({ length: 12 }, (_, n) => `prompt ${n % 4}`);
      const kinds = await processes.send({ place: asApp(), prompts });
      expect(kinds.toSorted()).toEqual([...Array(20).fill('blocked'), ...Array(4).fill('reserved')]);
    });

    test('two roles with another search_path share one store', async () => {
      await execute(cluster.url, 'CREATE SCHEMA app AUTHORIZATION app');
      const row = await reserve(open(asApp()));
      expect(await open(cluster.url).reserve(asking())).toMatchObject({ kind: 'blocked', record: { rowId: row.id } });
    });
  });

  test('is held up by a process that is cut off in a transaction for 2 s at most', async () => {
    const store = open(cluster.url);
    await store.list({ limit: 1 });
    const cutOff = openPostgres(cluster.url);
    const began = new Promise<void>(resolve => {
      cutOff
        .transaction('write', () => {
          resolve();
          return new Promise(() => {});
        })
        .catch(() => {});
    });
    await began;
    expect(await store.reserve(asking())).toMatchObject({ kind: 'reserved' });
  });

  test('takes an outcome when no further connection can be had', async () => {
    await execute(cluster.url, 'ALTER ROLE app CONNECTION LIMIT 1');
    const store = open(asApp());
    const row = await reserve(store);
    expect(await reasonOf(open(asApp()).list({ limit: 1 }))).toBe('too_many_clients');
    expect(await accept(store, row, 'job-1')).toMatchObject({ requestId: 'job-1' });
  });

  describe('that cannot be used says why', () => {
    test.each<[string, () => string, StoreReason]>([
      ['nobody listens', () => changed({ port: '1' }), 'unreachable'],
      ['there is no such host', () => changed({ hostname: 'nobody.invalid' }), 'unreachable'],
      ['the password is wrong', () => changed({ password: 'canary-too' }), 'role_refused'],
      ['there is no password', () => changed({ password: '' }), 'role_refused'],
      ['there is no such database', () => changed({ pathname: '/none' }), 'no_database'],
      ['the database takes no connections', () => changed({ pathname: '/template0' }), 'refused'],
      ['the server has no TLS', () => changed({ search: '?sslmode=require' }), 'no_tls'],
      [
        'the root certificate is not there',
        () => changed({ search: '?sslrootcert=/nowhere/ca.pem' }),
        'certificate_file',
      ],
      ['the address does not parse', () => 'postgres://u:geheim@host:port/db', 'bad_address'],
    ])('%s', async (_, url, reason) => {
      expect(await reasonOf(open(url()).reserve(asking()))).toBe(reason);
    });

    test('the role may not create a schema, but may use one that is there', async () => {
      await execute(cluster.url, 'REVOKE CREATE ON DATABASE postgres FROM app');
      expect(await reasonOf(open(asApp()).reserve(asking()))).toBe('no_rights');
      await open(cluster.url).list({ limit: 1 });
      expect(await reasonOf(open(asApp()).reserve(asking()))).toBe('no_rights');
      await execute(
        cluster.url,
        `GRANT USAGE ON SCHEMA shotstack_template_mcp TO app;
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shotstack_template_mcp TO app`,
      );
      await submit(open(asApp()), 'job-1', { templateId: 'tpl', definition: {} });
      await execute(cluster.url, 'GRANT CREATE ON DATABASE postgres TO app');
    });

    test('it is read-only, but what is in it is read', async () => {
      await submit(open(asApp()), 'job-1');
      await execute(cluster.url, 'ALTER ROLE app SET default_transaction_read_only = on');
      const store = open(asApp());
      expect(await store.list({ limit: 9 })).toHaveLength(1);
      expect(await reasonOf(store.reserve(asking()))).toBe('read_only');
      // As after a failover: what is connected anew may write.
      await execute(cluster.url, 'ALTER ROLE app RESET default_transaction_read_only');
      await reserve(store);
    });

    test('its certificate is its own', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
      const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
      const self = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
      execFileSync('openssl', [...self, '-keyout', key, '-out', cert], { stdio: 'ignore' });
      // The server runs as the account that owns its folder.
      const { uid, gid } = statSync(cluster.folder);
      for (const path of [folder, cert, key]) chownSync(path, uid, gid);
      await execute(cluster.url, `ALTER SYSTEM SET ssl_cert_file = '${cert}'`);
      await execute(cluster.url, `ALTER SYSTEM SET ssl_key_file = '${key}'`);
      await execute(cluster.url, 'ALTER SYSTEM SET ssl = on');
      cluster.kill();
      cluster.start();
      expect(await reasonOf(open(changed({ search: '?sslmode=require' })).reserve(asking()))).toBe('certificate');
      await reserve(open(changed({ search: '?sslmode=no-verify' })));
      await execute(cluster.url, 'ALTER SYSTEM RESET ssl');
      cluster.kill();
      cluster.start();
      rmSync(folder, { recursive: true });
    });
  });

  test('is reached by a socket', async () => {
    await submit(open(cluster.socketUrl), 'job-1');
    expect(await open(cluster.url).find('job-1')).not.toBeNull();
  });

  test('whose encoding lacks a text keeps the row without it', async () => {
    await execute(cluster.url, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    const store = open(changed({ pathname: '/latin' }));
    const asked = { templateId: '模板', name: '模板', definition: { text: '模板' } };
    const row = await reserve(store, asked);
    expect(await store.reserve(asking(asked))).toMatchObject({ kind: 'blocked', record: { rowId: row.id } });
    await accept(store, row, 'job-1');
    const outputs = [{ url: 'https://results.example/模板', kind: 'video' as const }];
    await store.saveReport('job-1', report('COMPLETED', { outputs, failure: '失败', recordId: 'rec' }));
    const record = await store.find('job-1');
    expect(record).toMatchObject({ status: 'COMPLETED', outputs, recordId: 'rec' });
    expect(record).not.toHaveProperty('failure');
    expect(await store.list({ templateId: '模板', limit: 9 })).toEqual([]);
  });
});

describe('the address of a shared database', () => {
  test.each([
    ['postgres://user:geheim@db.example:5432/app', 'db.example/app'],
    ['postgres://user:geheim@/app?host=/cloudsql/project:region:db', '/cloudsql/project:region:db/app'],
    ['postgres://u:4711/geheim@host/db', undefined],
    ['postgres://u:geheim@host/db@name', undefined],
  ])('%s is shown as %s', (url, place) => {
    expect(openPostgres(url).place).toBe(place);
  });
});
