import type { JobReport, Output, Submission, TemplateUpdate } from '../gateway/gateway.ts';
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

const iso = (ms: number): string => new Date(ms).toISOString();

/** A job that the gateway has just accepted. */
export function submittedJob(update: TemplateUpdate, submission: Submission, now: number): Job {
  return {
    ...newJob(submission.requestId, now),
    status: submission.status,
    ...LIFECYCLE[submission.status],
    template_id: update.templateId,
    name: update.name,
    record_id: submission.recordId,
    cost_usd: submission.costUsd,
  };
}

/** A job of which only its id is known. */
export function newJob(requestId: string, now: number): Job {
  return {
    request_id: requestId,
    status: 'IN_QUEUE',
    ...LIFECYCLE.IN_QUEUE,
    template_id: null,
    name: null,
    submitted_at: iso(now),
    checked_at: null,
    completed_at: null,
    outputs: [],
    expires_at: null,
    failure: null,
    record_id: null,
    cost_usd: null,
  };
}

/**
 * The job after a look at the gateway. A job that has ended stays as it is: an older look may answer late.
 *
 * @param seenAlive whether it was known, and not ended, before this look; only then is the time of its end known
 */
export function updatedJob(job: Job, report: JobReport, now: number, seenAlive: boolean): Job {
  if (job.terminal) return job;
  const lifecycle = LIFECYCLE[report.status];
  const completedAt = job.completed_at ?? (lifecycle.terminal && seenAlive ? iso(now) : null);
  return {
    ...job,
    status: report.status,
    ...lifecycle,
    checked_at: iso(now),
    completed_at: completedAt,
    outputs: report.outputs,
    expires_at: report.status === 'COMPLETED' && completedAt ? iso(Date.parse(completedAt) + RESULT_KEPT_MS) : null,
    failure: report.failure,
    record_id: job.record_id ?? report.recordId,
    cost_usd: report.costUsd ?? job.cost_usd,
  };
}

/** The report of a job that the gateway has just cancelled. */
export const CANCELLED: JobReport = { status: 'CANCELLED', outputs: [], failure: null, recordId: null, costUsd: null };
