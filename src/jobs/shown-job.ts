import { omitUndefined } from '../base/json.ts';
import { showText } from '../base/text.ts';
import type { Output } from '../gateway/gateway.ts';
import { expiresAt, hasUnexpectedCost, type JobRecord, type JobStatus, LIFECYCLE } from './job.ts';

/** Ids and names of templates are shown up to this length. */
const LONGEST_NAME = 200;

/** A job as an agent sees it; what is not known is left out. Times are ISO 8601 in UTC. */
export interface Job {
  request_id?: string;
  status: JobStatus;
  terminal: boolean;
  cancellable: boolean;
  billed?: boolean;
  template_id?: string;
  name?: string;
  /** For a job submitted elsewhere, when it was first polled here. */
  submitted_at: string;
  /** When the gateway was last asked. */
  checked_at?: string;
  /** When it was first seen to have ended. */
  completed_at?: string;
  outputs?: Output[];
  output_count?: number;
  expires_at?: string;
  failure?: string;
  /** A result that was not understood, cut short: data. */
  result_data?: string;
  record_id?: string;
  cost_usd?: number;
}

/** The job as it is shown. */
export function toJob(record: JobRecord): Job {
  const { status, outputs, checkedAt, endedAt, templateId, name } = record;
  if (record.otherTenant) return { status, ...LIFECYCLE[status], submitted_at: iso(record.submittedAt) };
  return omitUndefined<Job>({
    request_id: record.requestId,
    status,
    ...LIFECYCLE[status],
    ...(hasUnexpectedCost(record) ? { billed: undefined } : {}),
    template_id: shown(templateId),
    name: shown(name),
    submitted_at: iso(record.submittedAt),
    checked_at: time(checkedAt),
    completed_at: time(endedAt),
    ...(outputs.length > 0 ? { outputs } : {}),
    expires_at: time(expiresAt(record)),
    failure: record.failure,
    result_data: record.resultData,
    record_id: record.recordId,
    cost_usd: record.costUsd,
  });
}

/** The job in a list: outputs are counted, since their links are long. */
export function toListedJob(record: JobRecord): Job {
  const { outputs, ...job } = toJob(record);
  return { ...job, ...(outputs ? { output_count: outputs.length } : {}) };
}

/** ISO 8601 in UTC, to the second. */
export const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, '');
const time = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : iso(ms));
const shown = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : showText(text, LONGEST_NAME);
