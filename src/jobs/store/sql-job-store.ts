import { randomUUID } from 'node:crypto';
import { omitUndefined } from '../../base/json.ts';
import { MAX_CLOCK_SKEW_MS } from '../../base/limits.ts';
import type { Redact } from '../../base/redact.ts';
import type { JobReport } from '../../gateway/gateway.ts';
import { hashDefinition } from '../hashes.ts';
import { isLive, type JobRecord } from '../job.ts';
import { afterReport, doubtRecord, wasAccepted } from '../transitions.ts';
import { CheckedDatabase } from './checked-database.ts';
import { findBlock, findConflicts, findSpent } from './guard.ts';
import { hasAbandoned, prune, tidy } from './housekeeping.ts';
import { JobRows } from './job-rows.ts';
import {
  type Blocked,
  type GuardQuery,
  type JobFilter,
  type JobStore,
  type Outcome,
  type Reservation,
  type ReservationRequest,
  type ReservedRow,
  type SentDefinition,
  UncertainReservation,
} from './job-store.ts';
import { compressed, lastSent, sentDefinitions, sentTemplates } from './sent-definitions.ts';
import { type Database, type Sql, type SqlValue, UncertainCommit } from './sql.ts';
import { externalJob, reservedJob, type Storable, type StoredJob, shortAscii, withoutNul } from './stored-job.ts';
import { hasReason } from './unavailable.ts';

const PRUNE_EVERY_MS = 24 * 3_600_000;

export interface SqlStoreOptions {
  /** Opens the database; called when it is first needed, and again after it failed. */
  open: () => Promise<Database>;
  /** Whose jobs are listed and found in a shared database. */
  tenant: string;
  /** Keeps the key out of what a user gives to be stored; the gateway's words come without it. */
  redact: Redact;
  /** The gateway that jobs are submitted to. */
  origin: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The job store over SQL, the same for every database. */
export class SqlJobStore implements JobStore {
  readonly #database: CheckedDatabase;
  readonly #tenant: string;
  readonly #redact: Redact;
  readonly #origin: string;
  readonly #now: () => number;
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor({ open, tenant, redact, origin, now }: SqlStoreOptions) {
    this.#database = new CheckedDatabase(open);
    this.#tenant = tenant;
    this.#redact = redact;
    this.#origin = origin;
    this.#now = now;
  }

  get generation(): number {
    return this.#database.generation;
  }

  async reserve(asked: ReservationRequest): Promise<Reservation> {
    const loss = this.#database.takeLoss();
    if (loss) throw loss;
    const { model, templateId, name, definition } = asked.submit;
    const row = omitUndefined<ReservedRow>({
      id: randomUUID(),
      intent: asked.intent,
      editsIntent: asked.editsIntent,
      lift: asked.lift,
      model,
      templateId: templateId && this.#redact(templateId),
      name: name && this.#redact(name),
      definitionHash: definition && hashDefinition(definition),
      definition: definition && templateId !== undefined ? await compressed(definition, this.#redact) : undefined,
      submittedAt: this.#now(),
    });
    try {
      return await this.#write((rows, tenant) => this.#reserve(rows, tenant, asked, { ...row, submittedAt: rows.now }));
    } catch (error) {
      if (hasReason(error, 'lost')) this.#database.takeLoss();
      throw error instanceof UncertainCommit ? new UncertainReservation(row, error) : error;
    }
  }

  async #reserve(rows: JobRows, tenant: string[], asked: ReservationRequest, row: ReservedRow): Promise<Reservation> {
    const { sql, now } = rows;
    await tidy(sql, now);
    if (Math.abs(now - this.#prunedAt) > PRUNE_EVERY_MS) {
      await prune(sql, now);
      this.#prunedAt = now;
    }
    const blocked = await this.#blocked(rows, asked);
    if (blocked) return blocked;
    const { baseRowId } = asked.submit;
    const sent = { origin: this.#origin, tenant, templateId: row.templateId ?? '', editsIntent: row.editsIntent };
    if (baseRowId !== undefined && (await lastSent(sql, sent)) !== baseRowId) return { kind: 'stale' };
    const spent = await findSpent(sql, asked.maxPerHour, now);
    if (spent) return spent;
    const conflicts = await findConflicts(sql, rows.storable(row.templateId), this.#origin, row.definitionHash);
    await this.#save(rows, row, reservedJob(row, this.#tenant, this.#origin));
    return { kind: 'reserved', row, conflicts: conflicts.map(conflict => rows.read(conflict).record) };
  }

  async findBlock(asked: GuardQuery): Promise<Blocked | null> {
    await this.#tidy();
    return this.#read(rows => this.#blocked(rows, asked));
  }

  /** Makes doubts of submits that were left behind, without a write where there are none. */
  async #tidy(): Promise<void> {
    if (await this.#read(({ sql, now }) => hasAbandoned(sql, now))) await this.#write(({ sql, now }) => tidy(sql, now));
  }

  async #blocked(rows: JobRows, asked: GuardQuery): Promise<Blocked | null> {
    const block = await findBlock(rows.sql, asked, rows.now);
    return block ? { kind: 'blocked', record: rows.read(block.row).record, nextLift: block.nextLift } : null;
  }

  async #save(rows: JobRows, row: ReservedRow, job: StoredJob, record = job.record): Promise<JobRecord> {
    const saved = await rows.save(job, record);
    await rows.saveDefinition(row);
    return saved;
  }

  settle(row: ReservedRow, outcome: Outcome): Promise<JobRecord | null> {
    return this.#write(async rows => {
      const known = await rows.load(row.id);
      if (known && wasAccepted(known.record)) return known.record;
      if (outcome.kind === 'refused') {
        await rows.remove(row.id);
        return null;
      }
      const job = known ?? reservedJob(row, this.#tenant, this.#origin);
      const record =
        outcome.kind === 'accepted'
          ? await rows.accept(job.record, outcome.accepted)
          : doubtRecord(job.record, outcome.hint, outcome.recordId);
      return this.#save(rows, row, job, record);
    });
  }

