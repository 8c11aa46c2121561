import * as z from 'zod';
import { whereItStands } from '../guidance/progress.ts';
import { AWAIT_RESULT, howFarSaved } from '../guidance/saving.ts';
import { fileFailure } from './file-argument.ts';
import { requestId } from './request-id.ts';
import { defineTool } from './tool.ts';

/** How long a call waits for the job's end, milliseconds; the rest of its time is for saving. */
const WAIT_MS = 20_000;

export const downloadResult = defineTool({
  name: 'download_result',
  title: 'Save a job’s result',
  description: `Waits for a job’s end, saves its outputs as files in an allowed folder of this computer and tells where. Free; never overwrites. A large file takes several calls: do what next says.`,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({
    request_id: requestId,
    directory: z.string().min(1).optional().describe('Absolute path; default: the first allowed folder.'),
  }),
  async run({ request_id, directory }, call) {
    const [files, downloads] = await Promise.all([call.files(), call.downloads()]);
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(downloads.callMs)]);
    const folder = await files.openSaveFolder(directory ?? null);
    if ('problem' in folder) throw fileFailure(folder, 'directory', directory);
    try {
      const jobs = await call.jobs();
      const job = await jobs.watch(request_id, WAIT_MS, signal, () => {});
      const { summary, next } = whereItStands(job);
      if (job.status !== 'COMPLETED') {
        const awaited = job.status === 'IN_QUEUE' || job.status === 'IN_PROGRESS';
        return { summary: `${summary} So there is nothing to save.`, job, next: awaited ? AWAIT_RESULT : next };
      }
      if (job.outputs.length === 0) return { summary, job, download: [], next };
      const { saved, under } = await downloads.save({
        requestId: request_id,
        outputs: job.outputs,
        folder,
        signal,
        onBytes: (bytes, total) => call.progress(bytes, total, 'bytes saved'),
      });
      return { ...howFarSaved({ outputs: job.outputs.length, saved: saved.length, under }), download: saved };
    } finally {
      await folder.close();
    }
  },
});
