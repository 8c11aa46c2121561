import type { JsonObject } from '../../base/json.ts';
import type { JobReport, Submission, TemplateUpdate } from '../../gateway/gateway.ts';
import type { JobStatus } from '../../guidance/progress.ts';
import type { JobRecord } from '../job.ts';

/** The rules that a submit must pass before it may leave. */
export interface SubmitRules {
  /** Whether an equal submit of the last ten minutes may be repeated. */
  allowDuplicate: boolean;
  /** Most submits in an hour; 0 for no limit. */
  maxPerHour: number;
}

/** What came of asking to submit. */
export type Reservation =
  /** It may leave, and stands in the store as SUBMITTING. `rivals` are live jobs that change the same template otherwise. */
  | { kind: 'reserved'; id: string; rivals: JobRecord[] }
  /** An equal one left within the last ten minutes and has not failed. */
  | { kind: 'duplicate'; record: JobRecord }
  /** The hour's submits are used up. */
  | { kind: 'spent'; used: number; nextFreeAt: number };

/** One definition that was sent for a template. */
export interface SentDefinition {
  sentAt: number;
  requestId: string | null;
  status: JobStatus;
  name: string | null;
  definition: JsonObject;
}

export interface JobFilter {
  status?: JobStatus | undefined;
  templateId?: string | undefined;
  /** The beginning of a request id. */
  prefix?: string | undefined;
  limit: number;
}

/**
 * Where jobs are remembered, by every process that shares it. Every method rejects with a `store_unavailable` Failure
 * when the store cannot be used.
 */
export interface JobStore {
  /** Writes down the intent to submit, unless a rule forbids it: both in one step, whoever else asks. */
  reserve(update: TemplateUpdate, rules: SubmitRules): Promise<Reservation>;
  /** The gateway took it. */
  accept(id: string, submission: Submission): Promise<JobRecord>;
  /** No job came of it. */
  withdraw(id: string): Promise<void>;
  /** Nobody knows whether a job came of it; an answer may at least have named one. */
  doubt(id: string, requestId: string | null, recordId: string | null): Promise<void>;
  find(requestId: string): Promise<JobRecord | null>;
  /** Claims the right to ask the gateway about a known job: false when another claimed it within `intervalMs`. */
  claimLook(requestId: string, intervalMs: number): Promise<boolean>;
  /** Gives the claim up, since nothing was learnt. */
  releaseLook(requestId: string): Promise<void>;
  /** Writes down what the gateway said of a job, also of one that was submitted elsewhere. A job that has ended stays as it is. */
  look(requestId: string, report: JobReport): Promise<JobRecord>;
  /** Newest first. */
  list(filter: JobFilter): Promise<JobRecord[]>;
  /** What was sent for a template and not failed or cancelled, newest first. */
  definitions(templateId: string, limit: number): Promise<SentDefinition[]>;
  /** The templates whose definitions are kept, the most recently sent first. */
  templates(limit: number): Promise<string[]>;
  close(): Promise<void>;
}
