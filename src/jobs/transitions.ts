import { omitUndefined } from '../base/json.ts';
import type { Accepted, JobReport } from '../gateway/gateway.ts';
import { isTerminal, type JobRecord, newRecord } from './job.ts';
import type { ReservedRow } from './store/job-store.ts';

/** The record of a submit before its answer. */
export const reservedRecord = (
  { id, intent, lift, templateId, name, submittedAt }: ReservedRow,
  origin: string,
): JobRecord => omitUndefined<JobRecord>({ ...newRecord(id, origin, submittedAt), intent, lift, templateId, name });

/** Whether the gateway has accepted the submit: then its row is never taken back. */
export const wasAccepted = ({ status, gone }: JobRecord): boolean =>
  gone || (status !== 'SUBMITTING' && status !== 'UNKNOWN');

/** The record of a submit that may have made a job; what is known of it already stays. */
export const doubtRecord = (record: JobRecord, hint: string | undefined, recordId: string | undefined): JobRecord =>
  omitUndefined<JobRecord>({
    ...record,
    status: 'UNKNOWN',
    hint: record.hint ?? hint,
    recordId: recordId ?? record.recordId,
  });

/** The record of a submit once the gateway has accepted it. */
export function acceptedRecord(record: JobRecord, accepted: Accepted, now: number): JobRecord {
  const { requestId, status, outputs, recordId, costUsd } = accepted;
  return omitUndefined<JobRecord>({
    ...record,
    hint: undefined,
    requestId: requestId ?? record.requestId,
    status,
    open: false,
    // The answer may be written long after it came, but the job was not over before its submit.
    liveAt: record.submittedAt,
    ...(status === 'COMPLETED' ? { endedAt: now, checkedAt: now } : {}),
    outputs,
    recordId: recordId ?? record.recordId,
    costUsd: costUsd ?? record.costUsd,
  });
}

/** The submit's record with what a poll saw of the same job before its answer was written: the later state counts. */
export function mergeRecords(own: JobRecord, polled: JobRecord): JobRecord {
  if (!wasAccepted(polled) || polled.gone || (own.status === 'COMPLETED' && polled.endedAt === undefined)) return own;
  const { intent: _intent, templateId: _templateId, name: _name, ...state } = polled;
  const { rowId, intent, lift, submittedAt, templateId, name, liveAt } = own;
  return omitUndefined<JobRecord>({
    liveAt,
    ...state,
    rowId,
    intent,
    lift,
    submittedAt,
    templateId,
    name,
    recordId: polled.recordId ?? own.recordId,
    costUsd: polled.costUsd ?? own.costUsd,
  });
}

/**
 * The row after a poll. The newest report wins, also for a job that has ended. But an ended job never becomes live again,
 * and never loses its result: such an answer is out of date.
 */
export function afterReport(record: JobRecord, report: JobReport, now: number): JobRecord {
  const { recordId, costUsd, outputs, resultPending = false, resultData, failure } = report;
  const ended = isTerminal(report.status);
  const isOlder = isTerminal(record.status) && !ended;
  const lacksResult = record.status === report.status && record.outputs.length > 0 && outputs.length === 0;
  if (isOlder || (lacksResult && resultPending)) return { ...record, checkedAt: now };
  return omitUndefined<JobRecord>({
    ...record,
    status: report.status,
    open: false,
    gone: false,
    checkedAt: now,
    ...(ended ? { endedAt: record.endedAt ?? now } : { liveAt: now }),
    outputs: lacksResult ? record.outputs : outputs,
    resultPending,
    resultData,
    failure,
    recordId: record.recordId ?? recordId,
    // The cost in an earlier answer was for a job that completes.
    costUsd: costUsd ?? (report.status === 'FAILED' || report.status === 'CANCELLED' ? undefined : record.costUsd),
  });
}
