const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** SQLite's own words for these (sqlite3_errstr): the package's `all` throws errors without their code. */
const CODES: Record<string, number> = {
  'database is locked': SQLITE_BUSY,
  'database table is locked': SQLITE_LOCKED,
  'database disk image is malformed': SQLITE_CORRUPT,
  'file is not a database': SQLITE_NOTADB,
};

/** Whether another process holds the database. */
export const isBusy = (error: unknown): boolean => [SQLITE_BUSY, SQLITE_LOCKED].includes(resultCode(error));

/** Whether the file is damaged, or no database. */
export const isCorrupt = (error: unknown): boolean => [SQLITE_CORRUPT, SQLITE_NOTADB].includes(resultCode(error));

function resultCode(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  return 'errcode' in error ? Number(error.errcode) & 0xff : (CODES[error.message] ?? 0);
}
