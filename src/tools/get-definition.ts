import * as z from 'zod';
import { invalidArgument } from '../base/failure.ts';
import type { JsonObject } from '../base/json.ts';
import { showText } from '../base/text.ts';
import { outlineOf } from '../definition/outline.ts';
import { resolvePointer } from '../definition/pointer.ts';
import type { Next } from '../guidance/next.ts';
import { iso } from '../jobs/shown-job.ts';
import type { SentDefinition } from '../jobs/store/job-store.ts';
import { DEFINITION_ARGUMENTS } from './inputs.ts';
import type { ShownDefinition } from './reply.ts';
import { loadSentDefinitions, readTemplateFile, versionOf } from './template-argument.ts';
import { defineTool } from './tool.ts';

/** A definition of more characters is shown in outline. */
const WHOLE = 4_000;
/** A part of more characters is shown in outline, and no outline is longer. */
const PART = 20_000;
const LONGEST_NAME = 200;
const LONGEST_POINTER = 300;

const input = z.strictObject({
  template_id: z.string().min(1).optional().describe('Template whose last definition is wanted.'),
  template_path: z.string().min(1).optional().describe('Absolute path of a JSON file, instead of template_id.'),
  pointer: z.string().optional().describe('Only this part, e.g. "/timeline/tracks/0/clips/1" (RFC 6901).'),
  version: DEFINITION_ARGUMENTS.version.describe('0 (newest) to 4.'),
});

export const getDefinition = defineTool({
  name: 'get_definition',
  title: 'See the last definition',
  description: `Shows the definition that this server last sent for a template, or the one in a file; free, without asking the gateway, which cannot read templates. A large one comes as an outline with pointers: ask for a part with pointer, change it with edits. What was changed elsewhere (Shotstack’s Studio) is not in it.`,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  consequences: { any: 'No definition was read.' },
  input,
  async run({ template_id, template_path, pointer = '', version }, call) {
    if ((template_id === undefined) === (template_path === undefined)) {
      throw invalidArgument('template_id', 'Give either template_id or template_path.');
    }
    if (template_path !== undefined) {
      const { definition, name } = await readTemplateFile(template_path, call);
      return {
        summary: 'This is what the file holds.',
        definition: { ...shownName(name), source: 'file', ...show(definition, pointer) },
        next: done('edits with this template_path change it.'),
      };
    }
    const sent = await loadSentDefinitions(template_id ?? '', call);
    const found = versionOf(sent, version ?? 0);
    return {
      summary: inWords(found, sent),
      definition: {
        template_id: showText(template_id ?? '', LONGEST_NAME),
        ...describe(found, version ?? 0),
        ...show(found.definition, pointer),
      },
      next: done('To change it: update_template with this template_id and edits.'),
    };
  },
});

const shownName = (name: string | undefined): { name?: string } =>
  name === undefined ? {} : { name: showText(name, LONGEST_NAME) };

const done = (reason: string): Next => ({ action: 'done', reason });

function describe(
  { name, requestId, status, sentAt }: SentDefinition,
  version: number,
): Omit<ShownDefinition, 'characters'> {
  return {
    ...shownName(name),
    source: 'last_sent',
    version,
    ...(requestId === undefined ? {} : { request_id: requestId }),
    status,
    sent_at: iso(sentAt),
  };
}

function inWords(found: SentDefinition, sent: readonly SentDefinition[]): string {
  const versions = sent.map(({ status }, i) => `${i} ${status}`).join(', ');
  return [
    `This server sent this; its job is ${found.status}.`,
    ...(sent.length > 1 ? [`Versions: ${versions}.`] : []),
    'What was changed elsewhere since, as in Shotstack’s Studio, is not in it and would be overwritten.',
  ].join(' ');
}

/** The whole definition or the part that is asked for, or the outline of it where it is large. */
function show(definition: JsonObject, pointer: string): Omit<ShownDefinition, 'source'> {
  const value = resolvePointer(definition, pointer, 'pointer');
  const characters = JSON.stringify(definition).length;
  const size = pointer === '' ? characters : JSON.stringify(value).length;
  return {
    characters,
    ...(pointer === '' ? {} : { pointer: showText(pointer, LONGEST_POINTER) }),
    ...(size <= (pointer === '' ? WHOLE : PART) ? { value } : { outline: outlineOf(definition, pointer, PART) }),
  };
}
