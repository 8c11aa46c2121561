import { randomUUID } from 'node:crypto';
import type { SurroundingsFailure } from '../../base/failure.ts';
import { SCHEMA_VERSION, schema } from './schema.ts';
import type { Access, Database, Row, Sql } from './sql.ts';
import { hasReason, unavailable } from './unavailable.ts';

/** Which database it is, and how often it was written to. */
interface Identity {
  storeId: string;
  changes: number;
}

/**
 * A database that is opened when it is first used and given the schema if it has none. Each transaction checks that it is
 * still the same one, whatever happened to its file or server meanwhile: another one, or an older copy, rejects it as
 * `lost`, and is used from then on.
 */
export class CheckedDatabase {
  readonly #open: () => Promise<Database>;
  #database: Promise<Database> | undefined;
  #preparing: Promise<void> | undefined;
  /** Undefined until the schema is known to be there. */
  #identity: Identity | undefined;
  #generation = 0;
  #loss: SurroundingsFailure | undefined;

  constructor(open: () => Promise<Database>) {
    this.#open = open;
  }

  /** Counts the databases that were lost. */
  get generation(): number {
    return this.#generation;
  }

  /** How the database was lost since this was last called. */
  takeLoss(): SurroundingsFailure | undefined {
    const loss = this.#loss;
    this.#loss = undefined;
    return loss;
  }

  read<T>(work: (sql: Sql, database: Database) => Promise<T>): Promise<T> {
    return this.#checked('read', 'SELECT * FROM schema_version', work);
  }

  write<T>(work: (sql: Sql, database: Database) => Promise<T>): Promise<T> {
    return this.#checked('write', 'UPDATE schema_version SET changes = changes + 1 RETURNING *', work);
  }

  async close(): Promise<void> {
    const database = await this.#database?.catch(() => undefined);
    await database?.close();
  }

  async #checked<T>(access: Access, check: string, work: (sql: Sql, database: Database) => Promise<T>): Promise<T> {
    const database = await this.#ready();
    let known: Identity | undefined;
    let isKnown = false;
    try {
      const [identity, result] = await database.transaction(access, async sql => {
        known = this.#identity;
        isKnown = false;
        const [row] = await sql.query(check);
        const found = readIdentity(row, database.place);
        if (known && (found.storeId !== known.storeId || found.changes < known.changes)) {
          throw unavailable('lost', database.place);
        }
        isKnown = true;
        return [found, await work(sql, database)] as const;
      });
      if (this.#identity === known) this.#identity = identity;
      return result;
    } catch (error) {
      if (isKnown && hasReason(error, 'lost')) throw unavailable('corrupt', database.place, 'a table is missing');
      if (known && this.#identity === known && hasReason(error, 'lost')) {
        this.#identity = undefined;
        this.#generation += 1;
        this.#loss = error;
      }
      throw error;
    }
  }

  async #ready(): Promise<Database> {
    this.#database ??= this.#open().catch(error => {
      this.#database = undefined;
      throw error;
    });
    const database = await this.#database;
    if (this.#identity === undefined) {
      this.#preparing ??= this.#prepare(database).finally(() => {
        this.#preparing = undefined;
      });
      await this.#preparing;
    }
    return database;
  }

  /** Reads first: where a schema exists, a role that may not create tables, or a full disk, is no problem. */
  async #prepare(database: Database): Promise<void> {
    const find = (sql: Sql): Promise<Identity | undefined> => findSchema(sql, database);
    this.#identity =
      (await database.transaction('read', find)) ??
      (await database.transaction('write', async sql => (await find(sql)) ?? createSchema(sql, database)));
  }
}

/** Which store a database holds; undefined if it holds none yet. */
export async function findSchema(sql: Sql, { dialect, place }: Database): Promise<Identity | undefined> {
  const [found] = await sql.query(dialect.findSchema);
  if (!found) return undefined;
  if (Number(found.usable) === 0) throw unavailable('no_rights', place);
  const [row] = await sql.query('SELECT * FROM schema_version');
  return readIdentity(row, place);
}

async function createSchema(sql: Sql, { dialect }: Database): Promise<Identity> {
  for (const statement of schema(dialect)) await sql.query(statement);
  const storeId = randomUUID();
  await sql.query('INSERT INTO schema_version (version, store_id, changes) VALUES (?, ?, 0)', [
    SCHEMA_VERSION,
    storeId,
  ]);
  return { storeId, changes: 0 };
}

function readIdentity(row: Row | undefined, place: string | undefined): Identity {
  const version = Number(row?.version ?? 0);
  if (version > SCHEMA_VERSION) throw unavailable('newer', place, `schema ${version}`);
  if (version < SCHEMA_VERSION) throw unavailable('corrupt', place, `schema ${version}`);
  return { storeId: String(row?.store_id), changes: Number(row?.changes) };
}
