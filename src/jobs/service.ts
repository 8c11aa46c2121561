import type { Clock } from '../clock.ts';
import type { Gateway, TemplateUpdate } from '../gateway/gateway.ts';
import { Failure } from '../guidance/failure.ts';
import { CANCELLED, type Job, newJob, submittedJob, updatedJob } from './job.ts';

export interface JobServiceOptions {
  gateway: Gateway;
  clock: Clock;
  /** Shortest time between two looks at one job, milliseconds. */
  pollMs: number;
}

/** What is known of one job in this process, and the look at it that is under way. */
interface Known {
  job: Job | null;
  looking: Promise<Job> | null;
  /** Monotonic time before which the gateway is not asked about this job again. */
  nextLook: number;
}

const MOST_KNOWN = 1_000;

/** Submits, follows and cancels jobs. */
export class JobService {
  readonly #gateway: Gateway;
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #known = new Map<string, Known>();

  constructor({ gateway, clock, pollMs }: JobServiceOptions) {
    this.#gateway = gateway;
    this.#clock = clock;
    this.#pollMs = pollMs;
  }

  /** Asks for a job and returns as soon as the gateway has queued it. */
  async submit(update: TemplateUpdate, signal: AbortSignal): Promise<{ job: Job; lowBalance: boolean }> {
    if (signal.aborted)
      throw new Failure('network_error', { operation: 'submit', detail: 'The call was ended before it was sent.' });
    const submission = await this.#gateway.submit(update, signal);
    const job = submittedJob(update, submission, this.#clock.now());
    this.#remember(submission.requestId).job = job;
    return { job, lowBalance: submission.lowBalance };
  }

  /**
   * Follows a job until it ends, `waitMs` have passed or the signal aborts, whichever is first, and returns it as last
   * seen. The first look must succeed; a passing fault of a later one is waited out.
   *
   * @param onLook called after every look, and once for a job that is known to have ended
   */
  async watch(
    requestId: string,
    waitMs: number,
    signal: AbortSignal,
    onLook: (job: Job, elapsedMs: number) => void,
  ): Promise<Job> {
    const start = this.#clock.monotonic();
    const end = start + waitMs;
    let job = await orAbort(this.#look(requestId), signal);
    for (;;) {
      const now = this.#clock.monotonic();
      onLook(job, now - start);
      const left = end - now;
      if (job.terminal || left <= 0) return job;
      const pause = Math.max(0, this.#remember(requestId).nextLook - this.#clock.monotonic());
      if (!(await this.#slept(Math.min(pause, left), signal)) || pause >= left) return job;
      const seen = await this.#lookUntil(requestId, end, signal);
      if (!seen) return job;
      job = seen === 'fault' ? job : seen;
    }
  }

  /** Cancels a job if it is still queued. `cancelled` tells whether it now is. */
  async cancel(requestId: string, signal: AbortSignal): Promise<{ job: Job; cancelled: boolean }> {
    const known = this.#remember(requestId);
    if (known.job?.terminal) return { job: known.job, cancelled: known.job.status === 'CANCELLED' };
    const confirmed = await this.#gateway.cancel(requestId, signal);
    const now = this.#clock.now();
    if (confirmed) known.job = updatedJob(known.job ?? newJob(requestId, now), CANCELLED, now, true);
    // The gateway answers the same way when the job had already ended: a look tells how.
    else known.nextLook = 0;
    const job = await this.#look(requestId);
    return { job, cancelled: job.status === 'CANCELLED' };
  }

  close(): Promise<void> {
    return this.#gateway.close();
  }

  /** The job as it stands now, or stood within the poll interval; looks by several callers are one. */
  #look(requestId: string): Promise<Job> {
    const known = this.#remember(requestId);
    if (known.job?.terminal) return Promise.resolve(known.job);
    if (known.looking) return known.looking;
    if (known.job?.checked_at && this.#clock.monotonic() < known.nextLook) return Promise.resolve(known.job);
    known.looking = this.#ask(requestId, known).finally(() => {
      known.looking = null;
    });
    return known.looking;
  }

  async #ask(requestId: string, known: Known): Promise<Job> {
    try {
      const report = await this.#gateway.status(requestId);
      const now = this.#clock.now();
      known.nextLook = this.#clock.monotonic() + this.#pollMs;
      known.job = updatedJob(known.job ?? newJob(requestId, now), report, now, known.job !== null);
      return known.job;
    } catch (error) {
      const asked = error instanceof Failure ? (error.facts.retryAfterSeconds ?? 0) * 1000 : 0;
      known.nextLook = this.#clock.monotonic() + Math.max(this.#pollMs, asked);
      throw error;
    }
  }

  /** A look that is waited for until `end`: the job, `fault` for a passing one, or null when time or patience ran out. */
  async #lookUntil(requestId: string, end: number, signal: AbortSignal): Promise<Job | 'fault' | null> {
    const timeUp = new AbortController();
    const look = this.#look(requestId).catch((error: unknown) => {
      if (error instanceof Failure && PASSING.has(error.code)) return 'fault' as const;
      throw error;
    });
    const left = Math.max(0, end - this.#clock.monotonic());
    try {
      return await Promise.race([look, this.#slept(left, AbortSignal.any([signal, timeUp.signal])).then(() => null)]);
    } finally {
      timeUp.abort();
    }
  }

  /** Whether the whole pause was slept. */
  #slept(ms: number, signal: AbortSignal): Promise<boolean> {
    return this.#clock.sleep(ms, signal).then(
      () => true,
      () => false,
    );
  }

  #remember(requestId: string): Known {
    const known = this.#known.get(requestId) ?? { job: null, looking: null, nextLook: 0 };
    this.#known.delete(requestId);
    this.#known.set(requestId, known);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }
}

const PASSING = new Set(['rate_limited', 'server_error', 'upstream_unavailable', 'network_error']);

/** The promise's outcome, or a failure as soon as the caller has gone. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const gone = new Promise<never>((_, reject) => {
    const leave = () =>
      reject(
        new Failure('network_error', { operation: 'status', detail: 'The call was ended before the answer came.' }),
      );
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
  return Promise.race([promise, gone]);
}
