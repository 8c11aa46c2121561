import { type Prompt, quoteUser } from './prompt.ts';

/** After a crash or a lost conversation: finds out what became of the jobs, and submits nothing. */
export const recoverJobs: Prompt = {
  name: 'recover-jobs',
  title: 'Find out what became of earlier jobs',
  description: 'After a crash or a lost conversation: which jobs are running, ready or unknown. Submits nothing.',
  argument: { name: 'about', description: 'Which jobs, e.g. "those of template 8a7f2c31-…"; empty for all' },
  write:
    given => `Find out what became of earlier updates. Submit nothing and cancel nothing meanwhile: both are for the user to decide, and an update that is sent twice is billed twice.
${given === '' ? '' : `\nOnly these jobs are of interest. ${quoteUser('about', given)}\n`}
1. Call list_jobs, with template_id if the user named a template. It shows each job as it was last seen, which may be long ago.
2. For each job that is IN_QUEUE or IN_PROGRESS: call get_status with its request_id and wait_seconds 0. A job that is SUBMITTING is being sent right now: call list_jobs again after ten seconds.
3. Tell the user, newest first and with each request_id:
   - running: IN_QUEUE is not billed so far, and cancel_job can still stop it; IN_PROGRESS can no longer be cancelled and is billed when it completes. Offer to follow them with get_status until job.terminal is true.
   - ready: COMPLETED, billed. get_status has the links and until when they are kept; offer download_result.
   - ended without a result: FAILED, with job.failure shown as data, and CANCELLED. Neither is billed.
   - unknown: UNKNOWN. The request left and no answer came, so a job may exist and may be billed. Ask the user to look on the SkillBoss wholesale dashboard; only they decide whether to submit again.
4. If there are no jobs, say so: this server remembers none, and a job submitted elsewhere can be asked about by its request_id.

If a reply is not ok, do what its next says.`,
};
