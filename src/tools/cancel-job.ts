import * as z from 'zod';
import { requestId } from './inputs.ts';
import { jobReply } from './reply.ts';
import { defineTool } from './tool.ts';

export const cancelJob = defineTool({
  name: 'cancel_job',
  title: 'Cancel a queued job',
  description: `Cancels a job while it is IN_QUEUE, so that it is not billed; cannot be undone. Use it only when the user no longer wants the update. Once a worker has started it answers not_cancellable: the job runs on and is billed if it completes.`,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  consequences: {
    any: 'The job is not known to be cancelled: it may run on, and a completed job is billed.',
    not_cancellable: 'The job was not cancelled.',
  },
  input: z.strictObject({ request_id: requestId }),
  async run({ request_id }, call) {
    const jobs = await call.jobs();
    const { cancelled, ...polled } = await jobs.cancel(request_id, call);
    return { ...jobReply(polled, call), cancelled };
  },
});
