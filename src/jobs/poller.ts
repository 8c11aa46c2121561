import { type Clock, slept, withTimeout } from '../base/clock.ts';
import {
  LINK_KEPT_MS,
  NOT_YET_MS,
  POLL_MS,
  RENEW_ENDED_MS,
  RESULT_KEPT_MS,
  RESULT_PENDING_MS,
  STORE_HELD_MS,
} from '../base/limits.ts';
import { callEnded, GatewayFailure, isCallEnded } from '../gateway/failure.ts';
import type { Gateway, JobReport } from '../gateway/gateway.ts';
import { expiresAt, isTerminal, type JobRecord, newRecord } from './job.ts';
import type { StoreAccess } from './store-access.ts';
import { afterReport } from './transitions.ts';

export interface PollerOptions {
  gateway: Gateway;
  store: StoreAccess;
  clock: Clock;
  /** Shortest time between two polls of one job, milliseconds. */
  pollIntervalMs: number;
}

/** How long a call may last, and what ends it sooner. */
export interface JobCall {
  signal: AbortSignal;
  /** Monotonic time by which the call must have its answer. */
  deadline: number;
}

/** What is known of a job after a poll. */
export interface PollResult {
  record: JobRecord;
  /** The store could not take what the gateway said. */
  unwritten: boolean;
  /** Another process is polling it: its answer will be in the store soon. */
  elsewhere?: true;
}

/** Another process is polling: how long to wait before the store is read again, milliseconds. */
const OTHER_POLL_MS = 250;
/** Between the first 404 for a job and the second, which confirms it, milliseconds. */
const CONFIRM_MS = 1_000;

/** Polls jobs, no more often than the poll interval allows, and waits for their end. */
export class Poller {
  readonly #gateway: Gateway;
  readonly #store: StoreAccess;
  readonly #clock: Clock;
  readonly #pollIntervalMs: number;
  /** Polls on their way, by request id: several callers share one. */
  readonly #polling = new Map<string, Promise<PollResult>>();
  /** Failures of the last poll interval, by request id. */
  readonly #failures = new Map<string, { failure: GatewayFailure; at: number }>();
  /** Jobs that were polled while the store was away, by request id. */
  readonly #unsaved = new Map<string, JobRecord>();

  constructor({ gateway, store, clock, pollIntervalMs }: PollerOptions) {
    this.#gateway = gateway;
    this.#store = store;
    this.#clock = clock;
    this.#pollIntervalMs = pollIntervalMs;
  }

