import { PAUSE_MS } from '../base/limits.ts';
import type { GatewayFailure, Operation } from './failure.ts';

const BASE_MS = 500;
const CAP_MS = 8_000;
const MAX_ATTEMPTS: Record<Operation, number> = { submit: 3, poll: 4, cancel: 4 };

/**
 * Whether to try again within the call, and after how many milliseconds; undefined when the failure is final.
 *
 * A submit is repeated only when the gateway limits the rate or when the request provably never left whole, which is
 * what `network_error` means for it. A poll and a cancel change nothing twice, so any transient failure is retried.
 *
 * @param attempt the attempt that has just failed, counted from 1
 * @param random a number in [0, 1), for full jitter
 */
export function planRetry({ code, facts }: GatewayFailure, attempt: number, random: number): number | undefined {
  const { operation, transient, httpStatus = 0, retryAfterSeconds = 0 } = facts;
  if (!transient || attempt >= MAX_ATTEMPTS[operation]) return undefined;
  if (operation === 'submit' && code !== 'rate_limited' && code !== 'network_error') return undefined;
  if (httpStatus >= 200 && httpStatus < 300) return undefined;
  const asked = retryAfterSeconds * 1000;
  if (asked > PAUSE_MS) return undefined;
  return Math.max(asked, random * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)));
}
