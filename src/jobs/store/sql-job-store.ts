import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { JsonObject } from '../../base/json.ts';
import type { JobReport, Output, Submission, TemplateUpdate } from '../../gateway/gateway.ts';
import type { JobStatus } from '../../guidance/progress.ts';
import { fingerprint, hashDefinition } from '../fingerprint.ts';
import { accepted, type JobRecord, looked, newRecord, RESULT_KEPT_MS } from '../job.ts';
import type { JobFilter, JobStore, Reservation, SentDefinition, SubmitRules } from './job-store.ts';
import { isGone, thisOwner } from './owner.ts';
import { migrate } from './schema.ts';
import type { Database, Row, Sql, SqlValue } from './sql.ts';

const DUPLICATE_WINDOW_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEPT_MS = 30 * DAY_MS;
/** No call lasts so long: whatever is still submitting then was left behind, wherever its process ran. */
const STALE_SUBMIT_MS = 2 * 60_000;
/** Clocks of a fleet may differ by so much without one of them being wrong. */
const SKEW_MS = 60_000;

const BY_REQUEST = 'request_id = ? ORDER BY submitted_at DESC LIMIT 1';
/**
 * The time from which the rules count a submit; its one parameter is the latest time that can be right. One from the
 * future counts from when it was met, and keeps its own time, which is right again once the clock is.
 */
const COUNTED_FROM = 'CASE WHEN submitted_at > ? THEN met_at ELSE submitted_at END';
const LIVE = "status IN ('SUBMITTING', 'IN_QUEUE', 'IN_PROGRESS')";

export interface SqlStoreOptions {
  database: Database;
  /** What names the database in a message. */
  place: string;
  /** Whose jobs these are: nobody sees another tenant's. */
  tenant: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The job store over SQL, the same for every database. */
export class SqlJobStore implements JobStore {
  readonly #database: Database;
  readonly #tenant: string;
  readonly #now: () => number;
  readonly #owner = thisOwner();
  #prunedAt = 0;

  private constructor({ database, tenant, now }: SqlStoreOptions) {
    this.#database = database;
    this.#tenant = tenant;
    this.#now = now;
  }

