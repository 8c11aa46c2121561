import * as z from 'zod';
import type { Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import type { Validation } from '../definition/validate.ts';
import type { SavedFile } from '../downloads/transfer.ts';
import { describeJob, type GuidanceContext } from '../guidance/describe-job.ts';
import type { Problem } from '../guidance/explain.ts';
import type { Next } from '../guidance/next.ts';
import type { JobRecord } from '../jobs/job.ts';
import { type Job, toJob } from '../jobs/shown-job.ts';
import { cutToSize } from './reply-size.ts';
import type { Call } from './tool.ts';

/** What every tool answers with. What is not known is left out: no field is null. */
export interface Reply {
  ok: boolean;
  /** One or two sentences in our own words; no text from outside. */
  summary: string;
  sandbox?: true;
  job?: Job;
  jobs?: Job[];
  /** An equal call had made this job already; nothing was submitted. */
  duplicate?: boolean;
  cancelled?: boolean;
  validation?: ShownValidation;
  definition?: ShownDefinition;
  /** Where a job's outputs were saved. */
  download?: SavedFile[];
  error?: Problem;
  next: Next;
}

/** The check of a definition. */
export interface ShownValidation {
  valid: boolean;
  /** What Shotstack would refuse: the first of them. */
  issues: Issue[];
  /** What it accepts although it renders wrong: the first of them. */
  warnings: Issue[];
  /** How many were left out, and of which kinds. */
  more?: Partial<Validation['more']>;
  stats: object;
  /** What would change from the definition that was last sent. */
  changes?: string[];
  studio_url?: string;
}

/** A definition, whole, in part or in outline. */
export interface ShownDefinition {
  template_id?: string;
  name?: string;
  source: 'last_sent' | 'file';
  /** 0 for the newest that was sent. */
  version?: number;
  request_id?: string;
  status?: string;
  sent_at?: string;
  /** Of the whole definition as JSON. */
  characters: number;
  outline?: string[];
  pointer?: string;
  value?: unknown;
}

/** A tool's answer to a call that could be done. */
export type Success = Omit<Reply, 'ok' | 'sandbox' | 'error'>;

/** The one output schema: what every reply has, errors included. Loose, so that later fields break no client. */
export const REPLY_SCHEMA = z.looseObject({
  ok: z.boolean(),
  summary: z.string(),
  job: z.looseObject({}).optional(),
  error: z.looseObject({}).optional(),
  next: z.looseObject({ action: z.string(), reason: z.string() }),
});

/** A reply as it goes over the wire: the same JSON as a structure and as text, since hosts show one or the other. */
export interface WireReply {
  structuredContent: Record<string, unknown>;
  content: [{ type: 'text'; text: string }];
  isError: boolean;
}

/** What guidance needs to know of a call. */
export const contextOf = ({ clock, maxWaitSeconds }: Call): GuidanceContext => ({ now: clock.now(), maxWaitSeconds });

/** The answer that shows a job and what comes next for it. */
export function jobReply(
  { record, unwritten }: { record: JobRecord; unwritten: boolean },
  call: Call,
): Success & Required<Pick<Success, 'job'>> {
  const { summary, next } = describeJob(record, contextOf(call));
  const note = unwritten ? ' The job store is away, and nothing of this could be written down so far.' : '';
  return { summary: `${summary}${note}`, job: toJob(record), next };
}

/** The reply to a call that was done. */
export const success = (outcome: Success): Reply => ({ ok: true, ...outcome });

/** The reply to a call that could not be done: the summary says what that leaves behind, `error.message` what happened. */
export const failure = (problem: { summary: string; error: Problem; next: Next }): Reply => ({ ok: false, ...problem });

/** The reply as it leaves, cut to the size that hosts show. */
export function toWire(reply: Reply, sandbox: boolean): WireReply {
  const { ok, summary, definition, next, ...rest } = cutToSize(reply);
  const text = JSON.stringify({
    ok,
    summary,
    ...(sandbox ? { sandbox } : {}),
    ...withoutNull(rest),
    // The user's own JSON, where null is a value.
    ...(definition ? { definition } : {}),
    next,
  });
  return { structuredContent: JSON.parse(text), content: [{ type: 'text', text }], isError: !ok };
}

function withoutNull(members: object): JsonObject {
  const shown = (value: unknown): unknown =>
    // 1e999 is JSON, and Infinity is not: it would be written as null.
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : (value ?? undefined);
  return JSON.parse(JSON.stringify(members, (_name, value) => shown(value)));
}
