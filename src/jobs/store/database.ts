/** A value that both databases take and give back as it is. */
export type SqlValue = string | number | null | Uint8Array;
export type Row = Record<string, SqlValue>;

/** Runs one statement with `?` for its parameters, and gives its rows. */
export interface Sql {
  query(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}

/** A SQL database as the store needs it. Everything that goes wrong in it rejects with a `store_unavailable` Failure. */
export interface Database extends Sql {
  /** Runs one statement. What it changed outlives this process, but perhaps not a loss of power. */
  query(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  /**
   * Runs `work` all or nothing, and after any other transaction under the same name, in whatever process. Its changes
   * are on disk before it resolves, unless they are `renewable`: such as could be learned anew.
   */
  transaction<T>(name: string, work: (sql: Sql) => Promise<T>, renewable?: boolean): Promise<T>;
  close(): Promise<void>;
}
