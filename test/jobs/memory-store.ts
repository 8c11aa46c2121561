import { randomUUID } from 'node:crypto';
import { DUPLICATE_MS, SPEND_WINDOW_MS, SUBMITTING_MS } from '../../src/base/limits.ts';
import type { JobReport } from '../../src/gateway/gateway.ts';
import { afterReport, isLive, isTerminal, type JobRecord } from '../../src/jobs/job.ts';
import type {
  JobFilter,
  JobStore,
  Outcome,
  Reservation,
  ReservedRow,
  SentDefinition,
  SubmitIntent,
} from '../../src/jobs/store/job-store.ts';

type Stored = JobRecord & { seq: number; askedAt?: number };

/** The rules of the job store over a map. */
export class MemoryStore implements JobStore {
  generation = 1;
  rows = new Map<string, Stored>();
  seq = 0;
  readonly origin: string;
  readonly now: () => number;
  constructor(origin: string, now: () => number) {
    this.origin = origin;
    this.now = now;
  }

  replace(): void {
    this.rows = new Map();
    this.generation++;
  }

  async reserve({ submit, intent, lift, blocksFrom, maxPerHour }: SubmitIntent): Promise<Reservation> {
    const now = this.now();
    this.tidy();
    const rows = [...this.rows.values()].sort((a, b) => b.seq - a.seq);
    const superseded = (row: Stored): boolean =>
      rows.some(
        o =>
          o.seq > row.seq &&
          o.templateId === row.templateId &&
          o.intent !== intent &&
          o.intent !== undefined &&
          !['FAILED', 'CANCELLED'].includes(o.status),
      );
    const equal = rows.filter(r => r.intent === intent);
    const blocking = equal.filter(
      r =>
        r.status === 'SUBMITTING' ||
        (r.lift >= blocksFrom &&
          (this.isOpen(r) ||
            isLive(r.status) ||
            (r.status === 'COMPLETED' && now - (r.endedAt ?? r.submittedAt) < DUPLICATE_MS && !superseded(r)))),
    );
    const first = blocking.find(r => r.status === 'SUBMITTING') ?? blocking[0];
    if (first) {
      const nextLift = Math.max(...blocking.map(r => r.lift)) + 1;
      return { kind: 'blocked', record: this.out(first), nextLift, superseded: superseded(first) };
    }
    const spent = rows.filter(r => r.intent !== undefined && now - r.submittedAt < SPEND_WINDOW_MS);
    if (maxPerHour > 0 && spent.length >= maxPerHour)
      return { kind: 'spent', used: spent.length, nextFreeAt: (spent.at(-1)?.submittedAt ?? 0) + SPEND_WINDOW_MS };
    const rivals = rows
      .filter(
        r =>
          r.templateId &&
          r.templateId === submit.templateId &&
          r.intent !== intent &&
          (isLive(r.status) || this.isOpen(r)),
      )
      .map(r => this.out(r));
    const row: ReservedRow = { id: randomUUID(), intent, lift, model: submit.model, submittedAt: now };
    if (submit.templateId) row.templateId = submit.templateId;
    if (submit.name) row.name = submit.name;
    this.put(row, { status: 'SUBMITTING' });
    return { kind: 'reserved', row, rivals };
  }

  put(row: ReservedRow, more: Partial<JobRecord> & Pick<JobRecord, 'status'>): Stored {
    const old = this.rows.get(row.id);
    const stored: Stored = {
      rowId: row.id,
      intent: row.intent,
      lift: row.lift,
      origin: this.origin,
      otherTenant: false,
      otherKey: false,
      open: false,
      gone: false,
      submittedAt: row.submittedAt,
      outputs: [],
      resultPending: false,
      seq: old?.seq ?? ++this.seq,
      ...(row.templateId ? { templateId: row.templateId } : {}),
      ...(row.name ? { name: row.name } : {}),
      ...more,
    };
    this.rows.set(row.id, stored);
    return stored;
  }

