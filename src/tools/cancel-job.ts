import * as z from 'zod';
import { whereItStands } from '../guidance/progress.ts';
import { requestId } from './request-id.ts';
import { defineTool } from './tool.ts';

export const cancelJob = defineTool({
  name: 'cancel_job',
  title: 'Cancel a queued job',
  description: `Cancels a job while it is IN_QUEUE, so that it is not billed. This cannot be undone: use it only when the user no longer wants the update.
Once a worker has started it answers not_cancellable: the job then runs on and is billed if it completes. It does no harm twice, or to a job that has ended. To see how a job stands use get_status.`,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({ request_id: requestId }),
  async run({ request_id }, call) {
    const jobs = await call.jobs();
    const { job, cancelled } = await jobs.cancel(request_id, call.signal);
    return { ...whereItStands(job), job, cancelled };
  },
});
