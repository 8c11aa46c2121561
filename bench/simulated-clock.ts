import type { Clock } from '../src/base/clock.ts';

/** A clock that jumps to the next sleeper's time whenever nothing else is left to run. */
export class SimulatedClock implements Clock {
  readonly #epoch = Date.now();
  #at = 0;
  readonly #sleepers = new Set<{ until: number; wake(): void }>();

  now(): number {
    return this.#epoch + this.#at;
  }

  monotonic(): number {
    return this.#at;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { until: this.#at + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      });
    });
  }

  /** Lets time pass until the work is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = work.finally(() => {
      done = true;
    });
    end.catch(() => {});
    while (!done) {
      await new Promise(resolve => setImmediate(resolve));
      const [next] = [...this.#sleepers].sort((a, b) => a.until - b.until);
      if (done || !next) continue;
      this.#at = Math.max(this.#at, next.until);
      this.#sleepers.delete(next);
      next.wake();
    }
    return end;
  }
}
