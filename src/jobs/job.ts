import { DOUBT_ASKS_MS, RESULT_KEPT_MS } from '../base/limits.ts';
import type { Output } from '../gateway/gateway.ts';
import { linkExpiry } from '../net/link-expiry.ts';

/** A job's states: the gateway's five, and two of ours for a submit whose answer is not in yet or left a doubt. */
export const JOB_STATUSES = [
  'SUBMITTING',
  'IN_QUEUE',
  'IN_PROGRESS',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'UNKNOWN',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A row of the store; everything that is shown follows from it. Times are milliseconds since the epoch. */
export interface JobRecord {
  rowId: string;
  /** Missing for a job that was only looked up here. */
  intent?: string;
  lift: number;
  /** The gateway that the job belongs to. */
  origin: string;
  /** Submitted with another key of a shared database: only its time may be shown. */
  otherTenant: boolean;
  /** Submitted with another key than the present one, so that a 404 says nothing about the job. */
  otherKey: boolean;
  requestId?: string;
  /** An id that an answer in doubt named; asked about, never shown. */
  hint?: string;
  status: JobStatus;
  /** Of an UNKNOWN row: nobody has resolved or lifted the doubt. False for every other status. */
  open: boolean;
  /** Of an UNKNOWN row: it had been accepted, and the gateway no longer knows it. */
  gone: boolean;
  templateId?: string;
  name?: string;
  submittedAt: number;
  checkedAt?: number;
  /** When it was last known to be live; its end came after that. */
  liveAt?: number;
  /** When it was first seen to have ended. */
  endedAt?: number;
  outputs: Output[];
  resultPending: boolean;
  resultData?: string;
  failure?: string;
  recordId?: string;
  costUsd?: number;
}

/** The row of a job of which nothing else is known. */
export const newRecord = (rowId: string, origin: string, submittedAt: number): JobRecord => ({
  rowId,
  origin,
  lift: 0,
  otherTenant: false,
  otherKey: false,
  status: 'SUBMITTING',
  open: false,
  gone: false,
  submittedAt,
  outputs: [],
  resultPending: false,
});

/** The gateway's lifecycle: what each status means for the job's end, its cancelling and its bill. */
export const LIFECYCLE: Record<JobStatus, { terminal: boolean; cancellable: boolean; billed?: boolean }> = {
  SUBMITTING: { terminal: false, cancellable: false },
  IN_QUEUE: { terminal: false, cancellable: true, billed: false },
  IN_PROGRESS: { terminal: false, cancellable: false, billed: false },
  COMPLETED: { terminal: true, cancellable: false, billed: true },
  FAILED: { terminal: true, cancellable: false, billed: false },
  CANCELLED: { terminal: true, cancellable: false, billed: false },
  UNKNOWN: { terminal: false, cancellable: false },
};

/** Whether a status is a job's end. */
export const isTerminal = (status: JobStatus): boolean => LIFECYCLE[status].terminal;
/** Whether the gateway still has something to do for the job. */
export const isLive = (status: JobStatus): boolean => status === 'IN_QUEUE' || status === 'IN_PROGRESS';

/** Whether the user is to be asked about this row: an open doubt of the last 24 hours. */
export const isRecentDoubt = ({ open, submittedAt }: JobRecord, now: number): boolean =>
  open && now - submittedAt < DOUBT_ASKS_MS;

/** Whether the gateway names a cost for a job that by its documentation is not billed. */
export const hasUnexpectedCost = ({ status, costUsd = 0 }: JobRecord): boolean =>
  (status === 'FAILED' || status === 'CANCELLED') && costUsd > 0;

/**
 * When its result expires: the earliest of what its links say and of the gateway's seven days. A link of this job cannot
 * have expired before the submit: then a clock is wrong, here or there.
 */
export function expiresAt({ status, intent, submittedAt, liveAt, outputs }: JobRecord): number | undefined {
  if (status !== 'COMPLETED') return undefined;
  const earliest = intent === undefined ? Number.NEGATIVE_INFINITY : submittedAt;
  const ends = outputs.map(({ url }) => linkExpiry(url)).filter(end => end !== undefined && end > earliest) as number[];
  if (liveAt !== undefined) ends.push(liveAt + RESULT_KEPT_MS);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
