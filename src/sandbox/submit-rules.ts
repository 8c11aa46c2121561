import * as z from 'zod';
import { urlRefusal } from '../net/public-url.ts';

/** A submit as the gateway documents it: `model`, `async` and `webhook_url` at the top, everything else in `inputs`. */
const submit = z
  .strictObject({
    model: z.literal('shotstack/template-update'),
    inputs: z.looseObject({
      prompt: z.string().min(1),
      duration_seconds: z.int().min(1).optional(),
      aspect_ratio: z.enum(['16:9', '9:16', '1:1']).optional(),
      resolution: z.enum(['720p', '1080p']).optional(),
      negative_prompt: z.string().optional(),
      image: z.base64().optional(),
      last_frame: z.base64().optional(),
      reference_images: z.array(z.base64()).optional(),
      generate_audio: z.boolean().optional(),
    }),
    async: z.literal(true).optional(),
    webhook_url: z.string().optional(),
  })
  .refine(body => body.async || body.webhook_url, {
    path: ['async'],
    message: 'the sandbox has no synchronous form: send "async": true',
  });

export type SubmitBody = z.infer<typeof submit>;

/**
 * Checks a submit.
 *
 * @param mayCall whether a webhook URL may be called; null means the documented rule: https and public
 * @returns the body, or one line on what is wrong
 */
export function readSubmit(text: string, mayCall: ((url: string) => boolean) | null): SubmitBody | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'the body is not JSON';
  }
  const parsed = submit.safeParse(json);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    return first ? `${first.path.join('.') || 'body'}: ${first.message}` : 'the body is not a submit';
  }
  const url = parsed.data.webhook_url;
  if (url !== undefined && !(mayCall ? mayCall(url) : urlRefusal(url) === null))
    return 'webhook_url: not a public https URL';
  return parsed.data;
}
