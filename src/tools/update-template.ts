import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { ArgumentsFailure, type Issue } from '../base/failure.ts';
import { shorten } from '../base/text.ts';
import { isTooDeep } from '../definition/path.ts';
import type { Validation } from '../definition/validate.ts';
import { GatewayFailure } from '../gateway/failure.ts';
import { clockTime } from '../guidance/doubt.ts';
import type { Next } from '../guidance/next.ts';
import { LIFT_WORDS, liftOf } from '../jobs/lift.ts';
import type { SubmitResult } from '../jobs/submitter.ts';
import { argumentOf, NAMED_INPUTS, OPTIONS, type TemplateUpdate } from '../models/template-update.ts';
import { judgeUrl } from '../net/public-url.ts';
import { checkDefinition, toShown } from './check-definition.ts';
import { DEFINITION_ARGUMENTS, jsonObject } from './inputs.ts';
import { readPictures } from './picture-argument.ts';
import { jobReply } from './reply.ts';
import { editsLastSent, type GivenDefinition, knownDefinitions, readDefinition } from './template-argument.ts';
import { type Call, defineTool } from './tool.ts';

const input = z.strictObject({
  prompt: z
    .string()
    .refine(text => text.trim() !== '', 'Say in words what the update is to achieve')
    .describe('Says in words what changes. It edits nothing: the definition decides.'),
  template_id: z.string().min(1).optional().describe('Template to overwrite, e.g. "8a7f2c31-…".'),
  name: z.string().min(1).optional().describe('Its name afterwards; default: the name it has.'),
  ...DEFINITION_ARGUMENTS,
  ...OPTIONS,
  webhook_url: z.string().optional().describe('Public https URL called at the end.'),
  extra_inputs: jsonObject.optional().describe('Gateway inputs that have no argument here.'),
  allow: z
    .array(z.enum([...LIFT_WORDS, 'invalid_template', 'rename_only']))
    .optional()
    .describe(
      'Guards to lift once the user agreed, by the word that the refusal names: duplicate, duplicate_2 …, invalid_template, rename_only.',
    ),
});

type Arguments = z.infer<typeof input>;

export const updateTemplate = defineTool({
  name: 'update_template',
  title: 'Update a Shotstack template',
  description: `Queues a paid job that overwrites a Shotstack template; returns its request_id within seconds. Follow it with get_status (one to three minutes).
Call it once for each change the user wants, never to check on a job or again after submission_unknown: every completed job is billed. It replaces the whole template: give the complete definition, or edits of the one last sent (small changes; no need to repeat it). It cannot edit by words alone.`,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  consequences: {
    any: 'No job was made, and nothing is billed.',
    submission_unknown: 'It is not known whether a job exists; if it does and completes, it is billed.',
    internal_error: 'It is not known whether anything was submitted.',
  },
  input,
  async run(args, call) {
    refuseAbsent(args, call.absent);
    const update = await readUpdate(args, call);
    const webhook = await readWebhook(args.webhook_url, call);
    const { submitted, checked, redo } = await submitOnce(args, { ...update, webhookUrl: webhook.url }, call);
    const { duplicate, lift } = submitted;
    const { summary, job, next } = jobReply(submitted, call);
    return {
      summary: [summary, ...remarks(submitted, webhook.resolved, call.absent)].join(' '),
      job,
      ...(duplicate ? { duplicate } : {}),
      ...(checked && !duplicate && checked.warnings.length + checked.issues.length > 0
        ? { validation: toShown(checked, false) }
        : {}),
      next: redo ? askAboutRedo(lift) : next,
    };
  },
});

/** Edits that a completed job has made, and that would make something else a second time: a swap, an undo. */
const askAboutRedo = (lift: string | undefined): Next => ({
  action: 'ask_user',
  reason: `These edits were made once, by this job. Ask whether they are to be made a second time${lift === undefined ? '.' : `: then add "${lift}" to allow (billed).`}`,
});

/**
 * Submits unless an equal call has. Edits of the last definition are applied once no equal call is on its way, and anew when
 * another definition was sent meanwhile.
 */
async function submitOnce(
  args: Arguments,
  update: TemplateUpdate,
  call: Call,
): Promise<{ submitted: SubmitResult; checked?: Validation | undefined; redo?: boolean }> {
  const model = await call.templateUpdates();
  const lift = liftOf(args.allow ?? []);
  const editsIntent = editsLastSent(args) ? model.editsIntent(update, args.edits ?? [], args.version ?? 0) : undefined;
  for (;;) {
    const equal =
      editsIntent && args.template_id !== undefined && (await (await call.jobs()).findEqual(editsIntent, lift, call));
    if (equal)
      return { submitted: equal, redo: equal.record.status === 'COMPLETED' && (await changesAgain(args, call)) };
    const template = await readDefinition(args, call, editsIntent);
    if (!template) await refuseBlanking(args, call);
    const checked = template && (await checkBefore(template, args, call));
    const { definition, name, baseRowId } = template ?? {};
    const submit = model.toSubmit({ ...update, definition, name: update.name ?? name }, editsIntent, baseRowId);
    const submitted = await (await call.jobs()).submit(submit, lift, call).catch(rethrowAtArguments);
    if (!submitted) continue;
    return { submitted, checked };
  }
}