  confirmHint(rowId: string, report: JobReport): Promise<boolean> {
    return this.#write(async rows => {
      const job = await rows.load(rowId);
      const requestId = job?.record.hint;
      if (job && wasAccepted(job.record)) return true;
      if (!job || requestId === undefined) return false;
      if (await rows.isOwned(requestId, rowId)) return false;
      const record = await rows.accept(job.record, { requestId, status: 'IN_QUEUE', outputs: [] });
      await rows.save(job, afterReport(record, report, rows.now));
      return true;
    });
  }

  async dropHint(rowId: string): Promise<void> {
    await this.#write(({ sql }) => sql.query('UPDATE jobs SET hint = NULL WHERE id = ?', [rowId]));
  }

  async find(requestId: string): Promise<JobRecord | null> {
    const job = await this.#read(rows => rows.find(requestId));
    return job?.record ?? null;
  }

  claimPoll(requestId: string, intervalMs: number): Promise<boolean> {
    return this.#write(async rows => {
      const job = await rows.findHere(requestId);
      if (!job) return true;
      // A claim from far ahead was made by a clock that was wrong.
      const claimed = await rows.sql.query(
        'UPDATE jobs SET asked_at = ? WHERE id = ? AND (asked_at IS NULL OR asked_at <= ? OR asked_at > ?) RETURNING id',
        [rows.now, job.record.rowId, rows.now - intervalMs, rows.now + MAX_CLOCK_SKEW_MS],
      );
      return claimed.length > 0;
    });
  }

  saveReport(requestId: string, report: JobReport): Promise<JobRecord> {
    return this.#write(async rows => {
      const job =
        (await rows.findHere(requestId)) ?? externalJob(randomUUID(), requestId, this.#tenant, this.#origin, rows.now);
      return rows.save(job, afterReport(job.record, report, rows.now));
    });
  }

  markGone(requestId: string): Promise<JobRecord | null> {
    return this.#write(async rows => {
      const job = await rows.findHere(requestId);
      if (!job) return null;
      const { record } = job;
      if (!isLive(record.status) && !record.gone) return record;
      return rows.save(job, { ...record, status: 'UNKNOWN', gone: true, checkedAt: rows.now });
    });
  }

  async list({ status, templateId, prefix, limit }: JobFilter): Promise<JobRecord[]> {
    const conditions: [string, ...SqlValue[]][] = [];
    if (status !== undefined) conditions.push(['status = ?', status]);
    if (templateId !== undefined) conditions.push(['template_id = ?', templateId]);
    if (prefix !== undefined) conditions.push(['substr(request_id, 1, ?) = ?', prefix.length, prefix]);
    const filter = conditions.map(([text]) => `AND ${text}`).join(' ');
    const values = conditions.flatMap(([, ...rest]) => rest);
    await this.#tidy();
    return this.#readTexts([templateId, prefix], async rows => {
      const open = await rows.select(`open = 1 ${filter} ORDER BY seq DESC`, values);
      const left = Math.max(0, limit - open.length);
      const others = await rows.select(`open = 0 ${filter} ORDER BY seq DESC LIMIT ?`, [...values, left]);
      return [...open, ...others].map(({ record }) => record);
    });
  }

  definitions(templateId: string, limit: number, editsIntent?: string): Promise<SentDefinition[]> {
    return this.#readTexts([templateId], (rows, tenant) =>
      sentDefinitions(rows, { origin: this.#origin, tenant, templateId, editsIntent }, limit),
    );
  }

  templates(limit: number): Promise<string[]> {
    return this.#read(({ sql }, tenant) => sentTemplates(sql, { origin: this.#origin, tenant }, limit));
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #read<T>(work: (rows: JobRows, tenant: string[]) => Promise<T>): Promise<T> {
    return this.#database.read((sql, database) => work(this.#rows(sql, database, withoutNul), this.#scope(database)));
  }

  /** Reads what is filtered by texts of the caller; a text that a database cannot hold is in no row. */
  async #readTexts<T>(
    texts: (string | undefined)[],
    work: (rows: JobRows, tenant: string[]) => Promise<T[]>,
  ): Promise<T[]> {
    if (!texts.every(text => text === undefined || withoutNul(text))) return [];
    try {
      return await this.#read(work);
    } catch (error) {
      if (!hasReason(error, 'row_refused')) throw error;
      return [];
    }
  }

  /** A row that the database refuses is written again with those texts alone that any database takes. */
  async #write<T>(work: (rows: JobRows, tenant: string[]) => Promise<T>): Promise<T> {
    const attempt = (storable: Storable): Promise<T> =>
      this.#database.write((sql, database) => work(this.#rows(sql, database, storable), this.#scope(database)));
    try {
      return await attempt(withoutNul);
    } catch (error) {
      if (!hasReason(error, 'row_refused')) throw error;
      return attempt(shortAscii);
    }
  }

  /** The tenant whose rows are meant; nobody for everybody's. */
  #scope({ shared }: Database): string[] {
    return shared ? [this.#tenant] : [];
  }

  #rows(sql: Sql, { shared }: Database, storable: Storable): JobRows {
    const viewer = { tenant: this.#tenant, shared };
    return new JobRows({ sql, now: this.#now(), origin: this.#origin, viewer, storable });
  }
}
