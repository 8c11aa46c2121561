/** A value that both databases take and give back as it is. */
export type SqlValue = string | number | null | Uint8Array;
export type Row = Record<string, SqlValue>;

/** Runs one statement with `?` for its parameters, and gives its rows. */
export interface Sql {
  query(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}

/** A SQL database as the store needs it. Everything that goes wrong in it rejects with a `store_unavailable` Failure. */
export interface Database extends Sql {
  /** Runs `work` all or nothing, and after any other transaction under the same name, in whatever process. */
  transaction<T>(name: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** The same database for what can be found out again: a power cut may undo it, the end of a process does not. */
  readonly passing: Pick<Database, 'query' | 'transaction'>;
  close(): Promise<void>;
}
