import * as z from 'zod';
import { isObject, type JsonObject } from '../base/json.ts';
import { KEPT_DEFINITIONS } from '../base/limits.ts';
import { EDIT_OPS } from '../definition/edits.ts';
import { REQUEST_ID } from '../gateway/gateway.ts';

/** An object that is passed on as it is: a schema that looks inside would hand back a copy. */
export const jsonObject = z
  .custom<JsonObject>(isObject, { error: () => 'Give a JSON object' })
  .meta({ type: 'object' });

/** A definition in any wrapping: what holds it, or that nothing does, is said where it is unwrapped. */
const wrappedDefinition = z
  .custom<object>(value => typeof value === 'object' && value !== null, { error: () => 'Give a JSON object' })
  .meta({ type: 'object' });

/** The argument by which tools name a job. */
export const requestId = z
  .string()
  .regex(REQUEST_ID, 'This is not a request_id: give the one that update_template answered with')
  .describe('Job id from update_template.');

/** The arguments that give a definition. */
export const DEFINITION_ARGUMENTS = {
  template: wrappedDefinition
    .optional()
    .describe('Complete definition {timeline, output, …}, also as {name, template}.'),
  template_path: z.string().min(1).optional().describe('Absolute path of a JSON file, instead of template.'),
  edits: z
    .array(
      z.looseObject({
        op: z.enum(EDIT_OPS),
        path: z.string(),
        from: z.string().optional(),
        value: z.unknown().optional(),
      }),
    )
    .optional()
    .describe(
      'RFC 6902 operations on template, template_path or, without either, the definition last sent for template_id, e.g. [{"op":"replace","path":"/timeline/background","value":"#ffffff"}]; [] sends it as it is.',
    ),
  version: z
    .int()
    .min(0)
    .max(KEPT_DEFINITIONS - 1)
    .optional()
    .describe('Edit an older one: 0 newest; edits [] with 1 undoes.'),
};
