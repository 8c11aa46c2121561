import { SurroundingsFailure } from '../../base/failure.ts';

/** A value that both databases take and give back as it is. */
export type SqlValue = string | number | null | Uint8Array;
export type Row = Record<string, SqlValue>;

/** Runs one statement with `?` for its parameters, and resolves to its rows. */
export interface Sql {
  query(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}

/** A read sees one state of the database; a write runs after any other write, whichever process it comes from. */
export type Access = 'read' | 'write';

/** A SQL database as the store needs it. Everything that goes wrong in it rejects with a `store_unavailable` failure. */
export interface Database {
  /** Its file, or its host and name; undefined where naming it could show a password. */
  readonly place: string | undefined;
  /** Whether it holds the jobs of several tenants. */
  readonly shared: boolean;
  readonly dialect: Dialect;
  /**
   * Runs `work` all or nothing, on disk when it resolves. `work` may run again after a conflict with another process.
   * Rejects with an `UncertainCommit` when it is not known whether `work` counts.
   */
  transaction<T>(access: Access, work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What is written otherwise in each database. */
export interface Dialect {
  /** Declares a column that numbers the rows in the order in which they are inserted. */
  readonly sequence: string;
  /** Yields a row if the schema is there; its column `usable` is 0 where the role has no right to use it. */
  readonly findSchema: string;
  /** Makes room for the schema. */
  readonly prepare: readonly string[];
  /** Each yields `ok` unless the database is damaged. */
  readonly checks: readonly string[];
}

/** The COMMIT was not answered, so the transaction may count or not. */
export class UncertainCommit extends SurroundingsFailure {}
