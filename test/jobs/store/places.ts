import { openPostgres } from '../../../src/jobs/store/postgres.ts';
import type { Database } from '../../../src/jobs/store/sql.ts';
import { openSqlite } from '../../../src/jobs/store/sqlite.ts';

/** Opens the database at a place: a `postgres://` URL, or the path of an embedded one. */
export async function openAt(place: string): Promise<Database> {
  return place.startsWith('postgres://') ? openPostgres(place) : openSqlite(place);
}
