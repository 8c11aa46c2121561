import { existsSync } from 'node:fs';
import { Failure } from '../../base/failure.ts';
import type { JobStatus } from '../../guidance/progress.ts';
import { tenantOf } from '../fingerprint.ts';
import { storeFile } from './open.ts';
import { MIGRATIONS } from './schema.ts';
import type { Row, Sql } from './sql.ts';
import { loadDriver } from './sqlite-driver.ts';

/** What a look at a store shows. */
export interface StoreState {
  /** Names the store in a message, without a password. */
  place: string;
  jobs: Partial<Record<JobStatus, number>>;
  /** Whether its schema is older than this program's. */
  outdated: boolean;
}

/** Which store to look at, and whose jobs to count: null for everybody's. */
export interface StoreToExamine {
  dataDir: string | null;
  databaseUrl: string | null;
  key: string | null;
}

/**
 * Looks at a store without changing what it holds: no schema is brought up to date, no job is tidied, and a corrupt
 * file stays where it is. Null when there is none yet.
 *
 * @throws Failure `store_unavailable`
 */
export async function examineStore({ dataDir, databaseUrl, key }: StoreToExamine): Promise<StoreState | null> {
  const tenant = key === null ? null : tenantOf(key);
  if (databaseUrl !== null) {
    const { openPostgres } = await import('./postgres.ts');
    const database = openPostgres(databaseUrl);
    try {
      const tables = await database.query("SELECT 1 WHERE to_regclass('jobs') IS NOT NULL");
      return await survey(database, 'The PostgreSQL database', tables.length > 0, tenant);
    } finally {
      await database.close();
    }
  }
  const file = storeFile(dataDir);
  return existsSync(file) ? examineFile(file, tenant) : null;
}

async function examineFile(file: string, tenant: string | null): Promise<StoreState> {
  const { DatabaseSync } = await loadDriver();
  try {
    const connection = new DatabaseSync(file);
    try {
      connection.exec('PRAGMA busy_timeout = 2000');
      const sql: Sql = { query: async (text, parameters = []) => connection.prepare(text).all(...parameters) as Row[] };
      const [verdict] = await sql.query('PRAGMA quick_check(1)');
      if (Object.values(verdict ?? {})[0] !== 'ok') throw new Error('malformed');
      const tables = await sql.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'jobs'");
      return await survey(sql, file, tables.length > 0, tenant);
    } finally {
      connection.close();
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    const corrupt = /malformed|not a database/.test(error instanceof Error ? error.message : '');
    throw new Failure('store_unavailable', {
      detail: corrupt ? `${file} is corrupt.` : `${file} cannot be opened.`,
      cure: corrupt
        ? 'Put a backup in its place; otherwise the next call sets it aside and starts with an empty store. Look at the wholesale dashboard for jobs that ran.'
        : 'Give this user the right to read and write it, or name another folder with SHOTSTACK_MCP_DATA_DIR.',
    });
  }
}

async function survey(sql: Sql, place: string, filled: boolean, tenant: string | null): Promise<StoreState> {
  if (!filled) return { place, jobs: {}, outdated: false };
  const [row] = await sql.query('SELECT version FROM schema_version');
  const version = Number(row?.version ?? 0);
  if (version > MIGRATIONS.length) {
    throw new Failure('store_unavailable', {
      detail: `${place} was written by a newer version of this server.`,
      cure: 'Update this server, or give it a store of its own with SHOTSTACK_MCP_DATA_DIR.',
    });
  }
  const rows = await sql.query(
    `SELECT status, count(*) AS jobs FROM jobs ${tenant === null ? '' : 'WHERE tenant = ?'} GROUP BY status ORDER BY status`,
    tenant === null ? [] : [tenant],
  );
  const jobs = Object.fromEntries(rows.map(({ status, jobs }) => [String(status), Number(jobs)]));
  return { place, jobs, outdated: version < MIGRATIONS.length };
}
