import type { Clock } from '../../src/base/clock.ts';

interface Sleeper {
  until: number;
  wake(): void;
}

/** A clock that moves only when it is told to. */
export class HandClock implements Clock {
  static readonly EPOCH = Date.parse('2026-03-01T12:00:00Z');
  #epoch: number;
  #at = 0;
  readonly #sleepers = new Set<Sleeper>();
  readonly #settled: () => Promise<void>;

  /**
   * @param epoch the wall clock at the start, milliseconds since 1970
   * @param whenSettled resolves once everything has run that does not wait for the clock
   */
  constructor(epoch = HandClock.EPOCH, whenSettled = settled) {
    this.#epoch = epoch;
    this.#settled = whenSettled;
  }

  now(): number {
    return this.#epoch + this.#at;
  }

  monotonic(): number {
    return this.#at;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const sleeper = { until: this.#at + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** Moves the wall clock, back by a negative number; waits do not notice. */
  moveWallClock(ms: number): void {
    this.#epoch += ms;
  }

  /** The machine slept: `ms` are over at once, and every sleeper whose time has come wakes. */
  jump(ms: number): Promise<void> {
    this.#at += ms;
    return this.pass(0);
  }

  /** Lets `ms` pass: wakes the sleepers in their order, and whatever they start in that time. */
  async pass(ms: number): Promise<void> {
    const end = this.#at + ms;
    await this.#settled();
    for (;;) {
      const [next] = [...this.#sleepers].sort((a, b) => a.until - b.until);
      if (!next || next.until > end) break;
      this.#at = Math.max(this.#at, next.until);
      this.#sleepers.delete(next);
      next.wake();
      await this.#settled();
    }
    this.#at = end;
  }
}

/** Resolves once everything has run that does not wait for the clock. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
