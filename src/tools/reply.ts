import * as z from 'zod';
import { type Redact, stringifyRedacted } from '../base/redact.ts';
import type { Validation } from '../definition/validate.ts';
import type { Saved } from '../downloads/transfer.ts';
import type { Next } from '../guidance/next.ts';
import type { Problem } from '../guidance/problems.ts';
import type { Job } from '../jobs/job.ts';

/** What every tool answers with. */
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
  validation?: Validation;
  /** Where a job's outputs were saved. */
  download?: Saved[];
  error?: Problem;
  next: Next;
}

/** A tool's answer to a call that could be done. */
export type Outcome = Omit<Reply, 'ok' | 'sandbox' | 'error'>;

/** The one output schema: what every reply has, errors included. Loose, so that later fields break no client. */
export const REPLY_SCHEMA = z.looseObject({
  ok: z.boolean(),
  summary: z.string(),
  job: z.looseObject({}).optional(),
  error: z.looseObject({}).optional(),
  next: z.looseObject({ action: z.string(), reason: z.string() }),
});

/** How replies leave: marked when they come from the sandbox, and without the key. */
export interface ReplyOptions {
  sandbox: boolean;
  redact: Redact;
}

/** A reply as it goes over the wire: the same JSON as a structure and as text, since hosts show one or the other. */
export interface WireReply {
  structuredContent: Record<string, unknown>;
  content: [{ type: 'text'; text: string }];
  isError: boolean;
}

/** The reply to a call that was done. */
export function success(outcome: Outcome, options: ReplyOptions): WireReply {
  return seal({ ok: true, ...outcome }, options);
}

/** The reply to a call that could not be done. */
export function failure(problem: { error: Problem; next: Next }, options: ReplyOptions): WireReply {
  return seal({ ok: false, summary: problem.error.message, ...problem }, options);
}

function seal({ ok, summary, ...rest }: Reply, { sandbox, redact }: ReplyOptions): WireReply {
  const text = stringifyRedacted({ ok, summary, ...(sandbox ? { sandbox } : {}), ...rest }, redact);
  return { structuredContent: JSON.parse(text), content: [{ type: 'text', text }], isError: !ok };
}
