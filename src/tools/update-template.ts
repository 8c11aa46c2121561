import { Failure } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import type { Validation } from '../definition/validate.ts';
import { whereItStands } from '../guidance/progress.ts';
import type { JobService, Submitted } from '../jobs/service.ts';
import { defineTool } from './tool.ts';
import { readUpdate, updateArguments } from './update-arguments.ts';

export const updateTemplate = defineTool({
  name: 'update_template',
  title: 'Update a Shotstack template',
  description: `Queues a paid job that overwrites a Shotstack template, and returns its request_id within seconds. The job takes one to three minutes: follow it with get_status; cancel_job stops it only while it is queued.
Call it once for each change the user wants, never to check on a job or again after submission_unknown: every completed job is billed. The definition replaces the whole template: pass the complete edit, not a fragment; validate_template checks it free beforehand.
Needs the server’s wholesale key. Whatever happens, do what next says.`,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  input: updateArguments,
  async run(args, call) {
    const { update, webhookResolved } = await readUpdate(args, call);
    const jobs = await call.jobs();
    const { definition, templateId } = update;
    const validation = definition && (await checked({ definition, templateId }, args.allow ?? [], jobs));
    const submitted = await jobs.submit(update, args.allow?.includes('duplicate') ?? false, call);
    const { job, duplicate } = submitted;
    const { summary, next } = whereItStands(job);
    return {
      summary: [summary, ...remarks(submitted, webhookResolved)].join(' '),
      job,
      ...(duplicate ? { duplicate } : {}),
      ...told(validation),
      next,
    };
  },
});

/** The definition’s check, which refuses what Shotstack would refuse later, unless the user wants it all the same. */
async function checked(
  { definition, templateId }: { definition: JsonObject; templateId: string | null },
  allow: readonly string[],
  jobs: JobService,
): Promise<Validation> {
  const { validateDefinition } = await import('../definition/validate.ts');
  const [last] = templateId === null ? [] : await jobs.definitions(templateId, 1);
  const validation = validateDefinition(definition, last?.definition ?? null);
  if (validation.valid || allow.includes('invalid_template')) return validation;
  const left = validation.more.issues > 0 ? ` ${validation.more.issues} further mistakes are not listed.` : '';
  throw new Failure('invalid_template', {
    detail: `Shotstack would refuse this definition.${left}`,
    issues: validation.issues,
    liftedBy: 'invalid_template',
  });
}

/** What is worth telling of the check once the job is on its way. */
function told(validation: Validation | null): { validation?: Validation } {
  const silent =
    !validation || (validation.issues.length + validation.warnings.length === 0 && !validation.changes?.length);
  return silent ? {} : { validation };
}

function remarks({ duplicate, lowBalance, rivals }: Submitted, webhookResolved: boolean): string[] {
  const ids = rivals.map(rival => rival.request_id ?? 'not yet named').join(', ');
  return [
    ...(duplicate
      ? [
          'This very call made it within the last ten minutes, so nothing was submitted. Only if the user wants a second, billed job: add "duplicate" to allow.',
        ]
      : []),
    ...(rivals.length > 0
      ? [
          `Another update of this template with a different definition has not ended (${ids}): the last to finish wins. Tell the user.`,
        ]
      : []),
    ...(webhookResolved
      ? []
      : ['The name in webhook_url has no address as seen from here; if it is right, the gateway may still find it.']),
    ...(lowBalance ? ['The gateway warns that the wholesale balance runs low.'] : []),
  ];
}
