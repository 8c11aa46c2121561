import { z } from 'zod';
import { PROBLEMS } from '../../src/guidance/problem-table.ts';
import { JOB_STATUSES } from '../../src/guidance/progress.ts';

const text = z.string().nullable();
const time = z.iso.datetime().nullable();

const job = z.strictObject({
  request_id: text,
  status: z.enum(JOB_STATUSES),
  terminal: z.boolean(),
  cancellable: z.boolean(),
  billed: z.boolean().nullable(),
  template_id: text,
  name: text,
  submitted_at: z.iso.datetime(),
  checked_at: time,
  completed_at: time,
  outputs: z.array(z.strictObject({ url: z.url(), kind: z.enum(['video', 'image', 'other']) })),
  expires_at: time,
  failure: z.string().max(500).nullable(),
  record_id: text,
  cost_usd: z.number().nullable(),
});

const issue = z.looseObject({ path: z.string(), message: z.string().min(1) });

const problem = z.strictObject({
  code: z.enum(Object.keys(PROBLEMS)),
  http_status: z.int().nullable(),
  message: z.string().min(1),
  upstream_message: z.string().max(500).nullable(),
  retryable: z.boolean(),
  retry_after_seconds: z.number().nonnegative().nullable(),
  fix_by: z.enum(['agent', 'user', 'operator', 'wait']),
  steps: z.array(z.string().min(1)).min(1),
  issues: z.array(issue).optional(),
  request_id: text,
  record_id: text,
});

const nextStep = z.strictObject({
  action: z.enum(['call_tool', 'repeat', 'fix_arguments', 'ask_user', 'done']),
  tool: z.string().optional(),
  arguments: z.looseObject({}).optional(),
  after_seconds: z.number().nonnegative().optional(),
  reason: z.string().min(1),
});

const reply = z.strictObject({
  ok: z.boolean(),
  summary: z.string().min(1),
  sandbox: z.literal(true).optional(),
  job: job.optional(),
  jobs: z.array(job).optional(),
  duplicate: z.boolean().optional(),
  cancelled: z.boolean().optional(),
  validation: z.looseObject({ valid: z.boolean(), issues: z.array(issue), warnings: z.array(issue) }).optional(),
  download: z
    .array(z.strictObject({ path: z.string(), bytes: z.int().nonnegative(), content_type: z.string() }))
    .optional(),
  error: problem.optional(),
  next: nextStep,
});

export type CheckedReply = z.infer<typeof reply>;

const result = z.looseObject({
  structuredContent: reply,
  content: z.tuple([z.strictObject({ type: z.literal('text'), text: z.string() })]),
  isError: z.boolean(),
});

/** A tool's result held against the contract: the reply, or what is wrong with it. */
export function checkResult(given: unknown): { reply: CheckedReply | null; wrong: string[] } {
  const parsed = result.safeParse(given);
  if (!parsed.success) {
    return { reply: null, wrong: [`untyped reply: ${z.prettifyError(parsed.error)} in ${JSON.stringify(given)}`] };
  }
  const { structuredContent: found, content, isError } = parsed.data;
  const wrong: string[] = [];
  if (isError === found.ok) wrong.push('isError is not !ok');
  if ((found.error === undefined) !== found.ok) wrong.push('error is there if and only if !ok');
  if (found.error?.code === 'internal_error') wrong.push('internal_error');
  if (content[0].text !== JSON.stringify((given as typeof parsed.data).structuredContent)) {
    wrong.push('the text is not the structure');
  }
  const { error, next } = found;
  // What has failed again and again is for the user to repeat.
  const left = error?.retryable === true && error.fix_by === 'user' && next.action === 'ask_user';
  if (error && !left && error.retryable !== (next.action === 'repeat')) wrong.push('retryable without repeat');
  return { reply: found, wrong };
}
