import { join } from 'node:path';
import envPaths from 'env-paths';
import { tenantOf } from '../fingerprint.ts';
import type { JobStore } from './job-store.ts';
import type { Database } from './sql.ts';
import { SqlJobStore } from './sql-job-store.ts';
import { openSqlite } from './sqlite.ts';

export interface StoreOptions {
  /** Keeps everything in memory, and forgets it with the process. */
  inMemory: boolean;
  dataDir: string | null;
  databaseUrl: string | null;
  key: string;
  now: () => number;
  /** The store's file was corrupt and is set aside: this store is of no more use. */
  onCorrupt: () => void;
}

/**
 * Opens the job store that the settings ask for.
 *
 * @throws Failure `store_unavailable`
 */
export async function openStore(options: StoreOptions): Promise<JobStore> {
  const { database, place } = await openDatabase(options);
  try {
    return await SqlJobStore.open({ database, place, tenant: tenantOf(options.key), now: options.now });
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openDatabase(options: StoreOptions): Promise<{ database: Database; place: string }> {
  if (options.databaseUrl !== null && !options.inMemory) {
    const { openPostgres } = await import('./postgres.ts');
    return { database: openPostgres(options.databaseUrl), place: 'The PostgreSQL database' };
  }
  const file = options.inMemory ? ':memory:' : storeFile(options.dataDir);
  return { database: await openSqlite(file, options.onCorrupt), place: `The job store ${file}` };
}

/** The embedded store's file; null as its folder stands for the platform's folder for application data. */
export function storeFile(dataDir: string | null): string {
  return join(dataDir ?? envPaths('shotstack-template-mcp', { suffix: '' }).data, 'jobs.sqlite');
}
