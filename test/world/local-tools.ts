import { Failure } from '../../src/base/failure.ts';
import { describeJob, describeJobs } from '../../src/guidance/describe-job.ts';
import { explain } from '../../src/guidance/explain.ts';
import { liftOf } from '../../src/jobs/lift.ts';
import { toJob, toListedJob } from '../../src/jobs/job.ts';
import type { JobService } from '../../src/jobs/service.ts';
import type { TemplateUpdateModel } from '../../src/models/template-update.ts';

/** Until the tools are there. */
export async function carryOut(
  tool: string,
  args: any,
  { jobs, model, signal, deadline, now }: { jobs: JobService; model: TemplateUpdateModel; signal: AbortSignal; deadline: number; now: () => number },
): Promise<any> {
  try {
    const context = () => ({ now: now(), maxWaitSeconds: 45 });
    switch (tool) {
      case 'update_template': {
        const { template_id: templateId, name, template: definition, prompt, generate_audio } = args;
        const submit = model.toSubmit({ prompt, templateId, name, definition, options: generate_audio === undefined ? {} : { generate_audio }, extraInputs: {} });
        const { record, duplicate, lift } = await jobs.submit(submit, liftOf(args.allow ?? []), { signal, deadline });
        const { summary, next } = describeJob(record, context());
        return { ok: true, summary: duplicate ? `${summary} An equal call made it already, so nothing was submitted. ${lift}` : summary, job: toJob(record), ...(duplicate ? { duplicate } : {}), next };
      }
      case 'get_status': {
        const polled = await jobs.wait(args.request_id, (args.wait_seconds ?? 20) * 1000, signal, () => {});
        return { ok: true, ...describeJob(polled.record, context()), job: toJob(polled.record), elsewhere: polled.elsewhere };
      }
      case 'cancel_job': {
        const { record, cancelled } = await jobs.cancel(args.request_id, signal);
        return { ok: true, ...describeJob(record, context()), job: toJob(record), cancelled };
      }
      default: {
        const { records } = await jobs.list({ limit: args.limit ?? 20 });
        return { ok: true, ...describeJobs(records, context()), jobs: records.map(toListedJob) };
      }
    }
  } catch (error) {
    if (!(error instanceof Failure)) console.error(error);
    return { ok: false, ...explain(error as Failure, tool as never, { maxWaitSeconds: 45 }) };
  }
}
