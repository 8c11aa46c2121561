import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { STORE_HELD_MS } from '../../src/base/limits.ts';
import type { Sql } from '../../src/jobs/store/sql.ts';
import { openSqlite } from '../../src/jobs/store/sqlite.ts';
import { createCluster, execute, HAS_POSTGRES } from '../jobs/store/databases.ts';
import { type DiskFault, HAS_BROKEN_DISKS, withFault } from '../support/broken-disk.ts';
import { CommandRun } from '../support/command.ts';
import { definition } from '../support/definition.ts';
import { holdsKey, KEY } from '../support/keys.ts';
import { accept, json } from '../support/recording-gateway.ts';
import type { StdioServer } from '../support/stdio-server.ts';
import { A, B, Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.set();
});
afterEach(() => stage.close());

const fileOfStore = (): string => join(stage.folder, 'jobs.sqlite');

/** Does something to the store beside its servers. */
async function beside(work: (sql: Sql) => Promise<unknown>): Promise<void> {
  const database = await openSqlite(fileOfStore());
  await database.transaction('write', work);
  await database.close();
}

/** Locks the store as another process may. Resolves when it is held, to what lets go of it. */
async function hold(): Promise<() => Promise<void>> {
  let release = (): void => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  let done: Promise<void> = Promise.resolve();
  await new Promise<void>(resolve => {
    done = beside(async () => {
      resolve();
      await released;
    });
  });
  return () => {
    release();
    return done;
  };
}

describe('a store that another process holds', () => {
  test('when the answer comes: the id is in the reply and the log at once, and in the store once it is free', async () => {
    let release = async (): Promise<void> => {};
    stage.gateway.script('A', async (_request, response) => {
      release = await hold();
      accept(response, 'job-held');
    });
    const server = await stage.start();
    expect(await server.call('update_template', A)).toMatchObject({
      ok: true,
      summary: expect.stringContaining('nothing of this could be written down'),
      job: { request_id: 'job-held' },
    });
    expect(server.run.stderr).toContain('job-held');
    await release();
    await stage.end(server);
    expect(await (await stage.start()).call('list_jobs', {})).toMatchObject({
      jobs: [{ request_id: 'job-held', status: 'IN_QUEUE' }],
    });
  });

  test('when a refusal comes: nothing stays of the update, which may be made again', async () => {
    let release = async (): Promise<void> => {};
    stage.gateway.script('A', async (_request, response, nth) => {
      if (nth > 1) return accept(response, 'job-1');
      release = await hold();
      json(response, 402, { error: 'no credits' });
    });
    const server = await stage.start();
    expect(await server.call('update_template', A)).toMatchObject({ error: { code: 'insufficient_credits' } });
    await release();
    expect(await server.call('list_jobs', {})).toMatchObject({ jobs: [] });
    expect(await server.call('update_template', A)).toMatchObject({ ok: true, job: { request_id: 'job-1' } });
  });

  test('for too long stops an update before it leaves, while polls and checks go on', async () => {
    const server = await stage.start();
    await server.call('update_template', A);
    const release = await hold();
    const update = server.call('update_template', B);
    expect(await server.call('validate_template', { template: B.template })).toMatchObject({ ok: true });
    expect(await server.call('get_status', { request_id: 'job-1', wait_seconds: 0 })).toMatchObject({ ok: true });
    expect(await update).toMatchObject({ error: { code: 'store_unavailable' }, next: { action: 'ask_user' } });
    await release();
    expect(stage.submits).toBe(1);
  });

  test('sends nothing of an update that was cancelled while it waited', async () => {
    const server = await stage.start();
    await server.call('list_jobs', {});
    const release = await hold();
    const stop = new AbortController();
    const update = server.call('update_template', A, { signal: stop.signal });
    update.catch(() => {});
    // By then it waits for the store, unless the machine is slow: then there is nothing to send either.
    await delay(STORE_HELD_MS / 5);
    stop.abort();
    await expect(update).rejects.toThrow();
    // Messages are read in turn: once this is answered, the server knows of the cancel.
    await server.call('validate_template', { template: A.template });
    await release();
    await delay(STORE_HELD_MS / 5);
    expect(await server.call('list_jobs', {})).toMatchObject({ jobs: [] });
    expect(stage.submits).toBe(0);
  });
});

