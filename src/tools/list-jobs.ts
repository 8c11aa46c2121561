import * as z from 'zod';
import { describeJobs } from '../guidance/describe-job.ts';
import { describeLateRefusal } from '../guidance/explain.ts';
import { JOB_STATUSES } from '../jobs/job.ts';
import { toListedJob } from '../jobs/shown-job.ts';
import { contextOf } from './reply.ts';
import { defineTool } from './tool.ts';

export const listJobs = defineTool({
  name: 'list_jobs',
  title: 'List known jobs',
  description: `Lists the jobs that this server remembers, newest first, across restarts; free, without asking the gateway. Use it to find a lost request_id, or to see after submission_unknown what may exist (status UNKNOWN). Each is as last seen at checked_at; get_status has its present state and its links.`,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  consequences: { any: 'The jobs could not be listed.' },
  input: z.strictObject({
    status: z.enum(JOB_STATUSES).optional().describe('Only jobs last seen in this status.'),
    template_id: z.string().min(1).optional().describe('Only updates of this template.'),
    limit: z.int().min(1).max(100).default(20).describe('Most jobs to list, e.g. 5.'),
  }),
  async run({ status, template_id, limit }, call) {
    const service = await call.jobs();
    const { records, away } = await service.list({ status, templateId: template_id, limit });
    const { summary, next } = describeJobs(records, contextOf(call));
    const note = away ? ' The job store is away: these are the jobs that wait to be written down.' : '';
    const jobs = records.map(toListedJob);
    const refused = service.takeLateRefusals().map(describeLateRefusal).join(' ');
    if (refused === '') return { summary: `${summary}${note}`, jobs, next };
    const reason = next.action === 'ask_user' ? `${refused} ${next.reason}` : refused;
    return { summary: `${refused} ${summary}${note}`, jobs, next: { action: 'ask_user', reason } };
  },
});
