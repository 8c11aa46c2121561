import { type Clock, slept, withTimeout } from '../base/clock.ts';
import { callEnded, GatewayFailure } from '../gateway/failure.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { isTerminal, type JobRecord } from './job.ts';
import type { JobCall, Poller, PollResult } from './poller.ts';
import type { StoreAccess } from './store-access.ts';

export interface CancellerOptions {
  gateway: Gateway;
  store: StoreAccess;
  poller: Poller;
  clock: Clock;
}

/** Polls after a confirmed cancel, until one says that the job is cancelled, and the pause before each, milliseconds. */
const CONFIRM_POLLS = 3;
const CONFIRM_PAUSE_MS = 1_000;

/** Cancels jobs. The answer to a cancel decides nothing: a poll after it does. */
export class Canceller {
  readonly #options: CancellerOptions;

  constructor(options: CancellerOptions) {
    this.#options = options;
  }

  /**
   * Cancels a job if it is still queued, and resolves to the job as polled afterwards.
   *
   * @throws GatewayFailure `not_cancellable` when a worker has started
   */
  async cancel(requestId: string, { signal, deadline }: JobCall): Promise<PollResult & { cancelled: boolean }> {
    const { clock } = this.#options;
    const left = deadline - clock.monotonic();
    const cancelled = await withTimeout(clock, this.#cancel(requestId, signal), left, signal);
    if (cancelled) return cancelled;
    throw callEnded('cancel', requestId);
  }

  async #cancel(requestId: string, signal: AbortSignal): Promise<PollResult & { cancelled: boolean }> {
    const { gateway, store, poller } = this.#options;
    const { record, away } = await store.find(requestId);
    if (record && record.origin !== gateway.origin) {
      throw new GatewayFailure('job_not_found', { operation: 'cancel', requestId, otherOrigin: record.origin });
    }
    if (record && isTerminal(record.status)) return ended({ record, unwritten: away });
    try {
      await gateway.cancel(requestId, signal);
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      if (error.code === 'not_cancellable') return this.#afterRefusal(requestId, error);
      // A poll distinguishes a job that is not there yet from one that is gone.
      if (error.code === 'job_not_found') return ended(await poller.pollNow(requestId));
      throw error;
    }
    return this.#afterCancel(requestId, signal);
  }

  async #afterCancel(requestId: string, signal: AbortSignal): Promise<PollResult & { cancelled: boolean }> {
    const { poller, clock } = this.#options;
    for (let polls = 1; ; polls++) {
      const polled = await poller.pollNow(requestId);
      const { status } = polled.record;
      if (status === 'IN_PROGRESS') throw new GatewayFailure('not_cancellable', { operation: 'cancel', requestId });
      if (isTerminal(status) || polls === CONFIRM_POLLS) return ended(polled);
      if (!(await slept(clock, CONFIRM_PAUSE_MS, signal))) return ended(polled);
    }
  }

  /** Rethrows the refusal of a cancel that came too late, unless a poll shows that the job has ended. */
  async #afterRefusal(requestId: string, refusal: GatewayFailure): Promise<PollResult & { cancelled: boolean }> {
    const polled = await this.#options.poller.pollNow(requestId).catch((error: unknown) => {
      if (error instanceof GatewayFailure) return null;
      throw error;
    });
    if (!polled || !isTerminal(polled.record.status)) throw refusal;
    return ended(polled);
  }
}

const ended = (polled: PollResult): PollResult & { cancelled: boolean } => ({
  ...polled,
  cancelled: isCancelled(polled.record),
});
const isCancelled = ({ status }: JobRecord): boolean => status === 'CANCELLED';
