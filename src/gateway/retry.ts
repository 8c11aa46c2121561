import type { Operation } from '../base/failure.ts';

/** How one attempt at the gateway ended, as far as the rules care. */
export type AttemptEnd =
  /** The gateway answered with this status, and asked for this pause if any (milliseconds). */
  | { kind: 'answer'; status: number; retryAfterMs: number | null }
  /** The request provably never left this machine. */
  | { kind: 'not_sent' }
  /** The request left, or may have, and no whole answer came back. */
  | { kind: 'broken' };

const BASE_MS = 500;
const CAP_MS = 8_000;
/** A pause that the gateway asks for is slept here up to this long; a longer one is the agent's to wait. */
const PATIENCE_MS = 10_000;

const MAX_ATTEMPTS: Record<Operation, number> = { submit: 3, status: 4, cancel: 4 };

/**
 * Whether to try again, and after how many milliseconds; null means that this end is final.
 *
 * A submit is billed, so it is repeated only when the gateway refused it outright (429, 503) or when it never left.
 * Reading and cancelling change nothing twice, so any passing fault is retried.
 *
 * @param attempt the attempt that has just ended, counted from 1
 * @param random a number in [0, 1), for full jitter
 */
export function planRetry(operation: Operation, end: AttemptEnd, attempt: number, random: number): number | null {
  if (attempt >= MAX_ATTEMPTS[operation] || !mayRepeat(operation, end)) return null;
  const asked = end.kind === 'answer' ? (end.retryAfterMs ?? 0) : 0;
  if (asked > PATIENCE_MS) return null;
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  return Math.max(asked, random * ceiling);
}

function mayRepeat(operation: Operation, end: AttemptEnd): boolean {
  if (end.kind === 'not_sent') return true;
  if (operation === 'submit') return end.kind === 'answer' && (end.status === 429 || end.status === 503);
  return end.kind === 'broken' || end.status === 429 || (end.status >= 500 && end.status <= 599);
}
