import type { Accepted } from '../../gateway/gateway.ts';
import type { JobRecord } from '../job.ts';
import { acceptedRecord, doubtRecord, mergeRecords } from '../transitions.ts';
import type { ReservedRow } from './job-store.ts';
import type { Row, Sql, SqlValue } from './sql.ts';
import { readJob, type Storable, type StoredJob, type Viewer, writeJob } from './stored-job.ts';

export interface JobRowsOptions {
  sql: Sql;
  /** Milliseconds since the epoch. */
  now: number;
  /** The gateway that jobs are submitted to. */
  origin: string;
  viewer: Viewer;
  storable: Storable;
}

/** The table of jobs within one transaction. */
export class JobRows {
  readonly sql: Sql;
  readonly now: number;
  readonly #origin: string;
  readonly #viewer: Viewer;
  readonly #storable: Storable;

  constructor({ sql, now, origin, viewer, storable }: JobRowsOptions) {
    this.sql = sql;
    this.now = now;
    this.#origin = origin;
    this.#viewer = viewer;
    this.#storable = storable;
  }

  /** The text if the database can hold it. */
  storable(text: string | undefined): string | undefined {
    return text !== undefined && this.#storable(text) ? text : undefined;
  }

  read(row: Row): StoredJob {
    return readJob(row, this.#viewer, this.now);
  }

  /** The rows that this tenant may see; `condition` may end in an ORDER BY. */
  async select(condition: string, parameters: readonly SqlValue[]): Promise<StoredJob[]> {
    const { shared, tenant } = this.#viewer;
    const scope = shared ? 'tenant = ? AND ' : '';
    const rows = await this.sql.query(`SELECT * FROM job_rows WHERE ${scope}${condition}`, [
      ...(shared ? [tenant] : []),
      ...parameters,
    ]);
    return rows.map(row => this.read(row));
  }

  async load(rowId: string): Promise<StoredJob | undefined> {
    const [job] = await this.select('id = ?', [rowId]);
    return job;
  }

  /** The row of that id: at the present gateway before another, of a submit of ours before one that was only polled. */
  async find(requestId: string): Promise<StoredJob | undefined> {
    const [job] = await this.select(
      `request_id = ? ORDER BY CASE WHEN origin = ? THEN 0 ELSE 1 END, CASE WHEN intent IS NULL THEN 1 ELSE 0 END, seq DESC
       LIMIT 1`,
      [requestId, this.#origin],
    );
    return job;
  }

  /** As `find`, at the present gateway alone. */
  async findHere(requestId: string): Promise<StoredJob | undefined> {
    const job = await this.find(requestId);
    return job?.record.origin === this.#origin ? job : undefined;
  }

  /** Writes the row and resolves to it as it is then. */
  async save(job: StoredJob, record: JobRecord): Promise<JobRecord> {
    await writeJob(this.sql, { ...job, record }, this.#storable);
    return (await this.load(record.rowId))?.record ?? record;
  }

  async saveDefinition({ id, definition }: ReservedRow): Promise<void> {
    if (!definition) return;
    const text = 'INSERT INTO definitions (job_id, body) VALUES (?, ?) ON CONFLICT (job_id) DO NOTHING';
    await this.sql.query(text, [id, definition]);
  }

  async remove(rowId: string): Promise<void> {
    await this.sql.query('DELETE FROM jobs WHERE id = ?', [rowId]);
  }

  /** Whether a submit of ours, of whichever tenant, has this id. */
  async isOwned(requestId: string, exceptRowId: string): Promise<boolean> {
    const owners = await this.sql.query(
      'SELECT 1 FROM jobs WHERE request_id = ? AND origin = ? AND intent IS NOT NULL AND id <> ? LIMIT 1',
      [requestId, this.#origin, exceptRowId],
    );
    return owners.length > 0;
  }

  /**
   * The record with what was accepted. An id that another submit of ours owns leaves a doubt; a row of that id that was
   * only polled, before this answer could be written, is merged into this one.
   */
  async accept(record: JobRecord, accepted: Accepted): Promise<JobRecord> {
    const { requestId, recordId } = accepted;
    if (requestId === undefined) return acceptedRecord(record, accepted, this.now);
    if (await this.isOwned(requestId, record.rowId)) return doubtRecord(record, undefined, recordId);
    const own = acceptedRecord(record, accepted, this.now);
    const [polled] = await this.select('request_id = ? AND origin = ? AND intent IS NULL', [requestId, this.#origin]);
    if (!polled) return own;
    await this.remove(polled.record.rowId);
    return mergeRecords(own, polled.record);
  }
}
