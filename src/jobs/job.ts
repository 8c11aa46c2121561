import { showText } from '../base/text.ts';
import type { JobReport, Output, Submission } from '../gateway/gateway.ts';
import type { JobStatus } from '../guidance/progress.ts';

/** A job as an agent sees it. Times are ISO 8601 in UTC. */
export interface Job {
  request_id: string | null;
  status: JobStatus;
  terminal: boolean;
  cancellable: boolean;
  /** Null while it is not known. */
  billed: boolean | null;
  template_id: string | null;
  name: string | null;
  /** For a job submitted elsewhere, when it was first asked about here. */
  submitted_at: string;
  /** When the gateway was last asked. */
  checked_at: string | null;
  /** When it was first seen at its end; null for a job that had ended before it was first asked about here. */
  completed_at: string | null;
  outputs: Output[];
  /** When the result is gone: seven days after completed_at. */
  expires_at: string | null;
  failure: string | null;
  record_id: string | null;
  cost_usd: number | null;
}

/** What is written down of a job; everything else follows from it. Times are milliseconds since the epoch. */
export interface JobRecord {
  requestId: string | null;
  status: JobStatus;
  templateId: string | null;
  name: string | null;
  submittedAt: number;
  checkedAt: number | null;
  completedAt: number | null;
  outputs: Output[];
  failure: string | null;
  recordId: string | null;
  costUsd: number | null;
}

/** No template's id or name is longer, and a list of jobs is not to be flooded by one that is. */
const LONGEST_NAME = 200;

/** How long the gateway keeps a completed result, by its documentation. */
export const RESULT_KEPT_MS = 7 * 24 * 3_600_000;

/** The gateway's lifecycle: what each status means for the job's end, its cancelling and its bill. */
const LIFECYCLE: Record<JobStatus, Pick<Job, 'terminal' | 'cancellable' | 'billed'>> = {
  SUBMITTING: { terminal: false, cancellable: false, billed: null },
  IN_QUEUE: { terminal: false, cancellable: true, billed: false },
  IN_PROGRESS: { terminal: false, cancellable: false, billed: false },
  COMPLETED: { terminal: true, cancellable: false, billed: true },
  FAILED: { terminal: true, cancellable: false, billed: false },
  CANCELLED: { terminal: true, cancellable: false, billed: false },
  UNKNOWN: { terminal: false, cancellable: false, billed: null },
};

/** Whether a status is a job's end. */
export const isTerminal = (status: JobStatus): boolean => LIFECYCLE[status].terminal;

/** A job of which only its id is known, first heard of at `now`. */
export function newRecord(requestId: string | null, now: number): JobRecord {
  return {
    requestId,
    status: 'IN_QUEUE',
    templateId: null,
    name: null,
    submittedAt: now,
    checkedAt: null,
    completedAt: null,
    outputs: [],
    failure: null,
    recordId: null,
    costUsd: null,
  };
}

/** The job once the gateway has accepted it. */
export function accepted(record: JobRecord, submission: Submission): JobRecord {
  const { requestId, status, recordId, costUsd } = submission;
  return { ...record, requestId, status, recordId, costUsd };
}

/**
 * The job after a look at the gateway. A job that has ended stays as it is: an older look may answer late.
 *
 * @param seenAlive whether it was known, and not ended, before this look; only then is the time of its end known
 */
export function looked(record: JobRecord, report: JobReport, now: number, seenAlive: boolean): JobRecord {
  if (isTerminal(record.status)) return record;
  return {
    ...record,
    status: report.status,
    checkedAt: now,
    completedAt: isTerminal(report.status) && seenAlive ? now : null,
    outputs: report.outputs,
    failure: report.failure,
    recordId: record.recordId ?? report.recordId,
    costUsd: report.costUsd ?? record.costUsd,
  };
}

/** The job as it is shown. */
export function toJob(record: JobRecord): Job {
  const { status, completedAt } = record;
  return {
    request_id: record.requestId,
    status,
    ...LIFECYCLE[status],
    template_id: record.templateId === null ? null : showText(record.templateId, LONGEST_NAME),
    name: record.name === null ? null : showText(record.name, LONGEST_NAME),
    submitted_at: iso(record.submittedAt),
    checked_at: record.checkedAt === null ? null : iso(record.checkedAt),
    completed_at: completedAt === null ? null : iso(completedAt),
    outputs: record.outputs,
    expires_at: status === 'COMPLETED' && completedAt !== null ? iso(completedAt + RESULT_KEPT_MS) : null,
    failure: record.failure,
    record_id: record.recordId,
    cost_usd: record.costUsd,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