  /** Brings the database up to date, forgets what is long over, and marks what dead processes left behind. */
  static async open(options: SqlStoreOptions): Promise<SqlJobStore> {
    await migrate(options.database, options.place);
    const store = new SqlJobStore(options);
    await store.#database.transaction(options.tenant, async sql => {
      await store.#prune(sql);
      await store.#tidy(sql);
    });
    return store;
  }

  async reserve(update: TemplateUpdate, rules: SubmitRules): Promise<Reservation> {
    const body = update.templateId !== null && update.definition ? await compress(update.definition) : null;
    const print = fingerprint(update);
    const definitionHash = hashDefinition(update.definition);
    return this.#database.transaction(this.#tenant, async sql => {
      const now = this.#now();
      await this.#tidy(sql);
      if (now - this.#prunedAt > DAY_MS) await this.#prune(sql);
      if (!rules.allowDuplicate) {
        const [twin] = await this.#select(
          sql,
          `fingerprint = ? AND ${COUNTED_FROM} > ? AND status NOT IN ('FAILED', 'CANCELLED') ORDER BY submitted_at DESC LIMIT 1`,
          [print, now + SKEW_MS, now - DUPLICATE_WINDOW_MS],
        );
        if (twin) return { kind: 'duplicate', record: twin };
      }
      const spent = rules.maxPerHour > 0 ? await this.#spent(sql, rules.maxPerHour, now) : null;
      if (spent) return spent;
      const rivals = update.templateId === null ? [] : await this.#rivals(sql, update.templateId, definitionHash, now);
      const id = randomUUID();
      await sql.query(
        `INSERT INTO jobs (id, tenant, status, owner, fingerprint, definition_hash, template_id, name, submitted_at, outputs)
         VALUES (?, ?, 'SUBMITTING', ?, ?, ?, ?, ?, ?, '[]')`,
        [id, this.#tenant, this.#owner, print, definitionHash, update.templateId, update.name, now],
      );
      if (body) await sql.query('INSERT INTO definitions (job_id, body) VALUES (?, ?)', [id, body]);
      return { kind: 'reserved', id, rivals };
    });
  }

  async accept(id: string, submission: Submission): Promise<JobRecord> {
    return this.#database.transaction(this.#tenant, async sql => {
      // Somebody may have looked the job up before its own submit could write it down: what they saw is newer.
      const stranger = 'request_id = ? AND fingerprint IS NULL';
      const [seen] = await this.#select(sql, stranger, [submission.requestId]);
      await sql.query(`DELETE FROM jobs WHERE tenant = ? AND ${stranger}`, [this.#tenant, submission.requestId]);
      const [known] = await this.#select(sql, 'id = ?', [id]);
      const fresh = accepted(known ?? newRecord(null, this.#now()), submission);
      const { templateId, name, submittedAt } = fresh;
      const [recordId, costUsd] = [seen?.recordId ?? fresh.recordId, seen?.costUsd ?? fresh.costUsd];
      const record = seen ? { ...seen, templateId, name, submittedAt, recordId, costUsd } : fresh;
      await this.#write(sql, id, record);
      return record;
    });
  }

  async withdraw(id: string): Promise<void> {
    await this.#database.query('DELETE FROM jobs WHERE id = ?', [id]);
  }

  async doubt(id: string, requestId: string | null, recordId: string | null): Promise<void> {
    await this.#database.query("UPDATE jobs SET status = 'UNKNOWN', request_id = ?, record_id = ? WHERE id = ?", [
      requestId,
      recordId,
      id,
    ]);
  }

  async find(requestId: string): Promise<JobRecord | null> {
    const [record] = await this.#select(this.#database, BY_REQUEST, [requestId]);
    return record ?? null;
  }

  async claimLook(requestId: string, intervalMs: number): Promise<boolean> {
    const now = this.#now();
    // A claim from the future tells that the clock was moved back.
    const claimed = await this.#database.passing.query(
      `UPDATE jobs SET asked_at = ? WHERE tenant = ? AND request_id = ? AND (asked_at IS NULL OR asked_at <= ? OR asked_at > ?)
       RETURNING id`,
      [now, this.#tenant, requestId, now - intervalMs, now],
    );
    return claimed.length > 0;
  }

  async releaseLook(requestId: string): Promise<void> {
    await this.#database.passing.query('UPDATE jobs SET asked_at = NULL WHERE tenant = ? AND request_id = ?', [
      this.#tenant,
      requestId,
    ]);
  }

  async look(requestId: string, report: JobReport): Promise<JobRecord> {
    return this.#database.passing.transaction(this.#tenant, async sql => {
      const now = this.#now();
      const [row] = await sql.query(`SELECT * FROM jobs WHERE tenant = ? AND ${BY_REQUEST}`, [this.#tenant, requestId]);
      const known = row ? toRecord(row) : newRecord(requestId, now);
      const record = looked(known, report, now, row !== undefined);
      const id = row ? String(row.id) : randomUUID();
      if (!row) {
        const text = "INSERT INTO jobs (id, tenant, status, submitted_at, outputs) VALUES (?, ?, ?, ?, '[]')";
        await sql.query(text, [id, this.#tenant, record.status, now]);
      }
      await this.#write(sql, id, record);
      return record;
    });
  }

  async list({ status, templateId, prefix, limit }: JobFilter): Promise<JobRecord[]> {
    await this.#database.transaction(this.#tenant, sql => this.#tidy(sql));
    const conditions: [string, ...SqlValue[]][] = [];
    if (status !== undefined) conditions.push(['status = ?', status]);
    if (templateId !== undefined) conditions.push(['template_id = ?', templateId]);
    if (prefix !== undefined) conditions.push(['substr(request_id, 1, ?) = ?', prefix.length, prefix]);
    return this.#select(
      this.#database,
      `${['1 = 1', ...conditions.map(([text]) => text)].join(' AND ')} ORDER BY submitted_at DESC, id LIMIT ?`,
      [...conditions.flatMap(([, ...values]) => values), limit],
    );
  }

  async definitions(templateId: string, limit: number): Promise<SentDefinition[]> {
    const rows = await this.#database.query(
      `SELECT jobs.*, definitions.body FROM jobs JOIN definitions ON definitions.job_id = jobs.id
       WHERE tenant = ? AND template_id = ? AND status NOT IN ('FAILED', 'CANCELLED') ORDER BY submitted_at DESC LIMIT ?`,
      [this.#tenant, templateId, limit],
    );
    return Promise.all(
      rows.map(async row => {
        const { submittedAt: sentAt, requestId, status, name } = toRecord(row);
        return { sentAt, requestId, status, name, definition: await decompress(row.body as Uint8Array) };
      }),
    );
  }

  async templates(limit: number): Promise<string[]> {
    const rows = await this.#database.query(
      `SELECT template_id FROM jobs JOIN definitions ON definitions.job_id = jobs.id
       WHERE tenant = ? AND status NOT IN ('FAILED', 'CANCELLED') GROUP BY template_id ORDER BY max(submitted_at) DESC LIMIT ?`,
      [this.#tenant, limit],
    );
    return rows.map(row => String(row.template_id));
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #select(sql: Sql, condition: string, parameters: readonly SqlValue[]): Promise<JobRecord[]> {
    const rows = await sql.query(`SELECT * FROM jobs WHERE tenant = ? AND ${condition}`, [this.#tenant, ...parameters]);
    return rows.map(toRecord);
  }

  async #write(sql: Sql, id: string, record: JobRecord): Promise<void> {
    await sql.query(
      `UPDATE jobs SET request_id = ?, status = ?, checked_at = ?, completed_at = ?, outputs = ?, failure = ?, record_id = ?,
       cost_usd = ? WHERE id = ?`,
      [
        record.requestId,
        record.status,
        record.checkedAt,
        record.completedAt,
        JSON.stringify(record.outputs),
        record.failure,
        record.recordId,
        record.costUsd,
        id,
      ],
    );
  }

  async #spent(sql: Sql, most: number, now: number): Promise<Reservation | null> {
    const rows = await sql.query(
      `SELECT counted_from FROM (SELECT ${COUNTED_FROM} AS counted_from FROM jobs
       WHERE tenant = ? AND fingerprint IS NOT NULL AND submitted_at > ?) AS submits WHERE counted_from > ? ORDER BY counted_from DESC LIMIT ?`,
      [now + SKEW_MS, this.#tenant, now - HOUR_MS, now - HOUR_MS, most],
    );
    const oldest = rows.at(-1);
    if (rows.length < most || !oldest) return null;
    return { kind: 'spent', used: rows.length, nextFreeAt: Number(oldest.counted_from) + HOUR_MS };
  }

  /** A job that nobody followed stays live in the store, so only those of the last hour count. */
  async #rivals(sql: Sql, templateId: string, definitionHash: string | null, now: number): Promise<JobRecord[]> {
    return this.#select(
      sql,
      `template_id = ? AND ${LIVE} AND submitted_at > ? AND COALESCE(definition_hash, '') <> ? ORDER BY submitted_at DESC LIMIT 5`,
      [templateId, now - HOUR_MS, definitionHash ?? ''],
    );
  }

  /** Makes what dead processes were submitting UNKNOWN, and notes when submits from the future were met. */
  async #tidy(sql: Sql): Promise<void> {
    const now = this.#now();
    await sql.query(
      'UPDATE jobs SET met_at = ? WHERE tenant = ? AND submitted_at > ? AND (met_at IS NULL OR met_at > ?)',
      [now, this.#tenant, now + SKEW_MS, now + SKEW_MS],
    );
    // Its own are looked at only once they are stale: when many leave together, each would else look at all others.
    const rows = await sql.query(
      `SELECT id, owner, ${COUNTED_FROM} AS counted_from FROM jobs WHERE tenant = ? AND status = 'SUBMITTING'
       AND (owner IS NULL OR owner <> ? OR submitted_at < ? OR submitted_at > ?)`,
      [now + SKEW_MS, this.#tenant, this.#owner, now - STALE_SUBMIT_MS, now + SKEW_MS],
    );
    for (const row of rows) {
      const stale = now - Number(row.counted_from) > STALE_SUBMIT_MS;
      if (!stale && !isGone(row.owner as string | null)) continue;
      await sql.query("UPDATE jobs SET status = 'UNKNOWN' WHERE id = ?", [row.id ?? null]);
    }
  }

  /** Forgets jobs 30 days after they ended; one that was never seen to end had ended a week later at the latest. */
  async #prune(sql: Sql): Promise<void> {
    this.#prunedAt = this.#now();
    await sql.query(
      `DELETE FROM jobs WHERE tenant = ? AND COALESCE(completed_at, checked_at, submitted_at) +
       CASE WHEN status IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN 0 ELSE ${RESULT_KEPT_MS} END < ?`,
      [this.#tenant, this.#now() - KEPT_MS],
    );
  }
}

function toRecord(row: Row): JobRecord {
  const number = (value: SqlValue | undefined): number | null => (value == null ? null : Number(value));
  const text = (value: SqlValue | undefined): string | null => (value == null ? null : String(value));
  return {
    requestId: text(row.request_id),
    status: String(row.status) as JobStatus,
    templateId: text(row.template_id),
    name: text(row.name),
    submittedAt: Number(row.submitted_at),
    checkedAt: number(row.checked_at),
    completedAt: number(row.completed_at),
    outputs: JSON.parse(String(row.outputs)) as Output[],
    failure: text(row.failure),
    recordId: text(row.record_id),
    costUsd: number(row.cost_usd),
  };
}

const compress = async (definition: JsonObject): Promise<Uint8Array> =>
  promisify(gzip)(Buffer.from(JSON.stringify(definition)));

const decompress = async (body: Uint8Array): Promise<JsonObject> =>
  JSON.parse((await promisify(gunzip)(body)).toString('utf8')) as JsonObject;
