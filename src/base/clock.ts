import { setTimeout as delay } from 'node:timers/promises';

/** The time and its timers; passed in, so that tests control them. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch: for what is shown and stored. */
  now(): number;
  /** Monotonic milliseconds: for waits and deadlines, independent of the wall clock. */
  monotonic(): number;
  /** Resolves after `ms`; rejects at once with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/** Sleeps; resolves to false if the signal aborted. */
export const slept = (clock: Clock, ms: number, signal?: AbortSignal): Promise<boolean> =>
  clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );

/** Resolves once the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What `work` resolves to, or null once `ms` have passed or the signal aborts; the work itself continues. */
export async function withTimeout<T>(
  clock: Clock,
  work: Promise<T>,
  ms: number,
  signal?: AbortSignal,
): Promise<T | null> {
  const done = new AbortController();
  const ends = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  const timeout = clock.sleep(Math.max(0, ms), ends).catch(() => {});
  try {
    return await Promise.race([work, timeout.then(() => null)]);
  } finally {
    done.abort();
  }
}
