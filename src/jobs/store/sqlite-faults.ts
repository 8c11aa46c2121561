import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SurroundingsFailure } from '../../base/failure.ts';
import { unavailable } from './unavailable.ts';

/** Primary result codes (https://sqlite.org/rescode.html). */
const CODE = {
  PERM: 3,
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  PROTOCOL: 15,
  TOOBIG: 18,
  CONSTRAINT: 19,
  MISMATCH: 20,
  NOTADB: 26,
} as const;

/** Extended codes of a lock that could not be asked for: IOERR_RDLOCK, IOERR_CHECKRESERVEDLOCK, IOERR_LOCK. */
const LOCKS: ReadonlySet<number> = new Set([2314, 3594, 3850]);

/** SQLite's own words (sqlite3_errstr): the package's `all` throws errors without their code. */
const WORDS: readonly (readonly [string, number])[] = [
  ['database is locked', CODE.BUSY],
  ['database table is locked', CODE.LOCKED],
  ['attempt to write a readonly database', CODE.READONLY],
  ['disk I/O error', CODE.IOERR],
  ['malformed', CODE.CORRUPT],
  ['database or disk is full', CODE.FULL],
  ['unable to open database file', CODE.CANTOPEN],
  ['locking protocol', CODE.PROTOCOL],
  ['too big', CODE.TOOBIG],
  ['constraint failed', CODE.CONSTRAINT],
  ['not a database', CODE.NOTADB],
];

/** Free bytes below which a disk is full: a commit writes a few pages to two files. */
const LITTLE_ROOM = 64 * 1024;

/** Whether another process holds the database. */
export const isBusy = (error: unknown): boolean => is(error, CODE.BUSY, CODE.LOCKED, CODE.PROTOCOL);

/** Whether the connection is of no more use: what it has read may be wrong. */
export const isCorrupt = (error: unknown): boolean => is(error, CODE.CORRUPT, CODE.NOTADB);

/** Whether the disk may lack the shared memory that WAL needs. */
export const lacksSharedMemory = (error: unknown): boolean => is(error, CODE.IOERR, CODE.CANTOPEN, CODE.PROTOCOL);

/** What is wrong with the embedded database, from SQLite's or the system's error and what is found at its place. */
export async function sqliteFailure(error: unknown, file: string): Promise<SurroundingsFailure> {
  if (error instanceof SurroundingsFailure) return error;
  const cause = causeOf(error);
  if (isBusy(error)) return unavailable('held', file, cause);
  if (LOCKS.has(extendedCode(error))) return unavailable('no_locks', file, cause);
  if (isCorrupt(error)) return unavailable('corrupt', file, cause);
  if (/^no such table/.test(messageOf(error))) return unavailable('lost', file);
  if (is(error, CODE.TOOBIG, CODE.CONSTRAINT, CODE.MISMATCH)) return unavailable('row_refused', file, cause);
  const isFull = is(error, CODE.FULL) || ['ENOSPC', 'EDQUOT'].includes(cause ?? '');
  if (isFull || (is(error, CODE.IOERR, CODE.CANTOPEN) && (await hasNoRoom(file)))) {
    return unavailable('full', file, cause);
  }
  for (const path of [file, `${file}-wal`, `${file}-shm`, `${file}-journal`]) {
    if (!(await isUsable(path))) return unavailable(path === file ? 'unwritable' : 'side_file', path, cause);
  }
  return unavailable('unwritable', file, cause);
}

function is(error: unknown, ...codes: number[]): boolean {
  return codes.includes(resultCode(error));
}

function resultCode(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  if ('errcode' in error) return extendedCode(error) & 0xff;
  return WORDS.find(([words]) => error.message.includes(words))?.[1] ?? 0;
}

const extendedCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;

/** The system's code, or SQLite's number: neither holds a path or a value. */
function causeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error) return `SQLite ${error.errcode}`;
  const code = resultCode(error);
  if (code !== 0) return `SQLite ${code}`;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

async function hasNoRoom(file: string): Promise<boolean> {
  const room = await statfs(dirname(file)).catch(() => undefined);
  return room !== undefined && room.bsize * room.bavail < LITTLE_ROOM;
}

/** Whether a file is ours to use, or not there. */
async function isUsable(file: string): Promise<boolean> {
  const there = await stat(file).catch(() => undefined);
  if (!there) return true;
  if (!there.isFile()) return false;
  return access(file, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}
