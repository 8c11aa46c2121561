import { dirname } from 'node:path';
import { openDatabase, type StorePlace } from '../../../src/jobs/store/open.ts';
import type { Database, Row, SqlValue } from '../../../src/jobs/store/sql.ts';

/** A place, a `postgres://` URL or the path of an embedded store, as the settings name it. */
export const settingsOf = (place: string): StorePlace =>
  place.startsWith('postgres://') ? { databaseUrl: place } : { dataDir: dirname(place) };

const openAt = (place: string): Promise<Database> => openDatabase(settingsOf(place));

/** Runs one statement beside the store. */
export async function inDatabase(place: string, text: string, parameters: SqlValue[] = []): Promise<Row[]> {
  const database = await openAt(place);
  try {
    return await database.transaction('write', sql => sql.query(text, parameters));
  } finally {
    await database.close();
  }
}
