import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import type { Gateway, JobReport, Submission, TemplateUpdate } from '../gateway/gateway.ts';
import { accepted, isTerminal, type Job, newRecord, toJob } from './job.ts';
import { bestEffort, slept } from './patience.ts';
import type { JobFilter, JobStore, Reservation, SentDefinition } from './store/job-store.ts';
import { Watcher, type WatcherOptions } from './watcher.ts';

export interface JobServiceOptions extends WatcherOptions {
  /** Most submits in an hour over the whole store; 0 for no limit. */
  maxSubmitsPerHour: number;
}

/** What came of a submit. */
export interface Submitted {
  job: Job;
  /** An equal call had made this job already; nothing was submitted. */
  duplicate: boolean;
  lowBalance: boolean;
  /** Live jobs that change the same template in another way. */
  rivals: Job[];
}

/** How long a call may last, and what ends it sooner. */
export interface Patience {
  signal: AbortSignal;
  /** Monotonic time by which it must have its answer. */
  deadline: number;
}

/** What the store may take to write down what came of a submit. */
const STORE_MS = 6_000;
/** How long a call waits for an equal one that is being submitted at the same moment. */
const TWIN_PATIENCE_MS = 5_000;
const TWIN_PAUSE_MS = 200;

const NOTHING_YET = { outputs: [], failure: null, recordId: null, costUsd: null };
const CANCELLED: JobReport = { status: 'CANCELLED', ...NOTHING_YET };
const STARTED: JobReport = { status: 'IN_PROGRESS', ...NOTHING_YET };

/** Submits, follows and cancels jobs, and remembers them in the store. */
export class JobService {
  readonly #gateway: Gateway;
  readonly #store: JobStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #maxSubmitsPerHour: number;
  readonly #watcher: Watcher;
  constructor(options: JobServiceOptions) {
    const { gateway, store, clock, log, maxSubmitsPerHour } = options;
    this.#gateway = gateway;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#maxSubmitsPerHour = maxSubmitsPerHour;
    this.#watcher = new Watcher(options);
  }

