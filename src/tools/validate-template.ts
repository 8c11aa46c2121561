import * as z from 'zod';
import { Failure } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { unwrapTemplate } from '../definition/unwrap.ts';
import type { Validation } from '../definition/validate.ts';
import type { Next } from '../guidance/next.ts';
import { count } from '../guidance/progress.ts';
import { readTemplateArgument } from './file-argument.ts';
import { jsonObject } from './json-object.ts';
import { type Call, defineTool } from './tool.ts';

export const validateTemplate = defineTool({
  name: 'validate_template',
  title: 'Check a template',
  description: `Checks a Shotstack definition on this computer: free, no key, nothing is sent. Use it before update_template, which refuses what fails here.
Answers with validation: issues (what Shotstack would refuse: path, allowed, suggestion), warnings (what renders wrong), stats, studio_url (a preview link for the user) and, with template_id, changes since the definition last sent.`,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({
    template: jsonObject.optional().describe('The definition, as for update_template.'),
    template_path: z.string().min(1).optional().describe('Absolute path of a JSON file, instead of template.'),
    template_id: z.string().min(1).optional().describe('Compare with the last definition sent for this template.'),
  }),
  async run({ template, template_path, template_id }, call) {
    const given = await readTemplateArgument({ template, template_path }, call);
    if (!given) {
      const message = 'Give template or template_path: there is nothing to check.';
      throw new Failure('invalid_arguments', { issues: [{ path: 'template', message }] });
    }
    const unwrapped = unwrapTemplate(given);
    if ('issues' in unwrapped) {
      throw new Failure('invalid_template', { issues: unwrapped.issues, detail: 'This is not a whole definition.' });
    }
    const { validateDefinition } = await import('../definition/validate.ts');
    const before = template_id === undefined ? null : await lastSent(template_id, call);
    const validation = validateDefinition(unwrapped.definition, before);
    return { summary: inWords(validation), validation, next: nextAfter(validation) };
  },
});

/** Without a key or a store there is nothing to compare with, and the check is worth having all the same. */
async function lastSent(templateId: string, call: Call): Promise<JsonObject | null> {
  try {
    const [last] = await (await call.jobs()).definitions(templateId, 1);
    return last?.definition ?? null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function inWords({ valid, issues, warnings, more, stats, studio_url, changes }: Validation): string {
  const duration = stats.duration_seconds === undefined ? '' : `, ${stats.duration_seconds} s`;
  return [
    valid
      ? `The definition is valid (${count(stats.clips, 'clip')}${duration}).`
      : `Shotstack would refuse this definition: ${more.at_least ? 'at least ' : ''}${count(issues.length + more.issues, 'mistake')}${more.issues > 0 ? `, of which ${issues.length} are listed` : ''}.`,
    `${count(warnings.length + more.warnings, 'warning')}.`,
    ...(studio_url === undefined ? ['It is too long for a preview link (over 6,000 characters).'] : []),
    ...(changes === undefined ? [] : [`${count(changes.length, 'line')} of changes against the definition last sent.`]),
  ].join(' ');
}

function nextAfter({ valid, warnings }: Validation): Next {
  if (!valid) {
    return {
      action: 'fix_arguments',
      tool: 'validate_template',
      reason: 'Correct each entry of validation.issues and check again; nothing was sent.',
    };
  }
  const look = warnings.length > 0 ? 'Look at the warnings. ' : '';
  return { action: 'done', reason: `${look}It can be sent with update_template once the user agrees.` };
}
