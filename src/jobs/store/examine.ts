import { stat } from 'node:fs/promises';
import { tenantOf } from '../hashes.ts';
import type { JobStatus } from '../job.ts';
import { findSchema } from './checked-database.ts';
import { openDatabase, type StorePlace, storeFile } from './open.ts';
import { unavailable } from './unavailable.ts';

/** What a look at a store shows. */
export interface StoreState {
  /** The file, or host and database; undefined where naming it could show a password. */
  place: string | undefined;
  jobs: Partial<Record<JobStatus, number>>;
  /** Submits that may have made a job, and that were not lifted. */
  openDoubts: number;
}

/**
 * Looks at a store without changing what it holds, and checks an embedded one for damage. Undefined when there is none yet.
 *
 * @param key whose jobs to count in a shared database; without it everybody's
 * @throws SurroundingsFailure `store_unavailable`
 */
export async function examineStore(place: StorePlace, key?: string | null): Promise<StoreState | undefined> {
  if (!place.databaseUrl && !(await exists(storeFile(place.dataDir)))) return undefined;
  const database = await openDatabase(place);
  try {
    return await database.transaction('read', async sql => {
      for (const check of database.dialect.checks) {
        const [verdict] = await sql.query(check);
        if (Object.values(verdict ?? {})[0] !== 'ok') throw unavailable('corrupt', database.place);
      }
      if (!(await findSchema(sql, database))) return { place: database.place, jobs: {}, openDoubts: 0 };
      const rows = await sql.query(
        `SELECT status, count(*) AS jobs, sum(open) AS doubts FROM job_rows ${database.shared && key ? 'WHERE tenant = ?' : ''}
         GROUP BY status ORDER BY status`,
        database.shared && key ? [tenantOf(key)] : [],
      );
      return {
        place: database.place,
        jobs: Object.fromEntries(rows.map(({ status, jobs }) => [String(status), Number(jobs)])),
        openDoubts: rows.reduce((sum, { doubts }) => sum + Number(doubts), 0),
      };
    });
  } finally {
    await database.close();
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
