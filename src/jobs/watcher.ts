import { aborted, type Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import type { Gateway, JobReport } from '../gateway/gateway.ts';
import { isTerminal, type Job, type JobRecord, looked, newRecord, RESULT_KEPT_MS, toJob } from './job.ts';
import { bestEffort, slept } from './patience.ts';
import type { JobStore } from './store/job-store.ts';

export interface WatcherOptions {
  gateway: Gateway;
  store: JobStore;
  clock: Clock;
  log: Log;
  /** Shortest time between two looks at one job, milliseconds. */
  pollMs: number;
}

/** Faults of a look that a waiting call waits out. */
const PASSING = new Set(['rate_limited', 'server_error', 'upstream_unavailable', 'network_error']);

/** How many jobs' pauses are remembered. */
const MOST_PAUSES = 10_000;
/** How long a look by another process is given before the store is read again, milliseconds. */
const OTHERS_LOOK_MS = 250;

/** Looks at jobs, no oftener than the poll interval allows, and follows them to their end. */
export class Watcher {
  readonly #gateway: Gateway;
  readonly #store: JobStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pollMs: number;
  /** Looks that are under way, by request id: several callers share one. */
  readonly #looking = new Map<string, Promise<JobRecord>>();
  /** Monotonic times before which a waiting call does not look at a job again; a new call asks anew. */
  readonly #pauses = new Map<string, number>();

  constructor({ gateway, store, clock, log, pollMs }: WatcherOptions) {
    this.#gateway = gateway;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#pollMs = pollMs;
  }

  /**
   * Follows a job until it ends, `waitMs` have passed or the signal aborts, whichever is first, and returns it as last
   * seen. The first look must succeed; a passing fault of a later one is waited out.
   *
   * @param onLook called after every look with the milliseconds since the start
   */
  async watch(
    requestId: string,
    waitMs: number,
    signal: AbortSignal,
    onLook: (job: Job, elapsedMs: number) => void,
  ): Promise<Job> {
    const start = this.#clock.monotonic();
    const end = start + waitMs;
    let record = await orAbort(this.#look(requestId), signal);
    for (;;) {
      const now = this.#clock.monotonic();
      const job = toJob(record);
      onLook(job, now - start);
      const left = end - now;
      if (job.terminal || left <= 0) return job;
      const pause = this.#untilNextLook(record);
      if (!(await slept(this.#clock, Math.min(pause, left), signal)) || pause >= left) return job;
      const seen = await this.#lookUntil(requestId, end, signal);
      if (seen === null) return job;
      if (seen !== 'fault') record = seen;
    }
  }

  /** Asks the gateway about a job, however recent the last look is. */
  async ask(requestId: string, known: JobRecord | null): Promise<JobRecord> {
    try {
      const report = await this.told(requestId, known, () => this.#gateway.status(requestId));
      this.#pauses.delete(requestId);
      return await this.save(requestId, report, known);
    } catch (error) {
      const asked = error instanceof Failure ? (error.facts.retryAfterSeconds ?? 0) * 1000 : 0;
      this.#pause(requestId, Math.max(this.#pollMs, asked));
      throw error;
    }
  }

  /** What the gateway says of a job; a 404 for one that is known to be old means that its result has expired. */
  async told<T>(requestId: string, known: JobRecord | null, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const old = known && this.#clock.now() - known.submittedAt > RESULT_KEPT_MS;
      if (!(error instanceof Failure) || error.code !== 'job_not_found' || !old) throw error;
      throw new Failure('result_expired', { ...error.facts, requestId });
    }
  }

  /** Writes down what the gateway said of a job; it is passed on even when the store cannot take it. */
  save(requestId: string, report: JobReport, known: JobRecord | null): Promise<JobRecord> {
    return bestEffort(
      this.#log,
      () => this.#store.look(requestId, report),
      () => {
        const now = this.#clock.now();
        return looked(known ?? newRecord(requestId, now), report, now, known !== null);
      },
    );
  }

  /** The job as it stands now, or stood within the poll interval; looks by several callers are one. */
  #look(requestId: string): Promise<JobRecord> {
    const shared = this.#looking.get(requestId);
    if (shared) return shared;
    const look = this.#lookOnce(requestId).finally(() => this.#looking.delete(requestId));
    this.#looking.set(requestId, look);
    return look;
  }

  async #lookOnce(requestId: string): Promise<JobRecord> {
    const known = await this.#store.find(requestId);
    if (!known) return this.ask(requestId, known);
    if (this.#isFresh(known)) return known;
    if (!(await this.#store.claimLook(requestId, this.#pollMs))) {
      // Another process is asking at this moment: its answer will be in the store.
      this.#pause(requestId, Math.min(this.#pollMs, OTHERS_LOOK_MS));
      return known;
    }
    try {
      return await this.ask(requestId, known);
    } catch (error) {
      await bestEffort(
        this.#log,
        () => this.#store.releaseLook(requestId),
        () => undefined,
      );
      throw error;
    }
  }

  #pause(requestId: string, ms: number): void {
    this.#pauses.delete(requestId);
    this.#pauses.set(requestId, this.#clock.monotonic() + ms);
    const [oldest] = this.#pauses.keys();
    if (this.#pauses.size > MOST_PAUSES && oldest !== undefined) this.#pauses.delete(oldest);
  }

  #isFresh(record: JobRecord): boolean {
    return isTerminal(record.status) || this.#sinceLook(record) < this.#pollMs;
  }

  /** Milliseconds since the last look, by the wall clock, since another process may have looked. */
  #sinceLook({ checkedAt }: JobRecord): number {
    const age = checkedAt === null ? Number.POSITIVE_INFINITY : this.#clock.now() - checkedAt;
    // A look from the future tells that the clock was moved back.
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  }

  #untilNextLook(record: JobRecord): number {
    const until = this.#pauses.get(record.requestId ?? '') ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, this.#pollMs - this.#sinceLook(record), until - this.#clock.monotonic());
  }

  /** A look that is waited for until `end`: the record, `fault` for a passing one, or null when the time ran out. */
  async #lookUntil(requestId: string, end: number, signal: AbortSignal): Promise<JobRecord | 'fault' | null> {
    const done = new AbortController();
    const look = this.#look(requestId).catch((error: unknown) => {
      if (error instanceof Failure && PASSING.has(error.code)) return 'fault' as const;
      throw error;
    });
    const left = Math.max(0, end - this.#clock.monotonic());
    try {
      return await Promise.race([
        look,
        slept(this.#clock, left, AbortSignal.any([signal, done.signal])).then(() => null),
      ]);
    } finally {
      done.abort();
    }
  }
}

/** The promise's outcome, or a failure as soon as the caller has gone. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const gone = aborted(signal).then(() => {
    throw new Failure('network_error', { operation: 'status', detail: 'The call was ended before the answer came.' });
  });
  return Promise.race([promise, gone]);
}
