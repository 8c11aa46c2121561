import { SurroundingsFailure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import type { JobRecord } from './job.ts';
import type { Outbox } from './outbox.ts';
import { type JobStore, type Reservation, type ReservationRequest, UncertainReservation } from './store/job-store.ts';
import { hasReason } from './store/unavailable.ts';

export interface StoreAccessOptions {
  store: JobStore;
  outbox: Outbox;
  log: Log;
}

/** The store as the parts of the job service use it: what waits in the outbox is written first. */
export class StoreAccess {
  readonly #options: StoreAccessOptions;

  constructor(options: StoreAccessOptions) {
    this.#options = options;
  }

  /**
   * Runs `work` on the store, once what waits in the outbox was tried to be written to it; on a store that has just been
   * replaced too, since `reserve` alone has to report that.
   */
  async use<T>(work: (store: JobStore) => Promise<T>): Promise<T> {
    const { store, outbox } = this.#options;
    await outbox.flush();
    try {
      return await work(store);
    } catch (error) {
      if (!hasReason(error, 'lost')) throw error;
      await outbox.flush();
      return work(store);
    }
  }

  /** As `JobStore.reserve`. A reservation whose commit was not answered is taken back: nothing is sent for it. */
  async reserve(intent: ReservationRequest): Promise<Reservation> {
    const { store, outbox } = this.#options;
    for (;;) {
      // An outcome that came during a flush is being written: that its write has not ended is no failure.
      do await outbox.flush();
      while (outbox.writing);
      outbox.requireWritten(intent);
      try {
        const reservation = await store.reserve(intent);
        if (reservation.kind !== 'reserved' || outbox.knowsStore()) return reservation;
        // The store was replaced after the outbox was written to it: the new one has to know of the submits on their way.
        await outbox.settle(reservation.row, { kind: 'refused' });
      } catch (error) {
        if (error instanceof UncertainReservation) await outbox.settle(error.row, { kind: 'refused' });
        throw error;
      }
    }
  }

  /** Runs `work` on the store; resolves to null when the store is away, which the log then says. */
  async try<T>(work: (store: JobStore) => Promise<T>): Promise<{ result: T } | null> {
    try {
      return { result: await this.use(work) };
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
