import { omitUndefined } from '../../base/json.ts';
import { MAX_CLOCK_SKEW_MS } from '../../base/limits.ts';
import type { Output } from '../../gateway/gateway.ts';
import { type JobRecord, type JobStatus, newRecord } from '../job.ts';
import { reservedRecord } from '../transitions.ts';
import type { ReservedRow } from './job-store.ts';
import type { Row, Sql, SqlValue } from './sql.ts';

/** A row of the table `jobs`: what is shown of it, and what is not. */
export interface StoredJob {
  record: JobRecord;
  tenant: string;
  model?: string;
  definitionHash?: string;
  editsIntent?: string;
}

/** Whose key looks at the rows. */
export interface Viewer {
  tenant: string;
  /** Several tenants share the database, and see only their own rows. */
  shared: boolean;
}

/** Reads a row of the view `job_rows`. A time far ahead of `now` is taken for now: a clock was wrong when it was written. */
export function readJob(row: Row, { tenant, shared }: Viewer, now: number): StoredJob {
  const text = (value: SqlValue | undefined): string | undefined => (value == null ? undefined : String(value));
  const number = (value: SqlValue | undefined): number | undefined => (value == null ? undefined : Number(value));
  const isAhead = (value: SqlValue | undefined): boolean => value != null && Number(value) > now + MAX_CLOCK_SKEW_MS;
  const time = (value: SqlValue | undefined): number | undefined => (isAhead(value) ? now : number(value));
  const record = omitUndefined<JobRecord>({
    rowId: String(row.id),
    intent: text(row.intent),
    lift: Number(row.lift),
    origin: String(row.origin),
    otherTenant: shared && row.tenant !== tenant,
    otherKey: row.tenant !== tenant,
    requestId: text(row.request_id),
    hint: text(row.hint),
    status: String(row.status) as JobStatus,
    open: Number(row.open) === 1,
    gone: Number(row.gone) === 1,
    templateId: text(row.template_id),
    name: text(row.name),
    submittedAt: time(row.submitted_at) ?? now,
    // A time ahead, read as now, would prevent the next poll.
    checkedAt: isAhead(row.checked_at) ? undefined : number(row.checked_at),
    liveAt: time(row.live_at),
    endedAt: time(row.ended_at),
    outputs: JSON.parse(String(row.outputs)) as Output[],
    resultPending: Number(row.result_pending) === 1,
    resultData: text(row.result_data),
    failure: text(row.failure),
    recordId: text(row.record_id),
    costUsd: number(row.cost_usd),
  });
  return omitUndefined<StoredJob>({
    record,
    tenant: String(row.tenant),
    model: text(row.model),
    definitionHash: text(row.definition_hash),
    editsIntent: text(row.edits_intent),
  });
}

/** Which texts a database can hold. */
export type Storable = (text: string) => boolean;
/** PostgreSQL takes no NUL, and SQLite's drivers cut a text short there. */
export const withoutNul: Storable = text => !text.includes('\0');
/** Any database, with any encoding and index, holds these. */
export const shortAscii: Storable = text => /^[\x20-\x7e]{0,500}$/.test(text);

/** Inserts the row, or writes it over; a text that is not storable is left out, never the row. */
export async function writeJob(sql: Sql, { record, ...job }: StoredJob, storable: Storable): Promise<void> {
  const text = (value: string | undefined): string | null => (value !== undefined && storable(value) ? value : null);
  const columns: Record<string, SqlValue> = {
    id: record.rowId,
    tenant: job.tenant,
    origin: record.origin,
    model: text(job.model),
    intent: record.intent ?? null,
    edits_intent: job.editsIntent ?? null,
    lift: record.lift,
    status: record.status,
    request_id: record.requestId ?? null,
    hint: text(record.hint),
    gone: Number(record.gone),
    template_id: text(record.templateId),
    name: text(record.name),
    definition_hash: job.definitionHash ?? null,
    submitted_at: record.submittedAt,
    checked_at: record.checkedAt ?? null,
    live_at: record.liveAt ?? null,
    ended_at: record.endedAt ?? null,
    outputs: asciiJson(record.outputs),
    result_pending: Number(record.resultPending),
    result_data: text(record.resultData),
    failure: text(record.failure),
    record_id: text(record.recordId),
    cost_usd: record.costUsd ?? null,
  };
  const names = Object.keys(columns);
  await sql.query(
    `INSERT INTO jobs (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${names.map(name => `${name} = excluded.${name}`).join(', ')}`,
    Object.values(columns),
  );
}

/** JSON in which every character beyond ASCII is escaped, so that no encoding lacks it. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The row of a submit before its answer. */
export function reservedJob(row: ReservedRow, tenant: string, origin: string): StoredJob {
  const { model, editsIntent, definitionHash } = row;
  return omitUndefined<StoredJob>({ record: reservedRecord(row, origin), tenant, model, definitionHash, editsIntent });
}

/** The row of a job that was submitted elsewhere and is polled here. */
export function externalJob(id: string, requestId: string, tenant: string, origin: string, now: number): StoredJob {
  return { record: { ...newRecord(id, origin, now), status: 'IN_QUEUE', requestId }, tenant };
}