describe('a store that cannot be used', () => {
  test('because it is corrupt stops submits, stays where it is, and lets polls and cancels go on', async () => {
    writeFileSync(fileOfStore(), `no database, ${'x'.repeat(5_000)}`);
    const server = await stage.start();
    const refused = await server.call('update_template', A);
    expect(refused).toMatchObject({
      error: { code: 'store_unavailable', fix_by: 'operator', message: expect.stringContaining('is corrupt') },
    });
    expect(refused.error?.steps.join()).toContain('mv FILE FILE.corrupt');
    expect(await server.call('get_status', { request_id: 'job-9', wait_seconds: 0 })).toMatchObject({ ok: true });
    stage.status = 'CANCELLED';
    expect(await server.call('cancel_job', { request_id: 'job-9' })).toMatchObject({ cancelled: true });
    expect(stage.submits).toBe(0);
    expect(readdirSync(stage.folder)).toEqual(['jobs.sqlite']);
  });

  test('because a newer version has changed it stops the submits of a running server', async () => {
    const server = await stage.start();
    await server.call('update_template', A);
    await beside(sql => sql.query('UPDATE schema_version SET version = version + 1'));
    expect(await server.call('update_template', B)).toMatchObject({
      error: { code: 'store_unavailable', message: expect.stringContaining('newer version') },
    });
    expect(stage.submits).toBe(1);
  });

  test.each<readonly [string, () => string]>([
    ['a file is where the folder should be', () => join(stage.folder, 'file', 'below')],
    // Where Node's recursive mkdir never ends.
    ['the folder cannot be made', () => '/proc/nope/below'],
    ['its name is too long', () => join(stage.folder, 'x'.repeat(300))],
  ])('because %s is one clear problem, and other calls go on', async (_what, place) => {
    writeFileSync(join(stage.folder, 'file'), '');
    const server = await stage.start({ SHOTSTACK_MCP_DATA_DIR: place() });
    const [refused, checked] = await Promise.all([
      server.call('update_template', A),
      server.call('validate_template', { template: A.template }),
    ]);
    expect(refused).toMatchObject({ error: { code: 'store_unavailable' }, next: { action: 'ask_user' } });
    expect(checked.ok).toBe(true);
    expect(stage.submits).toBe(0);
  });
});

describe.runIf(HAS_BROKEN_DISKS)('a store on a disk', () => {
  const startOn = (fault: DiskFault): Promise<StdioServer> => stage.start(withFault(fault, stage.folder));

  test.each<DiskFault>(['locks fail with ENOLCK', 'locks fail with EAGAIN', 'locks fail with EOPNOTSUPP'])(
    'where %s spends nothing, and that is what its problem says',
    async fault => {
      expect(await (await startOn(fault)).call('update_template', A)).toMatchObject({
        error: { code: 'store_unavailable', message: expect.stringContaining('on a file system without locks') },
      });
      expect(stage.submits).toBe(0);
      expect(readdirSync(stage.folder)).toEqual(['jobs.sqlite']);
    },
  );

  test.each<DiskFault>(['there is no shared memory', 'it is on the network'])(
    'where %s keeps its promises for two servers, without shared memory',
    async fault => {
      const servers = [await startOn(fault), await startOn(fault)];
      const replies = await Promise.all([A, B, A, B].map((args, n) => servers[n % 2]?.call('update_template', args)));
      expect(replies.map(reply => reply?.ok)).toEqual([true, true, true, true]);
      expect(stage.submits).toBe(2);
      expect(readdirSync(stage.folder)).not.toContain('jobs.sqlite-wal');
    },
  );

  test('that hangs is one clear problem, other calls go on, and the process ends', async () => {
    const settings = { SKILLBOSS_WHOLESALE_KEY: KEY, SKILLBOSS_BASE_URL: stage.gateway.url };
    const folder = join(stage.folder, 'hangs');
    const run = CommandRun.greeted([], {
      ...settings,
      SHOTSTACK_MCP_DATA_DIR: folder,
      ...withFault('it hangs', folder),
    });
    const update = run.callTool(1, 'update_template', A);
    expect(await run.callTool(2, 'validate_template', { template: A.template })).toMatchObject({ ok: true });
    expect(await update).toMatchObject({ error: { code: 'store_unavailable' }, next: { action: 'ask_user' } });
    expect(stage.submits).toBe(0);
    run.child.stdin.end();
    // Node itself would wait for the disk.
    expect(await run.exit).toBe('SIGKILL');
  });
});

