import * as z from 'zod';
import { CALL_MS, MAX_WAIT_SECONDS } from '../base/limits.ts';
import type { Job } from '../jobs/shown-job.ts';
import { requestId } from './inputs.ts';
import { jobReply } from './reply.ts';
import { knownDefinitions } from './template-argument.ts';
import { type Call, defineTool } from './tool.ts';

/** What a call keeps of its time for the last poll. */
const LAST_POLL_MS = CALL_MS - MAX_WAIT_SECONDS * 1000;

export const getStatus = defineTool({
  name: 'get_status',
  title: 'Get a job’s status',
  description: `Returns a job’s status and, once it is complete, its result. Free, changes nothing.
It waits for you: it returns at once when the job has ended, otherwise after wait_seconds. Call it again, without pauses of your own, until job.terminal is true. COMPLETED has links in job.outputs (kept for 7 days), FAILED the reason in job.failure (not billed).`,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  consequences: { any: 'The job itself is not affected.' },
  input: z.strictObject({
    request_id: requestId,
    wait_seconds: z
      .number()
      .min(0)
      .max(MAX_WAIT_SECONDS)
      .default(20)
      .describe('Longest wait, e.g. 45; 0 answers at once.'),
  }),
  async run({ request_id, wait_seconds }, call) {
    const jobs = await call.jobs();
    // A call that was held for a while has less time left.
    const left = Math.max(0, call.deadline - call.clock.monotonic() - LAST_POLL_MS);
    const waitMs = Math.min(wait_seconds * 1000, call.maxWaitSeconds * 1000, left);
    const polled = await jobs.wait(request_id, waitMs, call, (seen, elapsedMs) =>
      call.progress(elapsedMs / 1000, Math.max(waitMs, elapsedMs) / 1000, seen.status),
    );
    const { summary, job, next } = jobReply(polled, call);
    return { summary: `${summary}${await undo(job, call)}`, job, next };
  },
});

/** How to undo an update, said when its job is first seen to be complete. */
async function undo({ status, template_id, request_id, checked_at, completed_at }: Job, call: Call): Promise<string> {
  if (status !== 'COMPLETED' || completed_at === undefined || completed_at !== checked_at) return '';
  const [last, before] = await knownDefinitions(template_id, call);
  if (!before || last?.requestId !== request_id) return '';
  return ' To undo it: update_template with template_id, edits [] and version 1 (billed).';
}
