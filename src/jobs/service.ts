import type { Clock } from '../base/clock.ts';
import { SurroundingsFailure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import type { Gateway, Intent, Submit } from '../gateway/gateway.ts';
import { Canceller } from './canceller.ts';
import { hashIntent } from './hashes.ts';
import type { JobRecord } from './job.ts';
import { Outbox } from './outbox.ts';
import { type JobCall, Poller, type PollResult } from './poller.ts';
import type { JobFilter, JobStore, SentDefinition } from './store/job-store.ts';
import { StoreAccess } from './store-access.ts';
import { type LateRefusal, type SubmitResult, Submitter } from './submitter.ts';

export interface JobServiceOptions {
  gateway: Gateway;
  store: JobStore;
  clock: Clock;
  log: Log;
  /** Shortest time between two polls of one job, milliseconds. */
  pollIntervalMs: number;
  /** Most submits in an hour over the whole store; 0 for no limit. */
  maxSubmitsPerHour: number;
}

/** Submits, polls and cancels jobs, and remembers them in the store. */
export class JobService {
  readonly #outbox: Outbox;
  readonly #store: StoreAccess;
  readonly #poller: Poller;
  readonly #submitter: Submitter;
  readonly #canceller: Canceller;
  readonly #jobStore: JobStore;
  readonly #origin: string;

  constructor({ gateway, store, clock, log, pollIntervalMs, maxSubmitsPerHour }: JobServiceOptions) {
    this.#jobStore = store;
    this.#origin = gateway.origin;
    this.#outbox = new Outbox({ store, origin: gateway.origin, clock, log });
    this.#store = new StoreAccess({ store, outbox: this.#outbox, log });
    this.#poller = new Poller({ gateway, store: this.#store, clock, pollIntervalMs });
    this.#canceller = new Canceller({ gateway, store: this.#store, poller: this.#poller, clock });
    this.#submitter = new Submitter({
      gateway,
      store: this.#store,
      outbox: this.#outbox,
      poller: this.#poller,
      clock,
      maxPerHour: maxSubmitsPerHour,
    });
  }

  /**
   * Asks for a job. The intent is in the store before the request leaves, so that a job which may exist is never
   * forgotten; an equal submit answers with the job that there is. Resolves to null, with nothing sent, when the
   * definition that was edited (`baseRowId`) is no longer the one last sent: edit the new one.
   *
   * @param lift how many duplicates the user has agreed to (`lift.ts`)
   * @throws GatewayFailure that says what became of it: `submission_unknown` when a job may exist
   * @throws SurroundingsFailure `store_unavailable` or `spend_guard`; nothing was sent
   */
  submit(submit: Submit, lift: number, call: JobCall): Promise<SubmitResult | null> {
    return this.#submitter.submit(submit, lift, call);
  }

  /**
   * The job that an equal submit of these edits has made, if that would be a duplicate; null otherwise. Edits are applied
   * after that: an equal submit may have made the definition that they would edit.
   *
   * @throws as `submit`, for an equal submit in doubt
   */
  findEqual(editsIntent: Intent, lift: number, call: JobCall): Promise<SubmitResult | null> {
    return this.#submitter.findEqual(editsIntent, lift, call);
  }

  /** Waits for a job's end: see `Poller.wait`. */
  wait(
    requestId: string,
    waitMs: number,
    call: JobCall,
    onPoll: (record: JobRecord, elapsedMs: number) => void,
  ): Promise<PollResult> {
    return this.#poller.wait(requestId, waitMs, call, onPoll);
  }

  /** Cancels a job if it is still queued. `cancelled` says what a poll after it found. */
  cancel(requestId: string, call: JobCall): Promise<PollResult & { cancelled: boolean }> {
    return this.#canceller.cancel(requestId, call);
  }

  /** The jobs in the store, open doubts first, then newest first; before them those that wait in the outbox. */
  async list(filter: JobFilter): Promise<{ records: JobRecord[]; away: boolean }> {
    const listed = await this.#store
      .use(store => store.list(filter))
      .then(
        records => ({ records }),
        (error: unknown) => ({ error }),
      );
    const waiting = this.#outbox.waitingRows();
    const matching = [...waiting.values()]
      .filter(record => record !== null)
      .filter(
        ({ status, templateId, requestId = '' }) =>
          status === (filter.status ?? status) &&
          templateId === (filter.templateId ?? templateId) &&
          requestId.startsWith(filter.prefix ?? ''),
      );
    if ('records' in listed) {
      return { records: [...matching, ...listed.records.filter(({ rowId }) => !waiting.has(rowId))], away: false };
    }
    if (!(listed.error instanceof SurroundingsFailure) || matching.length === 0) throw listed.error;
    return { records: matching, away: true };
  }

  /** Submits that were refused after their call had answered, since this was last called. */
  takeLateRefusals(): LateRefusal[] {
    return this.#submitter.takeLateRefusals();
  }

  /** What is known of a job without asking the gateway. */
  async recall(requestId: string): Promise<JobRecord | null> {
    return (await this.#store.find(requestId)).record;
  }

  /** The definitions sent for a template, newest first; for `edits` without those that a doubt of the same edits has left. */
  definitions(templateId: string, limit: number, edits?: Intent): Promise<SentDefinition[]> {
    const intent = edits && hashIntent(this.#origin, edits);
    return this.#store.use(store => store.definitions(templateId, limit, intent));
  }

  /** The templates for which definitions are kept. */
  templates(limit: number): Promise<string[]> {
    return this.#store.use(store => store.templates(limit));
  }

  /** Whether a submit is on its way or an outcome waits to be written. */
  busy(): boolean {
    return this.#submitter.sending || this.#outbox.waiting;
  }

  /** Resolves when no submit is on its way and every outcome was tried once more. */
  async drain(): Promise<void> {
    await this.#submitter.idle();
    await this.#outbox.flush();
  }

  /** Closes the store. What is on its way to the gateway is left to end: a submit that is cut off is a doubt. */
  async close(): Promise<void> {
    this.#outbox.close();
    await this.#jobStore.close();
  }
}
