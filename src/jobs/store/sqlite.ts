import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { Failure } from '../../base/failure.ts';
import type { Database, Row, Sql, SqlValue } from './sql.ts';
import { isBusy, isCorrupt } from './sqlite-codes.ts';
import { type Connection, type Driver, loadDriver, type Statement } from './sqlite-driver.ts';

const MEMORY = ':memory:';
/** How long another process may hold the database before that is a problem. */
const PATIENCE_MS = 5_000;
/**
 * The longest pause before the database is tried again. Between two commits of another process it is free for about a
 * millisecond, and SQLite's own waiting, with pauses of up to 25 ms in which the whole process stands still, mostly
 * misses that.
 */
const PAUSE_MS = 3;
/** Most transactions in one commit: other processes wait meanwhile. */
const MOST_TOGETHER = 100;

/**
 * Opens, and creates if need be, an embedded database.
 *
 * @param file its path, or `:memory:`
 * @param onCorrupt called when the file is corrupt and was set aside, or is gone, so that it must be opened anew
 * @throws Failure `store_unavailable`
 */
export async function openSqlite(file: string, onCorrupt: () => void = () => {}): Promise<Database> {
  const driver = await loadDriver();
  // Two processes that create the file at the same instant can fail on the switch to WAL whatever the busy time-out.
  return patiently(async () => {
    const inode = prepareFile(file);
    try {
      return new SqliteDatabase(connect(driver, file), file, inode, onCorrupt);
    } catch (error) {
      throw isBusy(error) ? error : asFailure(error, file, inode);
    }
  }, file);
}

/** Tries again while another process holds the database, for `PATIENCE_MS` from the given monotonic time on. */
async function patiently<T>(work: () => Promise<T>, file: string, since = performance.now()): Promise<T> {
  const end = since + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= end) throw asFailure(error, file, 0);
      await delay(Math.random() * PAUSE_MS);
    }
  }
}