/** Whether edits of the last definition, made once more, would change it. */
async function changesAgain(args: Arguments, call: Call): Promise<boolean> {
  try {
    const template = await readDefinition(args, call);
    const [last] = await knownDefinitions(args.template_id, call);
    return !isDeepStrictEqual(template?.definition, last?.definition);
  } catch (error) {
    if (error instanceof ArgumentsFailure) return false;
    throw error;
  }
}

/** Rejects with the gateway's failure, the fields that it refuses as the arguments that they came from. */
function rethrowAtArguments(error: unknown): never {
  if (!(error instanceof GatewayFailure) || !error.facts.fields) throw error;
  throw new GatewayFailure(error.code, { ...error.facts, fields: error.facts.fields.map(argumentOf) });
}

/** Refuses an argument given as null where the update would mean something else without it. */
function refuseAbsent(args: Arguments, absent: readonly string[]): void {
  const { template, template_path, edits } = args;
  const defined = template !== undefined || template_path !== undefined || edits !== undefined;
  const refused = absent.filter(name =>
    name === 'template_id' ? defined : !defined && (name === 'template' || name === 'template_path'),
  );
  if (refused.length === 0) return;
  const issues = refused.map(path => ({
    path,
    message: 'It was given as null or empty: give its value, or leave it out.',
  }));
  throw new ArgumentsFailure('invalid_arguments', { issues });
}

/** Refuses an update without a definition: Shotstack would save a blank template. */
async function refuseBlanking({ prompt, template_id, name, allow }: Arguments, call: Call): Promise<void> {
  if (template_id === undefined || allow?.includes('rename_only')) return;
  const [last] = await knownDefinitions(template_id, call);
  const issue: Issue = last
    ? {
        path: 'edits',
        message: `Give edits on the definition last sent (${clockTime(last.sentAt)}, ${last.status}): [] sends it as it is, for a mere rename. get_definition shows it.`,
      }
    : {
        path: 'template',
        message:
          'This server has sent no definition for it, and it cannot be read: give the complete one, here or as template_path.',
      };
  throw new ArgumentsFailure('invalid_template', {
    guard: 'rename_only',
    issues: [issue],
    ...(last && name !== undefined ? { instead: { prompt, template_id, name, edits: [] } } : {}),
  });
}

/** The update without its definition. */
async function readUpdate(args: Arguments, call: Call): Promise<TemplateUpdate> {
  const { prompt, template_id: templateId, name, extra_inputs: extraInputs = {} } = args;
  const issues = Object.keys(extraInputs)
    .filter(key => NAMED_INPUTS.has(key))
    .map(key => ({ path: `extra_inputs.${key}`, message: `Give this as the argument ${NAMED_INPUTS.get(key)}.` }));
  for (const [path, value] of Object.entries({ extra_inputs: extraInputs, edits: args.edits }))
    if (isTooDeep(value)) issues.push({ path, message: 'It is nested more than 100 levels deep.' });
  if (issues.length > 0) throw new ArgumentsFailure('invalid_arguments', { issues });
  const pictures = await readPictures(args, call);
  const options = Object.entries({ ...args, ...pictures }).filter(
    ([name, value]) => Object.hasOwn(OPTIONS, name) && value !== undefined,
  );
  return { prompt, templateId, name, options: Object.fromEntries(options), extraInputs };
}

/** Checks the definition; refuses an invalid one unless `allow` lifts that guard. */
async function checkBefore(template: GivenDefinition, args: Arguments, call: Call): Promise<Validation> {
  const before = template.base ?? (await knownDefinitions(args.template_id, call))[0]?.definition;
  const checked = await checkDefinition(template.definition, { before, options: args, warnings: template.warnings });
  const { valid, issues, more } = checked;
  if (valid || args.allow?.includes('invalid_template')) return checked;
  const unlisted = more.issues > 0 ? { unlisted: more.issues } : {};
  throw new ArgumentsFailure('invalid_template', { guard: 'invalid_template', issues, ...unlisted });
}

async function readWebhook(given: string | undefined, call: Call): Promise<{ url?: string; resolved: boolean }> {
  if (given === undefined) return { resolved: true };
  const { refusal, resolved } = await judgeUrl(given, call.resolve);
  // As it was judged: another parser might read what was given in another way.
  if (refusal === null) return { url: new URL(given).href, resolved };
  const issues = [{ path: 'webhook_url', message: refusal, received: shorten(given) }];
  throw new ArgumentsFailure('webhook_refused', { issues });
}

function remarks(submitted: SubmitResult, webhookResolved: boolean, absent: readonly string[]): string[] {
  const { duplicate, lift, lowBalance, conflicts } = submitted;
  const ids = conflicts
    .map(({ otherTenant, requestId = 'not yet named' }) => (otherTenant ? 'of another key' : requestId))
    .join(', ');
  const dropped = absent.filter(name => name === 'name' || name === 'negative_prompt');
  const again = lift === undefined ? '' : ` Only if the user wants a second, billed job: add "${lift}" to allow.`;
  return [
    ...(duplicate ? [`An equal call made it already, so nothing was submitted.${again}`] : []),
    ...(conflicts.length > 0
      ? [
          `Another update of this template with a different definition has not ended (${ids}): the last to finish wins. Tell the user.`,
        ]
      : []),
    ...(dropped.length > 0 ? [`Left out, since null or empty: ${dropped.join(', ')}.`] : []),
    ...(webhookResolved
      ? []
      : ['The name in webhook_url has no address as seen from here; if it is right, the gateway may still find it.']),
    ...(lowBalance ? ['The gateway warns that the wholesale balance runs low.'] : []),
  ];
}
