import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type JsonObject, omitUndefined } from '../base/json.ts';
import type { Edit } from '../definition/edits.ts';
import type { Intent, Submit } from '../gateway/gateway.ts';
import { asksForOtherLayout } from './other-layout.ts';

const MODEL = 'shotstack/template-update';

/**
 * Where the definition is in `inputs`: as `template`, or spread over them; `auto` finds out.
 *
 * Assumed, after Shotstack's own `PUT /templates/{id}`, since the gateway does not publish the model's fields.
 */
export type Layout = 'auto' | 'nested' | 'flat';

const picture = z.string();

/** The documented options of the model, as arguments; each is sent under its own name. */
export const OPTIONS = {
  duration_seconds: z.int().min(1).optional().describe('Only without a definition. Gateway default 8.'),
  aspect_ratio: z.enum(['16:9', '9:16', '1:1']).optional().describe('Only without a definition. Gateway default 16:9.'),
  resolution: z.enum(['720p', '1080p']).optional().describe('Only without a definition. Gateway default 1080p.'),
  negative_prompt: z.string().optional().describe('What to avoid, e.g. "text in capitals".'),
  image: picture.optional().describe('First frame: base64, data URI or absolute path.'),
  last_frame: picture.optional().describe('Last frame, as image.'),
  reference_images: z.array(picture).optional().describe('Pictures for consistency, as image.'),
  generate_audio: z.boolean().optional().describe('Gateway default false.'),
};

/** Documented defaults: an option that spells one out asks for nothing new. */
const DEFAULTS: JsonObject = {
  duration_seconds: 8,
  aspect_ratio: '16:9',
  resolution: '1080p',
  generate_audio: false,
};

/** The fields of `inputs` that `extra_inputs` may not carry, each with the argument that it belongs to. */
export const NAMED_INPUTS: ReadonlyMap<string, string> = new Map([
  ...['prompt', 'name', 'webhook_url', ...Object.keys(OPTIONS)].map((name): [string, string] => [name, name]),
  ['id', 'template_id'],
  ...['template', 'timeline', 'output'].map((name): [string, string] => [name, 'template']),
]);

/** The place in the arguments that a field of the request came from: `template.timeline.tracks` of `inputs.timeline.tracks`. */
export function argumentOf(field: string): string {
  const path = field.replace(/^inputs\./, '');
  const [name = ''] = path.split(/[.[]/);
  const argument = NAMED_INPUTS.get(name);
  if (argument === undefined) return field;
  return name === 'timeline' || name === 'output' ? `template.${path}` : argument + path.slice(name.length);
}

/** An update as its arguments ask for it, pictures read. */
export interface TemplateUpdate {
  prompt: string;
  templateId?: string | undefined;
  name?: string | undefined;
  definition?: JsonObject | undefined;
  /** The options that are given, by their names; pictures as base64. */
  options: JsonObject;
  extraInputs: JsonObject;
  webhookUrl?: string | undefined;
}

/** Turns updates into submits, and remembers for the life of the process which layout the gateway takes. */
export class TemplateUpdateModel {
  #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /**
   * What is asked for with edits of a definition that was sent before, whatever it says.
   *
   * @param update without a definition, and with the name that was given with the edits
   * @param version 0 for the newest definition
   */
  editsIntent(update: TemplateUpdate, edits: readonly Edit[], version: number): Intent {
    return { model: MODEL, intent: intentOf(update, { edits, version }) };
  }

  toSubmit(update: TemplateUpdate, editsIntent?: Intent, baseRowId?: string): Submit {
    const { webhookUrl, templateId, name, definition } = update;
    const open = this.#layout === 'auto' && definition !== undefined;
    return omitUndefined<Submit>({
      model: MODEL,
      inputs: inputsOf(update, this.#layout === 'flat' ? 'flat' : 'nested'),
      alternative: open ? this.#flat(update) : undefined,
      webhookUrl,
      templateId,
      name,
      definition,
      intent: intentOf(update, { definition }),
      editsIntent: editsIntent?.intent,
      baseRowId,
    });
  }

  #flat(update: TemplateUpdate): NonNullable<Submit['alternative']> {
    const flat = inputsOf(update, 'flat');
    return {
      inputs: flat,
      isWanted: asksForOtherLayout,
      onAccepted: inputs => {
        if (this.#layout === 'auto') this.#layout = inputs === flat ? 'flat' : 'nested';
      },
    };
  }
}

function inputsOf(update: TemplateUpdate, layout: 'nested' | 'flat'): JsonObject {
  const { prompt, templateId, name, definition, options, extraInputs } = update;
  const spread = layout === 'flat' ? definition : definition && { template: definition };
  // Later entries win, so that extra inputs never override a named field. Unlike assignment,
  // fromEntries gives a key called __proto__ no special meaning.
  return Object.fromEntries([
    ...Object.entries(extraInputs),
    ...Object.entries(spread ?? {}),
    ...Object.entries(options),
    ['prompt', prompt],
    ...(templateId === undefined ? [] : [['id', templateId]]),
    ...(name === undefined ? [] : [['name', name]]),
  ]);
}

/** What is asked for: equal for two updates that mean the same, however they are worded. */
function intentOf(
  { prompt, templateId, name, options, extraInputs }: TemplateUpdate,
  content: { definition?: JsonObject | undefined; edits?: readonly Edit[]; version?: number },
): JsonObject {
  const asked = {
    template_id: templateId?.trim(),
    name: name?.trim(),
    ...content,
    prompt: content.definition || content.edits ? undefined : prompt.trim(),
    options: intentOfOptions(options),
    extra_inputs: extraInputs,
  };
  return withoutEmpty(asked);
}

function intentOfOptions(options: JsonObject): JsonObject {
  const { negative_prompt, image, last_frame, reference_images, ...others } = options;
  const spoken = Object.entries(others).filter(([name, value]) => value !== DEFAULTS[name]);
  return withoutEmpty({
    ...Object.fromEntries(spoken),
    negative_prompt: typeof negative_prompt === 'string' ? negative_prompt.trim() : undefined,
    image: hashOf(image),
    last_frame: hashOf(last_frame),
    reference_images: Array.isArray(reference_images) ? reference_images.map(hashOf) : undefined,
  });
}

/** The hash of a picture's bytes: one picture has several spellings in base64. */
function hashOf(base64: unknown): string | undefined {
  if (typeof base64 !== 'string') return undefined;
  return createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex');
}

/** Without the members that say nothing: undefined, empty texts, and objects and lists without members, but for edits. */
function withoutEmpty(members: Record<string, unknown>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([name, value]) => {
      if (value === undefined || value === '') return false;
      return name === 'edits' || typeof value !== 'object' || value === null || Object.keys(value).length > 0;
    }),
  );
}
