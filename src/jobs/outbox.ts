import { type Clock, withTimeout } from '../base/clock.ts';
import { SurroundingsFailure } from '../base/failure.ts';
import { FLUSH_MS, OUTBOX_KEPT_MS, SETTLE_MS } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import type { JobRecord } from './job.ts';
import type { JobStore, Outcome, ReservationRequest, ReservedRow } from './store/job-store.ts';
import { unavailable } from './store/unavailable.ts';
import { acceptedRecord, doubtRecord, reservedRecord } from './transitions.ts';

/** A submit and its outcome so far. */
interface Item {
  row: ReservedRow;
  outcome: Outcome;
  /** Monotonic time at which the present outcome was written; undefined while it waits. */
  writtenAt?: number;
  /** Why the last write failed. */
  failure?: unknown;
  /** A write on its way. */
  writing?: Promise<JobRecord | null | undefined>;
}

export interface OutboxOptions {
  store: JobStore;
  origin: string;
  clock: Clock;
  log: Log;
}

/** The row of a submit once its outcome is known. */
export interface SettleResult {
  /** Null when no job exists. */
  record: JobRecord | null;
  /** False while the store could not take it. */
  written: boolean;
}

/**
 * Outcomes of submits on their way to the store. An outcome stays here until it is written, and for an hour longer, in
 * case the store's file is replaced by an older one.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #items = new Map<string, Item>();
  #generation: number | undefined;
  #flusher: AbortController | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Whether an outcome waits to be written. */
  get waiting(): boolean {
    return this.#waitingItems().length > 0;
  }

  /** Whether the write of an outcome is on its way. */
  get writing(): boolean {
    return this.#waitingItems().some(({ writing }) => writing !== undefined);
  }

  /**
   * Keeps a row that was reserved: should the store's file be replaced while the request is on its way, the new one gets
   * it as a doubt.
   */
  reserved(row: ReservedRow): void {
    const item = this.#put(row, { kind: 'doubt' });
    item.writtenAt = this.#options.clock.monotonic();
  }

  /** Logs an outcome and keeps it until it is written. Resolves when it is, or after SETTLE_MS. */
  async settle(row: ReservedRow, outcome: Outcome): Promise<SettleResult> {
    const item = this.#put(row, outcome);
    this.#logOutcome(item);
    const written = await withTimeout(
      this.#options.clock,
      this.#write(item).then(record => ({ record })),
      SETTLE_MS,
    );
    if (written?.record !== undefined) return { record: written.record, written: true };
    this.#keepFlushing();
    return { record: this.#recordOf(item), written: false };
  }

  /**
   * Throws if the store could not take what is known of an equal submit or of one for the same template, so that its guard
   * knows nothing of it, or not in which order they were.
   *
   * @throws SurroundingsFailure `store_unavailable`
   */
  requireWritten({ intent, submit: { templateId } }: ReservationRequest): void {
    const waits = this.#waitingItems().find(
      ({ row, outcome }) =>
        outcome.kind !== 'refused' &&
        (row.intent === intent || (templateId !== undefined && row.templateId === templateId)),
    );
    if (!waits) return;
    throw waits.failure instanceof SurroundingsFailure ? waits.failure : unavailable('row_refused', undefined);
  }

  /** Whether the store is still the one that the outbox was last flushed to. */
  knowsStore(): boolean {
    return this.#options.store.generation === this.#generation;
  }

  /** Tries to write all that waits. Never rejects. */
  async flush(): Promise<void> {
    await this.#writeAll();
    // One of the writes may have found that the store was replaced.
    if (!this.knowsStore()) await this.#writeAll();
    this.#forgetOld();
  }

  /** The jobs whose outcome waits to be written. */
  waitingRecords(): JobRecord[] {
    return [...this.waitingRows().values()].filter(record => record !== null);
  }

  /** The rows whose outcome waits to be written, by row id; null for one that was refused. */
  waitingRows(): Map<string, JobRecord | null> {
    return new Map(this.#waitingItems().map(item => [item.row.id, this.#recordOf(item)]));
  }

  /** Ends the flushing in the background. */
  close(): void {
    this.#flusher?.abort();
  }

  #put(row: ReservedRow, outcome: Outcome): Item {
    const known = this.#items.get(row.id);
    // An answer is final: a doubt that comes after it says nothing new.
    if (known && known.outcome.kind === 'accepted') return known;
    if (known && known.outcome.kind === 'refused' && outcome.kind === 'doubt') return known;
    const item = known ?? { row, outcome };
    item.outcome = outcome;
    delete item.writtenAt;
    this.#items.set(row.id, item);
    return item;
  }

  /** Resolves to the row as written, or to undefined when the store could not take it. */
  async #write(item: Item): Promise<JobRecord | null | undefined> {
    while (item.writing) await item.writing;
    const { outcome } = item;
    item.writing = this.#tryWrite(item);
    const written = await item.writing;
    delete item.writing;
    if (written === undefined || item.outcome !== outcome) return written;
    item.writtenAt = this.#options.clock.monotonic();
    // Its id belongs to another submit. A store that replaces this one may not know that.
    if (outcome.kind === 'accepted' && written?.status === 'UNKNOWN' && !written.gone) item.outcome = { kind: 'doubt' };
    return written;
  }

  async #tryWrite(item: Item): Promise<JobRecord | null | undefined> {
    const { row, outcome } = item;
    try {
      const { store } = this.#options;
      this.#generation ??= store.generation;
      return await store.settle(row, outcome);
    } catch (error) {
      item.failure = error;
      const facts = error instanceof SurroundingsFailure ? error.facts : { cause: String(error) };
      this.#options.log('error', 'outcome_not_written', { row: row.id, outcome: outcome.kind, ...facts });
      return undefined;
    }
  }

  async #writeAll(): Promise<void> {
    this.#requeueForReplacedStore();
    await Promise.all(
      this.#waitingItems().map(async item => {
        await item.writing;
        if (item.writtenAt === undefined) await this.#write(item);
      }),
    );
  }

  #requeueForReplacedStore(): void {
    const { generation } = this.#options.store;
    if (generation === this.#generation) return;
    if (this.#generation !== undefined) for (const item of this.#items.values()) delete item.writtenAt;
    this.#generation = generation;
  }

  #keepFlushing(): void {
    if (this.#flusher) return;
    const flusher = new AbortController();
    this.#flusher = flusher;
    void this.#flushUntilEmpty(flusher.signal).finally(() => {
      this.#flusher = null;
    });
  }

  async #flushUntilEmpty(signal: AbortSignal): Promise<void> {
    for (let pause = FLUSH_MS.first; this.waiting; pause = Math.min(pause * 2, FLUSH_MS.longest)) {
      try {
        await this.#options.clock.sleep(pause, signal);
      } catch {
        return;
      }
      await this.flush();
    }
  }

  #waitingItems(): Item[] {
    return [...this.#items.values()].filter(({ writtenAt }) => writtenAt === undefined);
  }

  #forgetOld(): void {
    const now = this.#options.clock.monotonic();
    for (const [id, { writtenAt }] of this.#items) {
      if (writtenAt !== undefined && now - writtenAt > OUTBOX_KEPT_MS) this.#items.delete(id);
    }
  }

  #logOutcome({ row, outcome }: Item): void {
    const { kind } = outcome;
    const ids =
      outcome.kind === 'accepted'
        ? { request_id: outcome.accepted.requestId, record_id: outcome.accepted.recordId }
        : outcome.kind === 'doubt'
          ? { hint: outcome.hint, record_id: outcome.recordId }
          : {};
    this.#options.log(kind === 'doubt' ? 'warn' : 'info', `submit_${kind}`, {
      row: row.id,
      template_id: row.templateId,
      ...ids,
    });
  }

  #recordOf({ row, outcome }: Item): JobRecord | null {
    return outcome.kind === 'refused' ? null : recordOf(row, outcome, this.#options.origin, this.#options.clock.now());
  }
}

/** The row as it will be in the store. */
function recordOf(
  row: ReservedRow,
  outcome: Exclude<Outcome, { kind: 'refused' }>,
  origin: string,
  now: number,
): JobRecord {
  const record = reservedRecord(row, origin);
  return outcome.kind === 'doubt'
    ? { ...doubtRecord(record, outcome.hint, outcome.recordId), open: true }
    : acceptedRecord(record, outcome.accepted, now);
}
