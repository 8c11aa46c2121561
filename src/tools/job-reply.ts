import { describeJob, type GuidanceContext } from '../guidance/describe-job.ts';
import { type JobRecord, toJob } from '../jobs/job.ts';
import type { Outcome } from './reply.ts';
import type { Call } from './tool.ts';

/** What guidance needs to know of a call. */
export const contextOf = ({ clock, maxWaitSeconds }: Call): GuidanceContext => ({ now: clock.now(), maxWaitSeconds });

/** The answer that shows a job and what comes next for it. */
export function jobReply(
  { record, unwritten }: { record: JobRecord; unwritten: boolean },
  call: Call,
): Outcome & Required<Pick<Outcome, 'job'>> {
  const { summary, next } = describeJob(record, contextOf(call));
  const note = unwritten ? ' The job store is away, and nothing of this could be written down so far.' : '';
  return { summary: `${summary}${note}`, job: toJob(record), next };
}
