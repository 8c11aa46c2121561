import { SurroundingsFailure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import type { JobRecord } from './job.ts';
import type { Outbox } from './outbox.ts';
import type { JobStore } from './store/job-store.ts';

export interface StoreAccessOptions {
  store: JobStore;
  outbox: Outbox;
  log: Log;
}

/** The store as polls and cancels use it: they go on when it is away. What waits in the outbox is written first. */
export class StoreAccess {
  readonly #options: StoreAccessOptions;

  constructor(options: StoreAccessOptions) {
    this.#options = options;
  }

  /** The store, once what waits in the outbox was tried to be written to it. */
  async flushed(): Promise<JobStore> {
    await this.#options.outbox.flush();
    return this.#options.store;
  }

  /** Runs `work` on the store; resolves to null when the store is away, which the log then says. */
  async try<T>(work: (store: JobStore) => Promise<T>): Promise<{ result: T } | null> {
    try {
      return { result: await work(await this.flushed()) };
    } catch (error) {
      if (!(error instanceof SurroundingsFailure)) throw error;
      this.#options.log('error', 'store_unavailable', { ...error.facts });
      return null;
    }
  }

  /** What is known of a job; `away` when the store has no row of it to write to. */
  async find(requestId: string): Promise<{ record: JobRecord | null; away: boolean }> {
    const found = await this.try(store => store.find(requestId));
    if (found?.result) return { record: found.result, away: false };
    const waiting = this.#options.outbox.waitingRecords().find(record => record.requestId === requestId) ?? null;
    return { record: waiting, away: found === null || waiting !== null };
  }
}
