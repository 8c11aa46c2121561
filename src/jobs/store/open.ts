import { join, posix, win32 } from 'node:path';
import { homeFolder } from '../../base/home.ts';
import { redactor } from '../../base/redact.ts';
import { tenantOf } from '../hashes.ts';
import type { JobStore } from './job-store.ts';
import type { Database } from './sql.ts';
import { SqlJobStore } from './sql-job-store.ts';
import { unavailable } from './unavailable.ts';

/** Where the store is. */
export interface StorePlace {
  /** Keeps everything in memory, and forgets it with the process. */
  inMemory?: boolean | undefined;
  /** Folder of the embedded store; without it the platform's folder for application data. */
  dataDir?: string | null | undefined;
  /** A shared PostgreSQL database in place of the embedded store. */
  databaseUrl?: string | null | undefined;
}

export interface StoreOptions extends StorePlace {
  /** The key whose jobs are listed and found in a shared database; only its hash is kept. */
  key: string;
  /** The gateway that jobs are submitted to. */
  origin: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * The job store that the settings ask for. It is opened by the first call that needs it, and again by later ones as long
 * as that fails: each rejects with `store_unavailable` and its reason.
 */
export function openStore({ key, origin, now, ...place }: StoreOptions): JobStore {
  return new SqlJobStore({
    open: () => openDatabase(place),
    tenant: tenantOf(key),
    redact: redactor(key),
    origin,
    now,
  });
}

export async function openDatabase({ inMemory, dataDir, databaseUrl }: StorePlace): Promise<Database> {
  if (databaseUrl && !inMemory) {
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres(databaseUrl);
  }
  const { openSqlite } = await import('./sqlite.ts');
  return openSqlite(inMemory ? ':memory:' : storeFile(dataDir));
}

/** What the platform's folder for application data depends on. */
export interface User {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  home: string | null;
}

const thisUser: User = { platform: process.platform, env: process.env, home: homeFolder() };

/**
 * The embedded store's file. Not below AppData on Windows: what a packaged host such as Claude Desktop starts writes to a
 * copy of that folder of its own, so that hosts would not share a store.
 *
 * @throws SurroundingsFailure `store_unavailable`, reason `no_home`, where no folder is named and there is no home folder
 */
export function storeFile(dataDir: string | null | undefined, user = thisUser): string {
  return join(dataDir ?? defaultFolder(user), 'jobs.sqlite');
}

function defaultFolder({ platform, env, home }: User): string {
  const name = 'shotstack-template-mcp';
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  // Relative paths are to be ignored (https://specifications.freedesktop.org/basedir-spec/latest/).
  const data = env.XDG_DATA_HOME ?? '';
  if (!['win32', 'darwin'].includes(platform) && isAbsolute(data)) return join(data, name);
  if (home === null) throw unavailable('no_home', undefined);
  if (platform === 'win32') return join(home, `.${name}`);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', name);
  return join(home, '.local', 'share', name);
}
