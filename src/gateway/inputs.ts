import type { JsonObject } from '../base/json.ts';
import type { TemplateInputs } from '../config.ts';
import type { TemplateUpdate } from './gateway.ts';

const MODEL = 'shotstack/template-update';

/** The fields of `inputs` that have an argument of their own, so that `extra_inputs` may not carry them. */
export const NAMED_INPUTS: Record<string, string> = {
  prompt: 'prompt',
  duration_seconds: 'duration_seconds',
  aspect_ratio: 'aspect_ratio',
  resolution: 'resolution',
  negative_prompt: 'negative_prompt',
  image: 'image',
  last_frame: 'last_frame',
  reference_images: 'reference_images',
  generate_audio: 'generate_audio',
  webhook_url: 'webhook_url',
  id: 'template_id',
  name: 'name',
  template: 'template',
  timeline: 'template',
  output: 'template',
};

/**
 * The body of `POST /v1/run`.
 *
 * Assumed, after Shotstack's own `PUT /templates/{id}`, since the gateway does not publish the model's fields: `id`,
 * `name`, and the definition either as `template` (`nested`) or spread over `inputs` (`flat`).
 */
export function requestBody(update: TemplateUpdate, layout: TemplateInputs): JsonObject {
  const { definition } = update;
  const spread = layout === 'flat' ? definition : definition && { template: definition };
  return {
    model: MODEL,
    // Later entries win, so that nothing given by hand stands over a named field. Unlike assignment,
    // fromEntries gives a key called __proto__ no special meaning.
    inputs: Object.fromEntries([
      ...Object.entries(update.extraInputs),
      ...Object.entries(spread ?? {}),
      ...Object.entries(update.options),
      ['prompt', update.prompt],
      ...(update.templateId === null ? [] : [['id', update.templateId]]),
      ...(update.name === null ? [] : [['name', update.name]]),
    ]),
    async: true,
    ...(update.webhookUrl === null ? {} : { webhook_url: update.webhookUrl }),
  };
}
