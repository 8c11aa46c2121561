import { z } from 'zod';
import { PROBLEMS } from '../../src/guidance/explain.ts';
import { JOB_STATUSES } from '../../src/jobs/job.ts';
import type { WireReply } from '../../src/tools/reply.ts';

const MOST_CHARACTERS = 20_000;
/** get_definition has a limit of its own: a part of 20,000 characters, and what is said of it. */
const MOST_OF_DEFINITION = 45_000;

const text = z.string().min(1);
const time = z.iso.datetime();

const job = z.strictObject({
  request_id: text.optional(),
  status: z.enum(JOB_STATUSES),
  terminal: z.boolean(),
  cancellable: z.boolean(),
  billed: z.boolean().optional(),
  template_id: text.optional(),
  name: text.optional(),
  submitted_at: time,
  checked_at: time.optional(),
  completed_at: time.optional(),
  outputs: z
    .array(
      z.strictObject({ url: z.url(), kind: z.enum(['video', 'image', 'other']), found: z.literal(true).optional() }),
    )
    .optional(),
  output_count: z.int().positive().optional(),
  expires_at: time.optional(),
  failure: text.optional(),
  result_data: text.optional(),
  record_id: text.optional(),
  cost_usd: z.number().optional(),
});

const issue = z.strictObject({
  path: z.string(),
  message: text,
  received: z.unknown().optional(),
  allowed: z.array(z.unknown()).optional(),
  suggestion: z.string().optional(),
});

const problem = z.strictObject({
  code: z.enum(Object.keys(PROBLEMS)),
  http_status: z.int().optional(),
  message: text,
  upstream_message: text.max(500).optional(),
  retryable: z.boolean(),
  retry_after_seconds: z.number().positive().optional(),
  fix_by: z.enum(['agent', 'user', 'operator', 'wait']),
  steps: z.array(text).min(1),
  issues: z.array(issue).min(1).optional(),
  request_id: text.optional(),
  record_id: text.optional(),
});

const reply = z.strictObject({
  ok: z.boolean(),
  summary: text,
  sandbox: z.literal(true).optional(),
  job: job.optional(),
  jobs: z.array(job).optional(),
  duplicate: z.boolean().optional(),
  cancelled: z.boolean().optional(),
  validation: z
    .strictObject({
      valid: z.boolean(),
      issues: z.array(issue),
      warnings: z.array(issue),
      more: z.object({}).optional(),
      stats: z.object({}),
      changes: z.array(z.string()).optional(),
      studio_url: z.url().optional(),
    })
    .optional(),
  definition: z
    .strictObject({
      template_id: text.optional(),
      name: text.optional(),
      source: z.enum(['last_sent', 'file']),
      version: z.int().min(0).max(4).optional(),
      request_id: text.optional(),
      status: z.enum(JOB_STATUSES).optional(),
      sent_at: time.optional(),
      characters: z.int().positive(),
      outline: z.array(text).optional(),
      pointer: text.optional(),
      value: z.unknown().optional(),
    })
    .optional(),
  view_url: z.url().optional(),
  download: z.array(z.strictObject({ path: text, bytes: z.int().nonnegative(), content_type: text })).optional(),
  error: problem.optional(),
  next: z.strictObject({
    action: z.enum(['call_tool', 'repeat', 'fix_arguments', 'ask_user', 'done']),
    tool: text.optional(),
    arguments: z.object({}).optional(),
    after_seconds: z.number().nonnegative().optional(),
    reason: text,
  }),
});

/** A reply held against the public contract: all that is wrong with it. */
export function checkReply({ structuredContent, content: [{ text: json }], isError }: WireReply): string[] {
  const parsed = reply.safeParse(structuredContent);
  if (!parsed.success) return [z.prettifyError(parsed.error), json.slice(0, 2_000)];
  const { ok, summary, error, next, definition } = parsed.data;
  const { definition: _, next: _next, ...ours } = parsed.data;
  const checks: [boolean, string][] = [
    [isError === !ok, 'isError is not !ok'],
    [(error !== undefined) === !ok, 'there is an error if and only if the call failed'],
    [error?.code !== 'internal_error', 'internal_error'],
    [JSON.stringify(structuredContent) === json, 'the text is not the structure'],
    [!/:null[,}]/.test(JSON.stringify(ours).replace(/"(?:[^"\\]|\\.)*"/g, '""')), 'a field is null'],
    [json.length <= (definition ? MOST_OF_DEFINITION : MOST_CHARACTERS), `${json.length} characters`],
    [summary !== error?.message, 'summary is the message'],
    [next.action === 'repeat' || next.after_seconds === undefined, 'after_seconds without repeat'],
    [!error?.steps.includes(next.reason), 'a step is the reason'],
    [next.action !== 'repeat' || error?.retryable !== false, 'a repeat that is not retryable'],
  ];
  return checks.filter(([holds]) => !holds).map(([, wrong]) => `${wrong}: ${json.slice(0, 500)}`);
}
