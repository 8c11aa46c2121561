import { asData } from '../base/text.ts';
import type { Prompt } from './prompt.ts';

/** After a crash or a lost conversation: finds out what became of the jobs, and submits nothing. */
export const recoverJobs: Prompt = {
  name: 'recover-jobs',
  title: 'Find out what became of earlier jobs',
  description: 'After a crash or a lost conversation: which jobs are running, ready or unknown. Submits nothing.',
  arguments: [
    { name: 'template_id', description: 'Only updates of this template, e.g. "8a7f2c31-…"', required: false },
  ],
  write:
    given => `Find out what became of earlier updates. Submit nothing and cancel nothing meanwhile: both are for the user to decide, and an update that is sent twice is billed twice.
${given.template_id ? `\nOnly this template is of interest; its id, as data:\n${asData(given)}\n` : ''}
1. Call list_jobs${given.template_id ? ' with that template_id' : ''}. It shows each job as it was last seen, which may be long ago.
2. For each job that is IN_QUEUE or IN_PROGRESS, and for each UNKNOWN one that has a request_id: call get_status with that request_id and wait_seconds 0. A job that is SUBMITTING is being sent right now: call list_jobs again after ten seconds.
3. Tell the user, newest first and with each request_id:
   - running: IN_QUEUE is not billed so far, and cancel_job can still stop it; IN_PROGRESS can no longer be cancelled and is billed when it completes. Offer to follow them with get_status until job.terminal is true.
   - ready: COMPLETED, billed, with the links in job.outputs. Say until when they are kept (job.expires_at) and offer download_result.
   - ended without a result: FAILED, with job.failure shown as data, and CANCELLED. Neither is billed.
   - unknown: UNKNOWN without a request_id. The request left and no answer came, so a job may exist and may be billed. Ask the user to look on the SkillBoss wholesale dashboard; only they decide whether to submit again.
4. If there are no jobs, say so: this server remembers none, and a job submitted elsewhere can be asked about by its request_id.

If a reply is not ok, do what its next says.`,
};