describe('a store that is removed under the server', () => {
  /** Whichever call finds it out. */
  async function expectOneRefusal(server: StdioServer, remove: () => Promise<void>): Promise<void> {
    const replaced = { error: { code: 'store_unavailable', message: expect.stringContaining('replaced') } };
    await server.call('update_template', A);
    await remove();
    expect(await server.call('update_template', B)).toMatchObject(replaced);
    expect(stage.submits).toBe(1);
    expect(await server.call('update_template', B)).toMatchObject({ ok: true, job: { request_id: 'job-2' } });
    await remove();
    expect(await server.call('get_status', { request_id: 'job-1', wait_seconds: 0 })).toMatchObject({ ok: true });
    const { jobs = [] } = await server.call('list_jobs', {});
    expect(jobs.map(job => job.request_id).toSorted()).toEqual(['job-1', 'job-2']);
    expect(await server.call('update_template', A)).toMatchObject(replaced);
    expect(await server.call('update_template', A)).toMatchObject({ duplicate: true, job: { request_id: 'job-1' } });
    expect(stage.submits).toBe(2);
  }

  test('refuses one update, is used then, and gets the ids of the last hour', async () => {
    await expectOneRefusal(await stage.start(), async () => {
      for (const name of readdirSync(stage.folder)) rmSync(join(stage.folder, name));
    });
  });

  test.runIf(HAS_POSTGRES)(
    'in PostgreSQL refuses one update, is used then, and gets the ids of the last hour',
    async () => {
      const cluster = await createCluster();
      try {
        const server = await stage.start({ SHOTSTACK_MCP_DATABASE_URL: cluster.url });
        await expectOneRefusal(server, () => execute(cluster.url, 'DROP SCHEMA shotstack_template_mcp CASCADE'));
      } finally {
        cluster.remove();
      }
    },
  );
});

test.runIf(HAS_POSTGRES)(
  'a PostgreSQL on a socket that goes away while an id comes gets it when it is back',
  async () => {
    const cluster = await createCluster();
    try {
      stage.gateway.script('A', (_request, response) => {
        cluster.kill();
        accept(response, 'job-away');
      });
      const env = { SHOTSTACK_MCP_DATABASE_URL: cluster.socketUrl };
      const server = await stage.start(env);
      expect(await server.call('update_template', A)).toMatchObject({ ok: true, job: { request_id: 'job-away' } });
      expect(await server.call('update_template', B)).toMatchObject({ error: { code: 'store_unavailable' } });
      expect(await server.call('get_status', { request_id: 'job-away', wait_seconds: 0 })).toMatchObject({ ok: true });
      expect(stage.submits).toBe(1);
      cluster.start();
      await stage.end(server);
      const next = await stage.start(env);
      expect(await next.call('list_jobs', {})).toMatchObject({ jobs: [{ request_id: 'job-away' }] });
      expect(next.run.stderr + server.run.stderr).not.toContain(cluster.password);
      await stage.end(next);
    } finally {
      cluster.remove();
    }
  },
);

test('the key is in no byte of the store and in no reply, though the gateway and the user name it', async () => {
  const prompt = `A ${KEY}`;
  stage.gateway.script(prompt, (_request, response, nth) => accept(response, `job-${nth}`, { said: KEY }));
  stage.gateway.script('job-1', (_request, response) => json(response, 200, { status: 'FAILED', error: `for ${KEY}` }));
  const server = await stage.start();
  const update = { prompt, template_id: 't-1', name: `of ${KEY}`, template: definition(`says ${KEY}`) };
  expect(await server.call('update_template', update)).toMatchObject({ job: { name: 'of [key]' } });
  expect(await server.call('update_template', { ...update, template_id: KEY })).toMatchObject({ ok: true });
  expect(await server.call('get_definition', { template_id: 't-1' })).toMatchObject({
    definition: { value: definition('says [key]') },
  });
  await server.call('get_status', { request_id: 'job-1', wait_seconds: 0 });
  await beside(async sql => {
    const rows = await sql.query('SELECT body FROM definitions');
    expect(rows.filter(({ body }) => holdsKey(gunzipSync(body as Uint8Array)))).toEqual([]);
  });
  await stage.end(server);
  const names = readdirSync(stage.folder);
  expect(names).toContain('jobs.sqlite');
  expect(names.filter(name => holdsKey(readFileSync(join(stage.folder, name))))).toEqual([]);
});
