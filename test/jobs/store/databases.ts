import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A database server, or a folder, that is there for the tests. */
export interface Running {
  /** The place of an empty database; what the last one held is gone. */
  empty(): Promise<string>;
  stop(): Promise<void>;
}

/** A kind of database that the store runs on. */
export interface Kind {
  name: string;
  /** Whether it keeps tenants apart. */
  shared: boolean;
  start(): Promise<Running>;
}

/** A PostgreSQL of its own on loopback, in a temporary folder. */
export interface Cluster {
  /** Where it listens; its password is `password`. */
  url: string;
  /** Its folder, which the account that runs it owns. */
  folder: string;
  /** The same by its socket, in the form of Cloud SQL. */
  socketUrl: string;
  password: string;
  start(): void;
  /** Ends it at once, as a crash would. */
  kill(): void;
  remove(): void;
}

const sqlite: Kind = {
  name: 'SQLite',
  shared: false,
  async start() {
    const folder = mkdtempSync(join(tmpdir(), 'store-'));
    let made = 0;
    return {
      empty: async () => join(folder, String(++made), 'jobs.sqlite'),
      stop: async () => rmSync(folder, { recursive: true }),
    };
  },
};

const pglite: Kind = {
  name: 'PGlite',
  shared: true,
  async start() {
    const { PGlite } = await import('@electric-sql/pglite');
    const { PGLiteSocketServer } = await import('@electric-sql/pglite-socket');
    const db = await PGlite.create();
    const server = new PGLiteSocketServer({ db, port: 0, maxConnections: 100 });
    await server.start();
    const url = `postgres://postgres@${server.getServerConn()}/postgres?sslmode=disable`;
    return {
      empty: () => emptied(url),
      async stop() {
        await server.stop();
        await db.close();
      },
    };
  },
};

const postgres: Kind = {
  name: 'PostgreSQL',
  shared: true,
  async start() {
    // The files that a worker runs one after the other share it.
    cluster ??= createCluster();
    const { url } = await cluster;
    return { empty: () => emptied(url), stop: async () => {} };
  },
};
let cluster: Promise<Cluster> | undefined;

const BIN = (() => {
  const { stdout } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const folder = (stdout ?? '').trim();
  return folder !== '' && existsSync(join(folder, 'initdb')) ? folder : null;
})();

/** Whether a real PostgreSQL is installed here. */
export const HAS_POSTGRES = BIN !== null;

/** What the store's suite runs on. */
export const KINDS: readonly Kind[] = [sqlite, HAS_POSTGRES ? postgres : pglite];

/** Creates and starts a PostgreSQL with the programs that `pg_config` points to. */
export async function createCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  const data = join(folder, 'data');
  const password = 'canary-of-the-database';
  const port = await freePort();
  const account = unprivileged();
  writeFileSync(join(folder, 'password'), password);
  if (account) for (const path of [folder, join(folder, 'password')]) chownSync(path, account.uid, account.gid);

  const run = (program: string, ...args: string[]): void => {
    // Its output goes nowhere: a server that inherits a pipe would keep it open.
    const { status, error } = spawnSync(join(BIN ?? '', program), args, { ...account, cwd: folder, stdio: 'ignore' });
    if (status !== 0) throw error ?? new Error(`${program} ${args.join(' ')} ended with ${status}; see ${folder}`);
  };
  const settings = `-c listen_addresses=127.0.0.1 -p ${port} -c unix_socket_directories=${folder} -c fsync=off`;
  const start = (): void => run('pg_ctl', 'start', '-w', '-D', data, '-l', join(folder, 'log'), '-o', settings);
  const kill = (): void => run('pg_ctl', 'stop', '-m', 'immediate', '-w', '-D', data);
  const remove = (): void => {
    if (existsSync(join(data, 'postmaster.pid'))) kill();
    rmSync(folder, { recursive: true });
  };
  // Outlives this process, however that ends, for as long as it takes to remove what is left.
  const script = `read _; "${BIN}/pg_ctl" stop -m immediate -D "${data}"; rm -rf "${folder}"`;
  const remover = spawn('sh', ['-c', script], { ...account, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  remover.unref();
  (remover.stdin as Socket).unref();
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${join(folder, 'password')}`, '-N');
  start();
  const socketUrl = `postgres://postgres:${password}@/postgres?host=${folder}&port=${port}`;
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return { url, socketUrl, folder, password, start, kill, remove };
}

/** Whether PgBouncer is installed here. */
export const HAS_POOLER = spawnSync('pgbouncer', ['--version'], { stdio: 'ignore' }).status === 0;

/** Starts a PgBouncer with two connections to the cluster for all its clients. Resolves to its URL and what ends it. */
export async function startPooler(cluster: Cluster, mode: 'transaction' | 'statement') {
  const { port, password } = new URL(cluster.url);
  const at = new URL(cluster.url);
  at.port = String(await freePort());
  const file = join(cluster.folder, `pooler-${mode}`);
  writeFileSync(`${file}-users`, `"postgres" "${password}"`);
  writeFileSync(
    file,
    `[databases]\npostgres = host=127.0.0.1 port=${port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${at.port}
auth_type = scram-sha-256\nauth_file = ${file}-users\nunix_socket_dir =\npool_mode = ${mode}\ndefault_pool_size = 2`,
  );
  const pooler = spawn('pgbouncer', [file], { ...unprivileged(), stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const text of pooler.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    if (String(text).includes('process up')) break;
  }
  pooler.stderr.resume();
  return { url: at.href, stop: () => void pooler.kill('SIGKILL') };
}

/** PostgreSQL refuses to run as root: then another account of this machine runs it. */
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const ask = (what: string, name: string): number =>
    Number(spawnSync('id', [what, name], { encoding: 'utf8' }).stdout.trim() || Number.NaN);
  const name = Number.isNaN(ask('-u', 'postgres')) ? 'nobody' : 'postgres';
  return { uid: ask('-u', name), gid: ask('-g', name) };
}

async function emptied(url: string): Promise<string> {
  await execute(url, 'DROP SCHEMA IF EXISTS shotstack_template_mcp CASCADE');
  return url;
}

/** Runs statements as an administrator would, outside of the store. */
export async function execute(url: string, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statements).finally(() => client.end());
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
