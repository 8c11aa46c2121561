import { SurroundingsFailure } from '../../base/failure.ts';

/** Why the store cannot be used. */
export type StoreReason =
  | 'held'
  | 'corrupt'
  | 'lost'
  | 'newer'
  | 'unwritable'
  | 'no_driver'
  | 'no_home'
  | 'no_locks'
  | 'side_file'
  | 'full'
  | 'bad_address'
  | 'unreachable'
  | 'refused'
  | 'no_tls'
  | 'certificate'
  | 'certificate_file'
  | 'no_rights'
  | 'no_database'
  | 'role_refused'
  | 'read_only'
  | 'too_many_clients'
  | 'row_refused';

/** Reasons that may pass by themselves. */
const TRANSIENT: ReadonlySet<StoreReason> = new Set(['held', 'lost', 'unreachable', 'too_many_clients']);

/** Why the store cannot be used. `cause` is an error code or a sentence of ours, never the words of a database. */
export function unavailable(reason: StoreReason, place: string | undefined, cause?: string): SurroundingsFailure {
  return new SurroundingsFailure('store_unavailable', {
    reason,
    ...(place === undefined ? {} : { place }),
    ...(cause === undefined ? {} : { cause }),
    ...(TRANSIENT.has(reason) ? { transient: true } : {}),
  });
}

/** Whether a failure is the store's, for this reason. */
export const hasReason = (error: unknown, reason: StoreReason): error is SurroundingsFailure =>
  error instanceof SurroundingsFailure && error.facts.reason === reason;
