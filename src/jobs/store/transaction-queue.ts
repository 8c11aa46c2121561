import { STORE_HELD_MS } from '../../base/limits.ts';

/**
 * Runs the transactions of one connection one after the other. Each may try until the monotonic time that it is given:
 * STORE_HELD_MS after it was asked for, or after the last one that succeeded. So calls that wait in line for a database
 * that is held or away fail together, not one after the other.
 */
export class TransactionQueue {
  #last: Promise<unknown> = Promise.resolve();
  #succeededAt = Number.NEGATIVE_INFINITY;

  run<T>(work: (deadline: number) => Promise<T>): Promise<T> {
    const askedAt = performance.now();
    const turn = this.#last.then(async () => {
      const result = await work(Math.max(askedAt, this.#succeededAt) + STORE_HELD_MS);
      this.#succeededAt = performance.now();
      return result;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves once all have ended. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
