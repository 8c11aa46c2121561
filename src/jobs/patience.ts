import type { Clock } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';

/** Sleeps, and tells whether the whole pause was slept. */
export function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}

/** Writes to the store what the gateway has said; if the store cannot take it, the log says so and the call goes on. */
export async function bestEffort<T>(log: Log, save: () => Promise<T>, otherwise: () => T): Promise<T> {
  try {
    return await save();
  } catch (error) {
    log('error', 'store_failed', { error: error instanceof Failure ? error.facts.detail : String(error) });
    return otherwise();
  }
}
