import * as z from 'zod';
import { invalidArgument } from '../base/failure.ts';
import type { Validation } from '../definition/validate.ts';
import { count } from '../guidance/describe-job.ts';
import type { Next } from '../guidance/next.ts';
import { OPTIONS } from '../models/template-update.ts';
import { checkDefinition, toShown } from './check-definition.ts';
import { DEFINITION_ARGUMENTS } from './inputs.ts';
import type { ShownValidation } from './reply.ts';
import { editsLastSent, knownDefinitions, readDefinition } from './template-argument.ts';
import { defineTool } from './tool.ts';

const { aspect_ratio, resolution, duration_seconds } = OPTIONS;
const asForUpdate = 'As for update_template.';

const input = z.strictObject({
  template_id: z.string().min(1).optional().describe('Compare with the definition last sent for this template.'),
  template: DEFINITION_ARGUMENTS.template.describe(asForUpdate),
  template_path: DEFINITION_ARGUMENTS.template_path.describe(asForUpdate),
  edits: DEFINITION_ARGUMENTS.edits.describe(asForUpdate),
  version: DEFINITION_ARGUMENTS.version.describe(asForUpdate),
  duration_seconds: duration_seconds.describe(asForUpdate),
  aspect_ratio: aspect_ratio.describe(asForUpdate),
  resolution: resolution.describe(asForUpdate),
  studio_link: z.boolean().optional().describe('Also make a preview link (long).'),
});

type Arguments = z.infer<typeof input>;

export const validateTemplate = defineTool({
  name: 'validate_template',
  title: 'Check a template',
  description: `Checks a Shotstack definition, or edits, on this computer: free, no key, nothing is sent. Use it before update_template, which refuses what fails here.
Answers with validation: issues (what Shotstack would refuse), warnings (what renders wrong), stats and, with template_id, changes since the definition last sent.`,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  consequences: { any: 'Nothing was checked and nothing was sent.' },
  input,
  async run(args, call) {
    const template = await readDefinition(args, call);
    if (!template) {
      throw invalidArgument(
        'template',
        'Give template, template_path, or edits with template_id: there is nothing to check.',
      );
    }
    const [last] = editsLastSent(args) ? [] : await knownDefinitions(args.template_id, call);
    const before = last?.definition ?? template.base;
    const checked = await checkDefinition(template.definition, { before, options: args, warnings: template.warnings });
    const validation = toShown(checked, args.studio_link ?? false);
    return { summary: inWords(checked, args), validation, next: nextAfter(validation, args) };
  },
});

function inWords({ valid, issues, warnings, more, studio_url }: Validation, { studio_link }: Arguments): string {
  const warned = warnings.length + more.warnings;
  return [
    valid
      ? 'The definition is valid.'
      : `Shotstack would refuse this definition: ${more.at_least ? 'at least ' : ''}${count(issues.length + more.issues, 'mistake')}.`,
    ...(warned > 0 ? [`${count(warned, 'warning')}.`] : []),
    ...(studio_link && studio_url === undefined ? ['It is too long for a preview link (over 6,000 characters).'] : []),
  ].join(' ');
}

function nextAfter({ valid, warnings }: ShownValidation, args: Arguments): Next {
  if (!valid) {
    const reason = 'Correct each entry of validation.issues and check again; nothing was sent.';
    return { action: 'fix_arguments', tool: 'validate_template', reason };
  }
  const { template, template_id, template_path, edits, version, duration_seconds, aspect_ratio, resolution } = args;
  const worthRepeating = { template_id, template_path, edits, version, duration_seconds, aspect_ratio, resolution };
  // An option that contradicts the definition is better left out.
  const warned = warnings.map(({ path }) => path);
  const given = Object.entries(worthRepeating).filter(
    ([name, value]) => value !== undefined && !(name in OPTIONS && warned.includes(name)),
  );
  const add = template === undefined ? 'prompt' : 'prompt and template';
  const look = warnings.length > 0 ? 'Look at the warnings. ' : '';
  return {
    action: 'call_tool',
    tool: 'update_template',
    arguments: Object.fromEntries(given),
    reason: `${look}Add ${add}; send it at once if the user asked for that, else show what changes and ask.`,
  };
}