  /**
   * Asks for a job and returns as soon as the gateway has queued it. The intent is in the store before the request
   * leaves, so that a job which may exist is never forgotten.
   */
  async submit(update: TemplateUpdate, allowDuplicate: boolean, { signal, deadline }: Patience): Promise<Submitted> {
    const reservation = await this.#reserve(update, allowDuplicate, signal);
    if (reservation.kind === 'duplicate') {
      return { job: toJob(reservation.record), duplicate: true, lowBalance: false, rivals: [] };
    }
    const submission = await this.#send(reservation.id, update, { signal, deadline });
    const record = await bestEffort(
      this.#log,
      () => this.#store.accept(reservation.id, submission),
      () =>
        accepted(
          { ...newRecord(null, this.#clock.now()), templateId: update.templateId, name: update.name },
          submission,
        ),
    );
    const rivals = reservation.rivals.map(toJob);
    return { job: toJob(record), duplicate: false, lowBalance: submission.lowBalance, rivals };
  }

  /**
   * Follows a job until it ends, `waitMs` have passed or the signal aborts, and returns it as last seen.
   *
   * @param onLook called after every look with the milliseconds since the start
   */
  watch(
    requestId: string,
    waitMs: number,
    signal: AbortSignal,
    onLook: (job: Job, elapsedMs: number) => void,
  ): Promise<Job> {
    return this.#watcher.watch(requestId, waitMs, signal, onLook);
  }

  /** Cancels a job if it is still queued. `cancelled` tells whether it now is. */
  async cancel(requestId: string, signal: AbortSignal): Promise<{ job: Job; cancelled: boolean }> {
    let record = await this.#store.find(requestId);
    if (!record || !isTerminal(record.status)) {
      const known = record;
      const confirmed = await this.#watcher
        .told(requestId, known, () => this.#gateway.cancel(requestId, signal))
        .catch(async (error: unknown) => {
          // Too late to cancel means that a worker has started.
          const started = error instanceof Failure && error.code === 'not_cancellable';
          if (started) await this.#watcher.save(requestId, STARTED, known);
          throw error;
        });
      // Without a confirmation the job had already ended: a look tells how.
      record = confirmed
        ? await this.#watcher.save(requestId, CANCELLED, record)
        : await this.#watcher.ask(requestId, record);
    }
    return { job: toJob(record), cancelled: record.status === 'CANCELLED' };
  }

  /** The jobs in the store, newest first. */
  async list(filter: JobFilter): Promise<Job[]> {
    return (await this.#store.list(filter)).map(toJob);
  }

  /** What is known of a job without asking the gateway. */
  async recall(requestId: string): Promise<Job | null> {
    const record = await this.#store.find(requestId);
    return record && toJob(record);
  }

  /** The definitions sent for a template, newest first. */
  definitions(templateId: string, limit: number): Promise<SentDefinition[]> {
    return this.#store.definitions(templateId, limit);
  }

  /** The templates for which definitions are kept. */
  templates(limit: number): Promise<string[]> {
    return this.#store.templates(limit);
  }

  /** Closes the store. What is on its way to the gateway is left to end: a submit that is cut off is a doubt. */
  close(): Promise<void> {
    return this.#store.close();
  }

  /** The right to submit, or the job that an equal call has made; waits while an equal call is being submitted. */
  async #reserve(
    update: TemplateUpdate,
    allowDuplicate: boolean,
    signal: AbortSignal,
  ): Promise<Exclude<Reservation, { kind: 'spent' }>> {
    const end = this.#clock.monotonic() + TWIN_PATIENCE_MS;
    for (;;) {
      if (signal.aborted)
        throw new Failure('network_error', { operation: 'submit', detail: 'The call was ended before it was sent.' });
      const reservation = await this.#store.reserve(update, { allowDuplicate, maxPerHour: this.#maxSubmitsPerHour });
      if (reservation.kind === 'spent') throw spent(reservation, this.#clock.now());
      if (reservation.kind === 'reserved') return reservation;
      const { status, requestId, recordId } = reservation.record;
      if (status === 'UNKNOWN') {
        throw new Failure('submission_unknown', {
          operation: 'submit',
          requestId,
          recordId,
          liftedBy: 'duplicate',
          detail:
            'This very call left within the last ten minutes, and what became of it is not known; nothing was sent now.',
        });
      }
      if (status !== 'SUBMITTING' || this.#clock.monotonic() >= end) return reservation;
      await slept(this.#clock, TWIN_PAUSE_MS, signal);
    }
  }

  async #send(id: string, update: TemplateUpdate, { signal, deadline }: Patience): Promise<Submission> {
    try {
      return await this.#gateway.submit(update, signal, deadline - this.#clock.monotonic() - STORE_MS);
    } catch (error) {
      // Should the store fail now, the row stays SUBMITTING and becomes UNKNOWN, which errs on the safe side.
      await bestEffort(
        this.#log,
        () => {
          if (error instanceof Failure && !leavesDoubt(error)) return this.#store.withdraw(id);
          const { requestId = null, recordId = null } = error instanceof Failure ? error.facts : {};
          return this.#store.doubt(id, requestId, recordId);
        },
        () => undefined,
      );
      throw error;
    }
  }
}

/**
 * Whether a failed submit may have made a job all the same. A 502 or 504 comes from a proxy that cannot tell, so that
 * repeating the call, as its problem says, is answered with the doubt instead of a second submit.
 */
function leavesDoubt({ code, facts }: Failure): boolean {
  return code === 'submission_unknown' || facts.httpStatus === 502 || facts.httpStatus === 504;
}

function spent({ used, nextFreeAt }: { used: number; nextFreeAt: number }, now: number): Failure {
  const minutes = Math.max(1, Math.ceil((nextFreeAt - now) / 60_000));
  return new Failure('spend_guard', {
    operation: 'submit',
    detail: `${used} updates were submitted within the last hour, which is the limit. The next is free in ${minutes} min, at ${new Date(nextFreeAt).toISOString()}.`,
  });
}
