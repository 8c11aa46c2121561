import * as z from 'zod';
import { LONGEST_WAIT_SECONDS } from '../guidance/next.ts';
import { whereItStands } from '../guidance/progress.ts';
import { requestId } from './request-id.ts';
import { defineTool } from './tool.ts';

export const getStatus = defineTool({
  name: 'get_status',
  title: 'Follow a job',
  description: `Tells how a job stands and, once it is complete, its result. Free, changes nothing.
It waits for you: it returns at once when the job has ended, otherwise after wait_seconds. So call it in a loop without pauses of your own until job.terminal is true, then stop.
COMPLETED has the links in job.outputs (kept for 7 days), FAILED the reason in job.failure (not billed). To stop a queued job use cancel_job.`,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({
    request_id: requestId,
    wait_seconds: z
      .number()
      .min(0)
      .max(LONGEST_WAIT_SECONDS)
      .default(20)
      .describe('How long to wait for the end, in seconds, e.g. 45; 0 only looks.'),
  }),
  async run({ request_id, wait_seconds }, call) {
    const jobs = await call.jobs();
    const job = await jobs.watch(request_id, wait_seconds * 1000, call.signal, (seen, elapsedMs) =>
      call.progress(elapsedMs / 1000, Math.max(wait_seconds, elapsedMs / 1000), seen.status),
    );
    return { ...whereItStands(job), job };
  },
});
