import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { STORE_HELD_MS, SUBMITTING_MS } from '../../base/limits.ts';
import { codeOf, isConflict, isRolledBack, postgresFailure } from './postgres-faults.ts';
import { type Access, type Database, type Dialect, type Row, type Sql, type SqlValue, UncertainCommit } from './sql.ts';
import { TransactionQueue } from './transaction-queue.ts';
import { hasReason, unavailable } from './unavailable.ts';

/** A schema of its own: in `public` an application's table of the same name would be taken for ours. */
const SCHEMA = 'shotstack_template_mcp';
/** Whatever the server, the role or the database sets by default. A pooler takes this inside a transaction alone. */
const SETTINGS = [
  `SET LOCAL search_path = ${SCHEMA}, pg_temp`,
  'SET LOCAL synchronous_commit = on',
  `SET LOCAL lock_timeout = ${STORE_HELD_MS}`,
  `SET LOCAL statement_timeout = ${STORE_HELD_MS}`,
  // A process that is cut off in a transaction holds the others up for so long; none of ours pauses in one.
  'SET LOCAL idle_in_transaction_session_timeout = 2000',
].join('; ');
const BEGIN: Readonly<Record<Access, string>> = {
  read: `BEGIN ISOLATION LEVEL READ COMMITTED; ${SETTINGS}`,
  write: `BEGIN ISOLATION LEVEL READ COMMITTED; ${SETTINGS}; SELECT pg_advisory_xact_lock(hashtext('${SCHEMA}'))`,
};

/** Time for the server's own limits to be answered, before the connection is given up. */
const ANSWER_MS = 1_000;
/** A connection without traffic for so long is probed. */
const KEEP_ALIVE_MS = 10_000;
/** The longest pause before a transaction that met a conflict is run again. */
const LONGEST_RETRY_MS = 50;
/** The connection is kept while a submit may be out, so that its outcome does not need a new one. */
const IDLE_MS = SUBMITTING_MS;

/** Whole numbers stay numbers: every BIGINT of the schema is a time in milliseconds or a count. */
const INT8 = 20;

/**
 * Opens a shared database: one connection, made when it is first needed and again after it broke.
 *
 * @throws SurroundingsFailure `store_unavailable` where the address cannot be used
 */
export function openPostgres(url: string): Database {
  return new PostgresDatabase(url);
}

class PostgresDatabase implements Database {
  readonly place: string | undefined;
  readonly shared = true;
  readonly dialect: Dialect = {
    sequence: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    findSchema: `SELECT CASE WHEN has_schema_privilege(schemaname, 'USAGE') THEN 1 ELSE 0 END AS usable
      FROM pg_tables WHERE schemaname = '${SCHEMA}' AND tablename = 'schema_version'`,
    prepare: [`DO $$ BEGIN IF to_regnamespace('${SCHEMA}') IS NULL THEN CREATE SCHEMA ${SCHEMA}; END IF; END $$`],
    checks: [],
  };
  readonly #url: string;
  readonly #turns = new TransactionQueue();
  #client: pg.Client | undefined;
  /** Gives the connection up: when a transaction takes too long, or when none came for long. */
  #timer: NodeJS.Timeout | undefined;

  constructor(url: string) {
    this.#url = url;
    this.place = placeOf(createClient(url));
  }