function connect(driver: Driver, file: string): Connection {
  const connection = new driver.DatabaseSync(file);
  try {
    connection.exec('PRAGMA busy_timeout = 0');
    connection.exec('PRAGMA journal_mode = WAL');
    connection.exec('PRAGMA synchronous = FULL');
    connection.exec('PRAGMA foreign_keys = ON');
    // Reads the file's header, so that a file that is no database is found out now.
    connection.prepare('SELECT count(*) FROM sqlite_master').all();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Makes the folder (0700) and the file (0600), and tells which file it is. */
function prepareFile(file: string): number {
  if (file === MEMORY) return 0;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    return statSync(file).ino;
  } catch (error) {
    throw asFailure(error, file, 0);
  }
}

/** A transaction that waits for its turn. */
interface Waiting {
  /** When it was asked for, in monotonic milliseconds. */
  asked: number;
  /** Whether it must be on disk before it is told. */
  lasting: boolean;
  /** Does its work, and gives what is to be done once that is on disk. */
  run(sql: Sql): Promise<() => void>;
  reject(error: unknown): void;
}

/** The one connection. Transactions that are asked for together reach the disk in one commit, each all or nothing. */
class SqliteDatabase implements Database {
  readonly #connection: Connection;
  readonly #file: string;
  readonly #inode: number;
  readonly #onCorrupt: () => void;
  /** The store has some forty statements, and preparing one takes longer than running it. */
  readonly #statements = new Map<string, Statement>();
  readonly #sql: Sql = { query: async (text, parameters = []) => this.#run(text, parameters) };
  readonly passing: Database['passing'] = {
    query: (text, parameters = []) => this.#inTurn(() => this.#unsynced(async () => this.#run(text, parameters))),
    transaction: (_name, work) => this.#enqueue(work, false),
  };
  /** When the database was last had, in monotonic milliseconds: it is held only if nobody here gets it. */
  #had = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting: Waiting[] = [];

  constructor(connection: Connection, file: string, inode: number, onCorrupt: () => void) {
    this.#connection = connection;
    this.#file = file;
    this.#inode = inode;
    this.#onCorrupt = onCorrupt;
  }

  query(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#inTurn(async () => this.#run(text, parameters));
  }

  transaction<T>(_name: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#enqueue(work, true);
  }

  async close(): Promise<void> {
    do await this.#turn;
    while (this.#waiting.length > 0);
    this.#connection.close();
  }

  #enqueue<T>(work: (sql: Sql) => Promise<T>, lasting: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = async (sql: Sql): Promise<() => void> => {
        const result = await work(sql);
        return () => resolve(result);
      };
      if (this.#waiting.push({ asked: performance.now(), lasting, run, reject }) === 1) this.#commitSoon();
    });
  }

  /** There is one connection, so nobody may come between the statements of a transaction. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const asked = performance.now();
    const turn = this.#turn.then(() => this.#usable(work, asked));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #usable<T>(work: () => Promise<T>, asked: number): Promise<T> {
    this.#checkFile();
    const result = await patiently(work, this.#file, Math.max(asked, this.#had));
    this.#had = performance.now();
    return result;
  }

  #commitSoon(): void {
    this.#turn = this.#turn.then(() => this.#commitWaiting());
  }

  /** Does those that wait; what comes of each is told once it is on disk. */
  async #commitWaiting(): Promise<void> {
    // What was told before sets out now, and whoever asks at the same time comes along. In memory nothing is saved by that.
    if (this.#file !== MEMORY) await nextTurn();
    const group = this.#waiting.splice(0, MOST_TOGETHER);
    if (this.#waiting.length > 0) this.#commitSoon();
    await this.#tryCommit(group);
    // Where one crowd follows the other, other processes would hardly ever find the database free.
    if (group.length > 1) await delay(1);
  }

  async #tryCommit(group: Waiting[]): Promise<void> {
    let begun = false;
    const commit = async (): Promise<(() => void)[]> => {
      this.#run('BEGIN IMMEDIATE', []);
      begun = true;
      return this.#commit(group);
    };
    try {
      const work = group.some(({ lasting }) => lasting) ? commit : () => this.#unsynced(commit);
      const asked = Math.max(...group.map(one => one.asked));
      for (const tell of await this.#usable(work, asked)) tell();
    } catch (error) {
      // All are undone. Whose fault it was shows when each is done by itself, unless the file is gone or held for all.
      if (begun && group.length > 1 && this.#isInPlace()) for (const one of group) await this.#tryCommit([one]);
      else for (const { reject } of group) reject(error);
    }
  }

  /** Does not wait for the disk; the next commit that does takes what was written before along. */
  async #unsynced<T>(work: () => Promise<T>): Promise<T> {
    this.#connection.exec('PRAGMA synchronous = NORMAL');
    try {
      return await work();
    } finally {
      this.#connection.exec('PRAGMA synchronous = FULL');
    }
  }

  /** Ends the transaction that has begun, one way or the other. */
  async #commit(group: Waiting[]): Promise<(() => void)[]> {
    try {
      const tellings: (() => void)[] = [];
      for (const { run } of group) tellings.push(await run(this.#sql));
      this.#run('COMMIT', []);
      return tellings;
    } catch (error) {
      try {
        this.#connection.exec('ROLLBACK');
      } catch {
        // The fault has ended the transaction already.
      }
      throw error;
    }
  }

  /** A file that was moved or deleted would be written to all the same, and no other process would see it. */
  #checkFile(): void {
    if (this.#isInPlace()) return;
    this.#onCorrupt();
    throw new Failure('store_unavailable', {
      detail: `The job store ${this.#file} was moved or deleted while this server used it.`,
      cure: 'Put it back, if its jobs matter; the next call opens what stands there then, or starts an empty store.',
    });
  }

  #isInPlace(): boolean {
    return this.#file === MEMORY || inodeOf(this.#file) === this.#inode;
  }

  #run(text: string, parameters: readonly SqlValue[]): Row[] {
    try {
      const statement = this.#statements.get(text) ?? this.#connection.prepare(text);
      this.#statements.set(text, statement);
      return statement.all(...parameters) as Row[];
    } catch (error) {
      if (isBusy(error)) throw error;
      if (isCorrupt(error)) this.#onCorrupt();
      throw asFailure(error, this.#file, this.#inode);
    }
  }
}

function inodeOf(file: string): number | null {
  try {
    return statSync(file).ino;
  } catch {
    return null;
  }
}

function asFailure(error: unknown, file: string, inode: number): Failure {
  if (error instanceof Failure) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (!isCorrupt(error)) {
    return new Failure('store_unavailable', {
      detail: `The job store ${file} cannot be used: ${said}.`,
      cure: isBusy(error)
        ? 'Another process has held it for long; try again in a minute.'
        : 'Make its folder exist and be writable, with room on the disk, or name another with SHOTSTACK_MCP_DATA_DIR.',
    });
  }
  const aside = setAside(file, inode);
  return new Failure('store_unavailable', {
    detail: `The job store ${file} is corrupt.${aside ? ` It was set aside as ${aside}.` : ''}`,
    cure: 'Look at the wholesale dashboard for jobs that ran; the next call starts with an empty store, which remembers no earlier job.',
  });
}

/** Renames a corrupt database, unless another process has done so already and this is its successor. */
function setAside(file: string, inode: number): string | null {
  const aside = `${file}.corrupt-${Date.now()}`;
  try {
    if (statSync(file).ino !== inode) return null;
    renameSync(file, aside);
    for (const part of ['-wal', '-shm']) {
      try {
        renameSync(`${file}${part}`, `${aside}${part}`);
      } catch {
        // There need not be one.
      }
    }
    return aside;
  } catch {
    return null;
  }
}
