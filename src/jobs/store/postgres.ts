import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Failure } from '../../base/failure.ts';
import type { Database, Row, Sql, SqlValue } from './sql.ts';

const CONNECT_MS = 5_000;
/** A whole transaction, waiting for its lock included. */
const TRANSACTION_MS = 6_000;

/** Whole numbers stay numbers: every BIGINT of the schema is a time in milliseconds. */
const INT8 = 20;

/** Opens a shared database. Nothing is sent before the first statement; a broken connection is replaced by the pool. */
export function openPostgres(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: TRANSACTION_MS,
    statement_timeout: TRANSACTION_MS,
    application_name: 'shotstack-template-mcp',
    types: {
      getTypeParser: (type: number, format?: 'text' | 'binary') =>
        type === INT8 ? Number : pg.types.getTypeParser(type, format as 'text'),
    },
  });
  // Without a listener the end of an idle connection would end the process; the next statement gets a new one.
  pool.on('error', () => {});
  const place = placeOf(url);

  const sql: Database['passing'] = {
    query: (text, parameters) => guarded(place, () => run(pool, text, parameters)),
    transaction: (name, work) => guarded(place, () => transaction(pool, name, work)),
  };
  return { ...sql, passing: sql, close: () => pool.end() };
}

async function transaction<T>(pool: pg.Pool, name: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks while it is out says so twice: to whoever waits on it, and here.
  client.on('error', () => {});
  const steps = async (): Promise<T> => {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`shotstack-template-mcp ${name}`]);
    const result = await work({ query: (text, parameters) => run(client, text, parameters) });
    await client.query('COMMIT');
    return result;
  };
  const late = new AbortController();
  const timeUp = delay(TRANSACTION_MS, undefined, { signal: late.signal }).then(() => {
    throw Object.assign(new Error('The transaction took too long.'), { code: 'TIMEOUT' });
  });
  try {
    const result = await Promise.race([steps(), timeUp]);
    client.release();
    return result;
  } catch (error) {
    // The database undoes what was begun when the connection ends.
    client.release(true);
    throw error;
  } finally {
    late.abort();
    timeUp.catch(() => {});
  }
}

async function run(
  client: pg.Pool | pg.PoolClient,
  text: string,
  parameters: readonly SqlValue[] = [],
): Promise<Row[]> {
  let n = 0;
  const { rows } = await client.query<Row>(
    text.replace(/\?/g, () => `$${++n}`),
    [...parameters],
  );
  return rows;
}

async function guarded<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const known = typeof code === 'string' ? ` (${code})` : '';
    throw new Failure('store_unavailable', {
      detail: `The job store, the PostgreSQL database ${place}, cannot be used${known}.`,
      cure: 'Check that the database runs and that SHOTSTACK_MCP_DATABASE_URL is right; the connection heals by itself.',
    });
  }
}

/** The database without its user and password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