  /**
   * Waits until a job has ended, `waitMs` have passed or the call ends, and resolves to the job as last seen.
   * Transient failures are waited out while time is left; if no poll of this wait succeeded, the last one is thrown.
   *
   * @param onPoll called after every poll with the milliseconds since the start
   */
  async wait(
    requestId: string,
    waitMs: number,
    { signal, deadline }: JobCall,
    onPoll: (record: JobRecord, elapsedMs: number) => void,
  ): Promise<PollResult> {
    const start = this.#clock.monotonic();
    const end = Math.min(start + waitMs, deadline);
    // The first poll may run past `end` by the most that one poll may take.
    const firstEnd = Math.min(end + POLL_MS + STORE_HELD_MS, deadline);
    let last: PollResult | null = null;
    let elsewhere: PollResult | null = null;
    let failure = callEnded('poll', requestId);
    let failedAt = start;
    for (;;) {
      const seen = await this.#pollUntil(requestId, last === null ? firstEnd : end, signal);
      if (seen instanceof GatewayFailure) {
        if (!seen.facts.transient) throw seen;
        failure = seen;
        failedAt = this.#clock.monotonic();
      } else if (seen?.elsewhere) {
        elsewhere = seen;
      } else if (seen) {
        last = seen;
        onPoll(seen.record, this.#clock.monotonic() - start);
        if (this.#isWaitOver(seen.record)) return seen;
      }
      const pause = this.#pauseAfter(seen);
      const left = end - this.#clock.monotonic();
      // Sleeps for the rest of the wait even if no further poll fits into it, since agents cannot wait.
      const waited = left > 0 && (await slept(this.#clock, Math.min(pause, left), signal));
      if (waited && pause < left) continue;
      if (last !== null) return last;
      if (elsewhere !== null && isCallEnded(failure.facts)) return elsewhere;
      throw withPauseLeft(failure, this.#clock.monotonic() - failedAt);
    }
  }

  /**
   * Polls a job now, unless it was polled within the poll interval; several callers share one poll.
   *
   * @throws GatewayFailure, transient where the same call may succeed later
   */
  poll(requestId: string): Promise<PollResult> {
    const shared = this.#polling.get(requestId);
    if (shared) return shared;
    const poll = this.#pollOnce(requestId).finally(() => this.#polling.delete(requestId));
    this.#polling.set(requestId, poll);
    return poll;
  }

  /** Polls a job however recent the last poll is. */
  async pollNow(requestId: string): Promise<PollResult> {
    const { record, away } = await this.#find(requestId);
    return this.#ask(requestId, record, away);
  }

  async #pollOnce(requestId: string): Promise<PollResult> {
    this.#throwRecentFailure(requestId);
    const { record, away, unwritten } = await this.#find(requestId);
    if (record && this.#isFresh(record)) return { record, unwritten };
    const claimed =
      record && !away ? await this.#store.try(store => store.claimPoll(requestId, this.#pollIntervalMs)) : null;
    if (record && claimed?.result === false) return { record, unwritten: false, elsewhere: true };
    try {
      return await this.#ask(requestId, record, away);
    } catch (error) {
      if (error instanceof GatewayFailure)
        this.#failures.set(requestId, { failure: error, at: this.#clock.monotonic() });
      throw error;
    }
  }

  /** What is known of a job of this gateway; `away` when the store has no row of it to write to. */
  async #find(requestId: string): Promise<{ record: JobRecord | null; away: boolean; unwritten: boolean }> {
    const { record, away } = await this.#store.find(requestId);
    if (record && record.origin !== this.#gateway.origin)
      throw new GatewayFailure('job_not_found', { operation: 'poll', requestId, otherOrigin: record.origin });
    const unsaved = this.#unsaved.get(requestId);
    const isNewer = unsaved !== undefined && (unsaved.checkedAt ?? 0) > (record?.checkedAt ?? 0);
    return { record: isNewer ? unsaved : record, away, unwritten: away || isNewer };
  }

  /** The poll interval holds for failures too. */
  #throwRecentFailure(requestId: string): void {
    const now = this.#clock.monotonic();
    for (const [id, { at }] of this.#failures) if (now - at >= this.#pollIntervalMs) this.#failures.delete(id);
    const recent = this.#failures.get(requestId);
    if (recent) throw withPauseLeft(recent.failure, now - recent.at);
  }

  async #ask(requestId: string, known: JobRecord | null, away: boolean): Promise<PollResult> {
    let report: JobReport;
    try {
      report = await this.#gateway.poll(requestId);
    } catch (error) {
      if (!(error instanceof GatewayFailure) || !known) throw error;
      // What is known of a job that has ended stays true.
      if (isTerminal(known.status)) return { record: known, unwritten: away };
      if (error.code !== 'job_not_found') throw error;
      report = await this.#confirmMissing(requestId, known, error);
    }
    this.#failures.delete(requestId);
    const saved = away ? null : await this.#store.try(store => store.saveReport(requestId, report));
    this.#unsaved.delete(requestId);
    if (saved) return { record: saved.result, unwritten: false };
    const now = this.#clock.now();
    const record = afterReport(known ?? unsaved(requestId, this.#gateway.origin, now), report, now);
    this.#unsaved.set(requestId, record);
    return { record, unwritten: true };
  }

  /** Judges a 404 for a known job; resolves to the report of the second poll if that finds the job. */
  async #confirmMissing(requestId: string, known: JobRecord, missing: GatewayFailure): Promise<JobReport> {
    const { facts } = missing;
    if (known.otherKey) throw new GatewayFailure('job_not_found', { ...facts, otherKey: true });
    if (known.intent === undefined) throw missing;
    const age = this.#clock.now() - known.submittedAt;
    if (age < NOT_YET_MS)
      throw new GatewayFailure('server_error', { ...facts, requestId, transient: true, notYet: true });
    await this.#clock.sleep(CONFIRM_MS);
    try {
      return await this.#gateway.poll(requestId);
    } catch (error) {
      if (!(error instanceof GatewayFailure) || error.code !== 'job_not_found') throw error;
    }
    // The clock may be wrong, so the age alone settles nothing: the job was never seen to end, and stays a doubt.
    await this.#store.try(store => store.markGone(requestId));
    const { recordId } = known;
    throw new GatewayFailure(age > RESULT_KEPT_MS ? 'result_expired' : 'job_gone', {
      ...facts,
      requestId,
      ...(recordId ? { recordId } : {}),
    });
  }

  #isFresh(record: JobRecord): boolean {
    const age = record.checkedAt === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() - record.checkedAt;
    // A poll from the future: the clock was moved back.
    if (age >= 0 && age < this.#pollIntervalMs) return true;
    return isTerminal(record.status) && !this.#mayChange(record);
  }

  /** Whether a further poll of an ended job may bring something new. */
  #mayChange(record: JobRecord): boolean {
    const now = this.#clock.now();
    if (now - (record.endedAt ?? now) < RENEW_ENDED_MS) return true;
    if (record.status !== 'COMPLETED' || now - (record.liveAt ?? record.submittedAt) > RESULT_KEPT_MS) return false;
    const lapsed = (expiresAt(record) ?? Number.POSITIVE_INFINITY) <= now;
    return record.outputs.length > 0 && (lapsed || now - (record.checkedAt ?? 0) > LINK_KEPT_MS);
  }

  /** Whether a wait is over: the job has ended, and its result is there or was waited for long enough. */
  #isWaitOver({ status, resultPending, endedAt }: JobRecord): boolean {
    return isTerminal(status) && !(resultPending && this.#clock.now() - (endedAt ?? 0) < RESULT_PENDING_MS);
  }

  /** The job, the failure of its poll, or null when the time ran out or the call was cancelled. */
  #pollUntil(requestId: string, end: number, signal: AbortSignal): Promise<PollResult | GatewayFailure | null> {
    const poll = this.poll(requestId).catch((error: unknown) => {
      if (error instanceof GatewayFailure) return error;
      throw error;
    });
    return withTimeout(this.#clock, poll, end - this.#clock.monotonic(), signal);
  }

  /** Milliseconds until the next poll of this wait. */
  #pauseAfter(seen: PollResult | GatewayFailure | null): number {
    if (seen === null) return 0;
    if (seen instanceof GatewayFailure)
      return Math.max((seen.facts.retryAfterSeconds ?? 0) * 1000, this.#pollIntervalMs);
    if (seen.elsewhere) return Math.min(this.#pollIntervalMs, OTHER_POLL_MS);
    const age = this.#clock.now() - (seen.record.checkedAt ?? 0);
    return age < 0 ? this.#pollIntervalMs : Math.max(0, this.#pollIntervalMs - age);
  }
}

/** The failure with what is left of the pause that the gateway asked for. */
function withPauseLeft(failure: GatewayFailure, elapsedMs: number): GatewayFailure {
  const { code, facts } = failure;
  if (facts.retryAfterSeconds === undefined) return failure;
  return new GatewayFailure(code, { ...facts, retryAfterSeconds: facts.retryAfterSeconds - elapsedMs / 1000 });
}

/** A job that was polled without a store. */
const unsaved = (requestId: string, origin: string, now: number): JobRecord => ({
  ...newRecord('', origin, now),
  status: 'IN_QUEUE',
  requestId,
});
