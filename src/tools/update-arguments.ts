import * as z from 'zod';
import { Failure, type Issue } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { shorten } from '../base/text.ts';
import { isTooDeep } from '../definition/depth.ts';
import { unwrapTemplate } from '../definition/unwrap.ts';
import type { TemplateUpdate } from '../gateway/gateway.ts';
import { NAMED_INPUTS } from '../gateway/inputs.ts';
import { judgeUrl } from '../net/public-url.ts';
import { fileFailure, PICTURES_CAP_BYTES, readPictureArgument, readTemplateArgument } from './file-argument.ts';
import { jsonObject } from './json-object.ts';
import type { Call } from './tool.ts';

/** The arguments of update_template. */
export const updateArguments = z.strictObject({
  prompt: z
    .string()
    .refine(text => text.trim() !== '', 'Say in words what the update is to achieve')
    .describe('What to achieve, in the user’s language, e.g. "Make the title red".'),
  template_id: z.string().min(1).optional().describe('Template to overwrite, e.g. "8a7f2c31-…".'),
  name: z.string().min(1).optional().describe('Its name afterwards; default: the name inside template.'),
  template: jsonObject
    .optional()
    .describe(
      'Complete new definition {timeline, output, …}; {name, template} and a get-template response are unwrapped.',
    ),
  template_path: z.string().min(1).optional().describe('Absolute path of a JSON file, instead of template.'),
  duration_seconds: z.int().min(1).optional().describe('Clip length in seconds; longer costs more. Gateway default 8.'),
  aspect_ratio: z.enum(['16:9', '9:16', '1:1']).optional().describe('Gateway default 16:9.'),
  resolution: z.enum(['720p', '1080p']).optional().describe('Gateway default 1080p.'),
  negative_prompt: z.string().optional().describe('What to avoid, e.g. "text in capitals".'),
  image: z.string().optional().describe('First frame: base64, data URI (10 MiB) or absolute path (20 MiB).'),
  last_frame: z.string().optional().describe('Last frame, as image; with image it pins both ends.'),
  reference_images: z.array(z.string()).optional().describe('Pictures for consistency, each as image.'),
  generate_audio: z.boolean().optional().describe('Gateway default false.'),
  webhook_url: z.string().optional().describe('Public https URL called at the end; get_status needs none.'),
  extra_inputs: jsonObject.optional().describe('Gateway inputs that have no argument here.'),
  allow: z
    .array(z.enum(['duplicate', 'invalid_template', 'rename_only']))
    .optional()
    .describe(
      'Guards to lift once the user agreed: "duplicate" repeats a call of the last 10 minutes (billed again), "invalid_template" sends what the check refuses, "rename_only" sends template_id and name without a template, which may blank it.',
    ),
});

type UpdateArguments = z.infer<typeof updateArguments>;

/** An update as its arguments ask for it. */
export interface ReadUpdate {
  update: TemplateUpdate;
  /** False when the name in webhook_url has no address as seen from here. */
  webhookResolved: boolean;
}

/**
 * Reads the arguments of update_template, and the files they name. Everything that can be found wrong without asking
 * the gateway, but for what stands inside the definition, is found here.
 *
 * @throws Failure that says what to change
 */
export async function readUpdate(args: UpdateArguments, call: Call): Promise<ReadUpdate> {
  const { definition, name } = readTemplate(args, await readTemplateArgument(args, call));
  const issues: Issue[] = [];
  let room = PICTURES_CAP_BYTES;
  const picture = async (path: string, given: string | undefined): Promise<string | undefined> => {
    if (given === undefined) return given;
    const read = await readPictureArgument(given, room, call);
    if ('problem' in read) {
      if (read.refused) throw fileFailure(read, path, given);
      issues.push({ path, message: read.problem, received: shorten(given) });
      return given;
    }
    room -= read.base64.length;
    return read.base64;
  };
  const image = await picture('image', args.image);
  const lastFrame = await picture('last_frame', args.last_frame);
  const references: (string | undefined)[] = [];
  for (const [i, given] of (args.reference_images ?? []).entries())
    references.push(await picture(`reference_images[${i}]`, given));
  const options: JsonObject = {
    duration_seconds: args.duration_seconds,
    aspect_ratio: args.aspect_ratio,
    resolution: args.resolution,
    negative_prompt: args.negative_prompt,
    image,
    last_frame: lastFrame,
    reference_images: args.reference_images && references,
    generate_audio: args.generate_audio,
  };
  for (const key of Object.keys(args.extra_inputs ?? {}).filter(key => Object.hasOwn(NAMED_INPUTS, key))) {
    issues.push({ path: `extra_inputs.${key}`, message: `Give this as the argument ${NAMED_INPUTS[key] ?? key}.` });
  }
  if (isTooDeep(args.extra_inputs)) {
    issues.push({ path: 'extra_inputs', message: 'It is nested more than 100 levels deep.' });
  }
  if (issues.length > 0) throw new Failure('invalid_arguments', { issues });
  const webhook = await readWebhook(args.webhook_url, call);
  return {
    update: {
      prompt: args.prompt,
      templateId: args.template_id ?? null,
      name,
      definition,
      options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
      extraInputs: args.extra_inputs ?? {},
      webhookUrl: webhook.url,
    },
    webhookResolved: webhook.resolved,
  };
}

function readTemplate(
  args: UpdateArguments,
  template: JsonObject | undefined,
): { definition: JsonObject | null; name: string | null } {
  const name = args.name ?? null;
  if (template) {
    const unwrapped = unwrapTemplate(template);
    if (!('issues' in unwrapped)) return { definition: unwrapped.definition, name: name ?? unwrapped.name };
    throw new Failure('invalid_template', { issues: unwrapped.issues, detail: 'This is not a whole definition.' });
  }
  if (args.template_id !== undefined && name !== null && !args.allow?.includes('rename_only')) {
    throw new Failure('invalid_template', {
      detail:
        'An update with an id and a name but no definition would blank the template, for the update replaces it as a whole.',
      issues: [{ path: 'template', message: 'Give the template’s complete definition beside its new name.' }],
      liftedBy: 'rename_only',
    });
  }
  return { definition: null, name };
}

async function readWebhook(given: string | undefined, call: Call): Promise<{ url: string | null; resolved: boolean }> {
  if (given === undefined) return { url: null, resolved: true };
  const { refusal, resolved } = await judgeUrl(given, call.resolve);
  // As it was judged: another parser might read what was given in another way.
  if (refusal === null) return { url: new URL(given).href, resolved };
  throw new Failure('webhook_refused', {
    detail: refusal,
    issues: [{ path: 'webhook_url', message: refusal, received: shorten(given) }],
  });
}
