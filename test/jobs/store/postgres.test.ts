import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TemplateUpdate } from '../../../src/gateway/gateway.ts';
import { explain } from '../../../src/guidance/problems.ts';
import type { JobStore } from '../../../src/jobs/store/job-store.ts';
import { openStore } from '../../../src/jobs/store/open.ts';
import { openPostgres } from '../../../src/jobs/store/postgres.ts';
import { type Cluster, createCluster, HAS_POSTGRES } from './databases.ts';

const RULES = { allowDuplicate: false, maxPerHour: 0 };
const update = (prompt: string): TemplateUpdate => ({
  prompt,
  templateId: null,
  name: null,
  definition: null,
  options: {},
  extraInputs: {},
  webhookUrl: null,
});
const submission = { status: 'IN_QUEUE' as const, recordId: null, costUsd: null, lowBalance: false };
const open = (databaseUrl: string): Promise<JobStore> =>
  openStore({
    inMemory: false,
    dataDir: null,
    databaseUrl,
    key: 'key',
    now: Date.now,
    onCorrupt: () => {},
  });

describe.runIf(HAS_POSTGRES)('a shared database', () => {
  let cluster: Cluster;
  let stores: JobStore[];
  beforeAll(async () => {
    cluster = await createCluster();
  }, 60_000);
  afterAll(() => cluster.remove());
  beforeEach(() => {
    stores = [];
  });
  afterEach(() => Promise.all(stores.map(store => store.close())));

  const opened = async (url = cluster.url): Promise<JobStore> => {
    const store = await open(url);
    stores.push(store);
    return store;
  };

  /** What a call is told, and that it holds no password. */
  async function refusal(asked: Promise<unknown>): Promise<string> {
    const failure = await asked.then(
      () => null,
      error => error,
    );
    expect(failure).toMatchObject({ code: 'store_unavailable' });
    expect(JSON.stringify([failure, String(failure), failure.stack])).not.toContain(cluster.password);
    const told = JSON.stringify(explain(failure.code, failure.facts, 'update_template'));
    expect(told).not.toContain(cluster.password);
    expect(told).toContain('SHOTSTACK_MCP_DATABASE_URL');
    expect(told).toContain('127.0.0.1');
    return told;
  }

  /** A connection that died while nothing ran in this process is found out when it is used. */
  const healed = (store: JobStore): Promise<unknown> => vi.waitFor(() => store.find('kept'), 10_000);

  test('that dies and comes back loses nothing, and the same store goes on', async () => {
    const store = await opened();
    const kept = await store.reserve(update('kept'), RULES);
    const cut = await store.reserve(update('cut off'), RULES);
    if (kept.kind !== 'reserved' || cut.kind !== 'reserved') throw new Error('They must be free to leave.');
    await store.accept(kept.id, { ...submission, requestId: 'kept' });
    // Several connections stand when it happens.
    await Promise.all([1, 2, 3, 4].map(() => store.find('kept')));

    cluster.kill();
    await refusal(store.accept(cut.id, { ...submission, requestId: 'cut' }));
    await refusal(store.reserve(update('while it is down'), RULES));
    for (const asked of [store.find('kept'), store.list({ limit: 9 }), store.templates(9)]) await refusal(asked);

    cluster.start();
    await healed(store);
    expect(await store.find('kept')).toMatchObject({ status: 'IN_QUEUE' });
    expect(await store.list({ limit: 9, status: 'SUBMITTING' })).toHaveLength(1);
    expect(await store.accept(cut.id, { ...submission, requestId: 'cut' })).toMatchObject({ status: 'IN_QUEUE' });
    expect((await store.reserve(update('while it is down'), RULES)).kind).toBe('reserved');
    expect(await store.list({ limit: 9 })).toHaveLength(3);
  }, 60_000);

  test('that dies within a transaction undoes it', async () => {
    const store = await opened();
    const database = openPostgres(cluster.url);
    const half = database.transaction('half', async sql => {
      await sql.query('DELETE FROM jobs');
      cluster.kill();
      await sql.query('SELECT 1');
    });
    await refusal(half);
    cluster.start();
    await healed(store);
    expect(await store.find('kept')).not.toBeNull();
    await database.close();
  }, 60_000);

  test.each([
    ['nobody listens', (url: URL) => Object.assign(url, { port: '1' })],
    ['the password is wrong', (url: URL) => Object.assign(url, { password: 'canary-of-the-database-too' })],
    ['there is no such database', (url: URL) => Object.assign(url, { pathname: '/none' })],
  ])('that cannot be had at the start is named: %s', async (_, change) => {
    await refusal(open(change(new URL(cluster.url)).href));
  });
});
