import * as z from 'zod';
import { AWAIT_RESULT, describeDownload } from '../guidance/describe-download.ts';
import { requestId } from './inputs.ts';
import { jobReply } from './reply.ts';
import { atArgument } from './template-argument.ts';
import { defineTool } from './tool.ts';

/** How long a call waits for the job's end, milliseconds; the rest of its time is for saving. */
const WAIT_MS = 20_000;
/** Kept of a call's time for the last flush to the disk, milliseconds. */
const LAST_FLUSH_MS = 5_000;

export const downloadResult = defineTool({
  name: 'download_result',
  title: 'Save a job’s result',
  description: `Waits for a job’s end, saves its outputs as files in an allowed folder of this computer and says where. Free; never overwrites. A large file takes several calls: do what next says.`,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  consequences: { any: 'Nothing was saved; the job itself is not affected.' },
  input: z.strictObject({
    request_id: requestId,
    directory: z.string().min(1).optional().describe('Absolute path; default: the first allowed folder.'),
  }),
  async run({ request_id, directory }, call) {
    const [files, downloads] = await Promise.all([call.files(), call.downloads()]);
    const left = Math.max(0, call.deadline - call.clock.monotonic() - LAST_FLUSH_MS);
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(Math.min(call.maxWaitSeconds * 1000, left))]);
    const folder =
      directory === undefined
        ? await files.openSaveFolder(null)
        : await atArgument('directory', directory, () => files.openSaveFolder(directory));
    try {
      const jobs = await call.jobs();
      const waitMs = Math.min(WAIT_MS, call.maxWaitSeconds * 1000);
      const polled = await jobs.wait(request_id, waitMs, { ...call, signal }, () => {});
      const { outputs } = polled.record;
      const { summary, job, next } = jobReply(polled, call);
      // A result that is not complete yet would give its outputs other numbers later.
      if (job.status !== 'COMPLETED' || next.tool === 'get_status') {
        const after = next.tool === 'get_status' ? AWAIT_RESULT : next;
        return { summary: `${summary} So there is nothing to save.`, job, next: after };
      }
      if (outputs.length === 0) return { summary, job, download: [], next };
      const { saved, under } = await downloads.save({
        requestId: request_id,
        outputs,
        folder,
        signal,
        onBytes: (bytes, total) => call.progress(bytes, total, 'bytes saved'),
      });
      const described = describeDownload({ outputs: outputs.length, saved: saved.length, under });
      // An error beside the result is for the user to judge.
      const isDoubtful = under === null && polled.record.failure !== undefined;
      return { ...described, download: saved, ...(isDoubtful ? { job, next } : {}) };
    } finally {
      await folder.close();
    }
  },
});
