import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Access, type Database, type Dialect, type Row, type Sql, type SqlValue, UncertainCommit } from './sql.ts';
import { type Connection, type Driver, loadDriver, releaseStatements } from './sqlite-driver.ts';
import { isBusy, isCorrupt, lacksSharedMemory, sqliteFailure } from './sqlite-faults.ts';
import { type FileIdentity, identify, isRemote, isSame, prepareFile } from './sqlite-file.ts';
import { TransactionQueue } from './transaction-queue.ts';
import { unavailable } from './unavailable.ts';

const MEMORY = ':memory:';

/**
 * The longest pause before the database is tried again. Between two commits of another process it is free for about a
 * millisecond. SQLite's own wait blocks the event loop for up to 25 ms at a time, and mostly misses that.
 */
const LONGEST_RETRY_MS = 3;

/**
 * Opens, and creates if need be, an embedded database.
 *
 * @param file its path, or `:memory:`
 * @throws SurroundingsFailure `store_unavailable`
 */
export async function openSqlite(file: string): Promise<Database> {
  const database = new SqliteDatabase(await loadDriver(), file);
  await database.transaction('read', async () => {});
  return database;
}

/** A connection, and the files that it has open. */
interface Opened {
  connection: Connection;
  /** Undefined where a disk's inodes change by themselves: then they are not compared. */
  files: FileIdentity | undefined;
}

class SqliteDatabase implements Database {
  readonly place: string;
  readonly shared = false;
  readonly dialect: Dialect = {
    sequence: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    findSchema: "SELECT 1 AS usable FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'",
    prepare: [],
    checks: ['PRAGMA quick_check(1)'],
  };
  readonly #driver: Driver;
  readonly #turns = new TransactionQueue();
  #opened: Opened | undefined;

  constructor(driver: Driver, file: string) {
    this.#driver = driver;
    this.place = file;
  }

  transaction<T>(access: Access, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#turns.run(async deadline => {
      try {
        return await retryWhileBusy(() => this.#attempt(access, work, deadline), deadline);
      } catch (error) {
        if (isCorrupt(error)) await this.#drop();
        throw await sqliteFailure(error, this.place);
      }
    });
  }

  async close(): Promise<void> {
    await this.#turns.ended();
    this.#opened?.connection.close();
    this.#opened = undefined;
  }

  async #attempt<T>(access: Access, work: (sql: Sql) => Promise<T>, deadline: number): Promise<T> {
    const opened = await this.#begin(access, deadline);
    let result: T;
    try {
      result = await work({ query: async (text, parameters) => run(opened, text, parameters) });
    } catch (error) {
      rollBack(opened);
      throw error;
    }
    await this.#commit(opened, deadline);
    return result;
  }

  /** Begins a transaction on the files that are at the path now, whatever was there before. */
  async #begin(access: Access, deadline: number): Promise<Opened> {
    for (;;) {
      this.#opened ??= await this.#open(deadline);
      const opened = this.#opened;
      run(opened, access === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN');
      if (!opened.files) return opened;
      const files = identify(this.place);
      if (isSame(opened.files, files)) return Object.assign(opened, { files });
      rollBack(opened);
      await this.#drop();
      if (performance.now() > deadline) throw unavailable('held', this.place);
    }
  }

  /** With a rollback journal, a commit has to wait for those who read. */
  async #commit(opened: Opened, deadline: number): Promise<void> {
    try {
      await retryWhileBusy(async () => run(opened, 'COMMIT'), deadline);
    } catch (error) {
      rollBack(opened);
      const { code, facts } = await sqliteFailure(error, this.place);
      throw new UncertainCommit(code, facts);
    }
    checkpoint(opened);
  }

  async #open(deadline: number): Promise<Opened> {
    if (this.place !== MEMORY) await prepareFile(this.place, deadline);
    try {
      const connection = connect(this.#driver, this.place);
      const files = identify(this.place);
      return { connection, files: isSame(files, identify(this.place)) ? files : undefined };
    } catch (error) {
      throw isBusy(error) && !this.#hasLocks() ? unavailable('no_locks', this.place) : error;
    }
  }

  /**
   * Leaves files that are corrupt or no longer those at the path; the next transaction opens what is there. Closing writes
   * nothing: if the file was moved, SQLite does not touch the log at the path; if the log was replaced, all of it
   * is in the file already, since each commit is followed by a checkpoint.
   */
  async #drop(): Promise<void> {
    this.#opened?.connection.close();
    this.#opened = undefined;
    await releaseStatements();
  }

  /** Whether locks work there at all: no other process uses the probe file. A disk without locks answers "busy". */
  #hasLocks(): boolean {
    if (this.place === MEMORY) return true;
    const probe = `${this.place}.locks-${process.pid}`;
    try {
      const connection = new this.#driver.DatabaseSync(probe);
      try {
        connection.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; CREATE TABLE probe (n)');
      } finally {
        connection.close();
      }
      return true;
    } catch (error) {
      return !isBusy(error);
    } finally {
      rmSync(probe, { force: true });
    }
  }
}

/** Tries again until the deadline while another process holds the database. */
async function retryWhileBusy<T>(work: () => Promise<T>, deadline: number): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
      await delay(Math.random() * LONGEST_RETRY_MS);
    }
  }
}

/** A rollback journal keeps the same promises. A database that has a log is read without shared memory by one alone. */
const ROLLBACK = 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL';

function connect(driver: Driver, file: string): Connection {
  if (file !== MEMORY && isRemote(file)) return configured(driver, file, ROLLBACK);
  try {
    return configured(driver, file, 'PRAGMA journal_mode = WAL');
  } catch (error) {
    if (!lacksSharedMemory(error)) throw error;
    try {
      return configured(driver, file, ROLLBACK);
    } catch {
      throw error;
    }
  }
}

function configured(driver: Driver, file: string, journal: string): Connection {
  const connection = new driver.DatabaseSync(file);
  try {
    connection.exec('PRAGMA busy_timeout = 0');
    connection.exec(journal);
    // With WAL each commit waits for the disk; with a rollback journal the folder's entry does too.
    connection.exec('PRAGMA synchronous = EXTRA');
    connection.exec('PRAGMA foreign_keys = ON');
    // Each transaction reads the file anew: cached pages would mix with those of a file copied over it.
    connection.exec('PRAGMA cache_size = 0; PRAGMA cache_spill = OFF');
    // Opens the log and reads the file's header, so that a file that is no database is found out now.
    connection.exec('SELECT count(*) FROM sqlite_master');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function run({ connection }: Opened, text: string, parameters: readonly SqlValue[] = []): Row[] {
  return connection.prepare(text).all(...parameters) as Row[];
}

function rollBack({ connection }: Opened): void {
  try {
    connection.exec('ROLLBACK');
  } catch {
    // The fault has ended the transaction already.
  }
}

/**
 * Moves what was committed from the log into the file and empties the log: removing the log loses nothing, and
 * one that is left beside a backup is not applied to it.
 */
function checkpoint({ connection }: Opened): void {
  try {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // The commit is in the log, and the next checkpoint moves it.
  }
}