  transaction<T>(access: Access, work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#turns.run(async deadline => {
      clearTimeout(this.#timer);
      const left = Math.max(0, deadline + ANSWER_MS - performance.now());
      this.#timer = setTimeout(() => this.#drop(), left);
      try {
        return await this.#repeated(access, work, deadline);
      } catch (error) {
        const failure = postgresFailure(error, this.place);
        // After a failover the connection leads to the old primary; a new connection may lead to the new one.
        if (hasReason(failure, 'read_only')) this.#drop();
        throw failure;
      } finally {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#drop(), IDLE_MS).unref();
      }
    });
  }

  async close(): Promise<void> {
    await this.#turns.ended();
    clearTimeout(this.#timer);
    await this.#client?.end();
    this.#client = undefined;
  }

  async #repeated<T>(access: Access, work: (sql: Sql) => Promise<T>, deadline: number): Promise<T> {
    for (;;) {
      try {
        return await this.#attempt(access, work, deadline);
      } catch (error) {
        if (!isConflict(error) || performance.now() >= deadline) throw error;
        await delay(Math.random() * LONGEST_RETRY_MS);
      }
    }
  }

  async #attempt<T>(access: Access, work: (sql: Sql) => Promise<T>, deadline: number): Promise<T> {
    const client = await this.#begin(access, deadline);
    let result: T;
    try {
      result = await work({ query: (text, parameters) => run(client, text, parameters) });
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
    await this.#commit(client);
    return result;
  }

  /** A connection that was idle may have died meanwhile: then nothing was begun on it, and a new one is made. */
  async #begin(access: Access, deadline: number): Promise<pg.Client> {
    const isReused = this.#client !== undefined;
    try {
      const client = this.#client ?? (await this.#connect());
      await client.query(BEGIN[access]);
      return client;
    } catch (error) {
      await this.#rollBack();
      if (isReused && this.#client === undefined && performance.now() < deadline) return this.#begin(access, deadline);
      throw error;
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = createClient(this.#url);
    // Without a listener, the end of an idle connection would end the process.
    client.on('error', () => {
      if (this.#client === client) this.#client = undefined;
    });
    this.#client = client;
    try {
      await client.connect();
    } catch (error) {
      // Where the client itself gave up, the server still waits for it.
      this.#drop();
      throw error;
    }
    return client;
  }

  async #commit(client: pg.Client): Promise<void> {
    try {
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new Error(`COMMIT was answered with ${command}`);
    } catch (error) {
      await this.#rollBack();
      if (isRolledBack(error)) throw error;
      const { code, facts } = postgresFailure(error, this.place);
      throw new UncertainCommit(code, facts);
    }
  }

  /** Fails where the connection broke: the server undoes what was begun on it. */
  async #rollBack(): Promise<void> {
    await this.#client?.query('ROLLBACK').catch(() => this.#drop());
  }

  /** Ends the connection at once; what still waits for an answer on it is rejected. */
  #drop(): void {
    this.#client?.end().catch(() => {});
    this.#client = undefined;
  }
}

function createClient(url: string): pg.Client {
  try {
    return new pg.Client({
      connectionString: withoutWarning(url),
      connectionTimeoutMillis: STORE_HELD_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      application_name: 'shotstack-template-mcp',
      types: {
        getTypeParser: (type: number, format?: 'text' | 'binary') =>
          type === INT8 ? Number : pg.types.getTypeParser(type, format as 'text'),
      },
    });
  } catch (error) {
    // The parser reads the files of `sslrootcert`, `sslcert` and `sslkey`.
    const code = (error as NodeJS.ErrnoException).syscall === undefined ? undefined : codeOf(error);
    throw code === undefined ? unavailable('bad_address', undefined) : unavailable('certificate_file', undefined, code);
  }
}

/** These modes all mean `verify-full` to this version of pg, which says so on stderr, where our log is. */
const withoutWarning = (url: string): string =>
  /[?&]uselibpqcompat=true/.test(url)
    ? url
    : url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full');

/** Host and database, unless they look like parts of a password that was not encoded. */
function placeOf({ host, database = '' }: pg.Client): string | undefined {
  return /^[\w.:/-]+$/.test(host) && /^[\w$. -]+$/.test(database) ? `${host}/${database}` : undefined;
}

async function run(client: pg.Client, text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
  let n = 0;
  const numbered = text.replace(/\?/g, () => `$${++n}`);
  const { rows } = await client.query<Row>(numbered, [...parameters]);
  return rows;
}