  async settle(row: ReservedRow, outcome: Outcome): Promise<JobRecord | null> {
    const old = this.rows.get(row.id);
    const accepted = old !== undefined && (isLive(old.status) || isTerminal(old.status) || old.gone);
    if (outcome.kind === 'refused') {
      if (accepted) return this.out(old);
      this.rows.delete(row.id);
      return null;
    }
    if (accepted) return this.out(old);
    if (outcome.kind === 'doubt') {
      const { kind: _, ...ids } = outcome;
      return this.out(this.put(row, { status: 'UNKNOWN', ...ids }));
    }
    const { requestId, status, outputs, recordId } = outcome.accepted;
    const same = [...this.rows.values()].find(
      r => requestId !== undefined && r.requestId === requestId && r.rowId !== row.id,
    );
    if (same?.intent !== undefined) return this.out(this.put(row, { status: 'UNKNOWN' }));
    if (same) this.rows.delete(same.rowId);
    const ids = { ...(requestId ? { requestId } : {}), ...(recordId ? { recordId } : {}) };
    const now = this.now();
    return this.out(
      this.put(
        row,
        same
          ? { ...same, rowId: row.id, intent: row.intent, lift: row.lift, ...ids }
          : { status, outputs, ...ids, liveAt: now, ...(isTerminal(status) ? { endedAt: now } : {}) },
      ),
    );
  }

  async confirmHint(rowId: string, report: JobReport): Promise<boolean> {
    const row = this.rows.get(rowId);
    if (row?.status !== 'UNKNOWN' || row.hint === undefined) return false;
    const owner = [...this.rows.values()].find(r => r.requestId === row.hint);
    if (owner && owner.intent !== undefined) return false;
    if (owner) this.rows.delete(owner.rowId);
    const { hint, ...rest } = row;
    this.rows.set(rowId, { ...rest, ...afterReport({ ...rest, requestId: hint }, report, this.now()) });
    return true;
  }

  async dropHint(rowId: string): Promise<void> {
    const row = this.rows.get(rowId);
    if (row) delete row.hint;
  }

  async find(requestId: string): Promise<JobRecord | null> {
    const row = [...this.rows.values()]
      .filter(r => r.requestId === requestId)
      .sort((a, b) => Number(b.origin === this.origin) - Number(a.origin === this.origin))[0];
    return row ? this.out(row) : null;
  }

  async claimPoll(requestId: string, intervalMs: number): Promise<boolean> {
    const row = [...this.rows.values()].find(r => r.requestId === requestId);
    const now = this.now();
    if (!row || (row.askedAt !== undefined && now - row.askedAt < intervalMs && now >= row.askedAt)) return false;
    row.askedAt = now;
    return true;
  }

  async saveReport(requestId: string, report: JobReport): Promise<JobRecord> {
    const now = this.now();
    const row = [...this.rows.values()].find(r => r.requestId === requestId);
    const known: Stored = row ?? {
      rowId: randomUUID(),
      lift: 0,
      origin: this.origin,
      otherTenant: false,
      otherKey: false,
      requestId,
      status: 'IN_QUEUE',
      open: false,
      gone: false,
      submittedAt: now,
      outputs: [],
      resultPending: false,
      seq: ++this.seq,
    };
    const next = { ...known, ...afterReport(known, report, now) };
    this.rows.set(next.rowId, next);
    return this.out(next);
  }

  async markGone(requestId: string, settled: boolean): Promise<JobRecord | null> {
    const row = [...this.rows.values()].find(r => r.requestId === requestId);
    if (!row) return null;
    Object.assign(row, { status: 'UNKNOWN', gone: true, settled });
    return this.out(row);
  }

  async list({ status, templateId, limit }: JobFilter): Promise<JobRecord[]> {
    this.tidy();
    const rows = [...this.rows.values()]
      .filter(r => r.status === (status ?? r.status) && r.templateId === (templateId ?? r.templateId))
      .sort((a, b) => Number(this.isOpen(b)) - Number(this.isOpen(a)) || b.seq - a.seq);
    return rows.filter((r, i) => i < limit || this.isOpen(r)).map(r => this.out(r));
  }

  async definitions(): Promise<SentDefinition[]> {
    return [];
  }
  async templates(): Promise<string[]> {
    return [];
  }
  async close(): Promise<void> {}

  tidy(): void {
    for (const row of this.rows.values()) {
      if (row.status === 'SUBMITTING' && this.now() - row.submittedAt > SUBMITTING_MS) row.status = 'UNKNOWN';
    }
  }
  isOpen(row: Stored): boolean {
    if (row.status !== 'UNKNOWN' || (row as { settled?: boolean }).settled) return false;
    return ![...this.rows.values()].some(
      r => r.intent === row.intent && r.lift > row.lift && r.status !== 'SUBMITTING',
    );
  }
  out(row: Stored): JobRecord {
    return { ...row, open: this.isOpen(row) };
  }
}
