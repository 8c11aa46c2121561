import { ArgumentsFailure, Failure, type Issue, invalidArgument, SurroundingsFailure } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { KEPT_DEFINITIONS } from '../base/limits.ts';
import { shorten } from '../base/text.ts';
import { applyEdits, type Edit } from '../definition/edits.ts';
import { parseJsonText } from '../definition/json-text.ts';
import { type Unwrapped, unwrapDefinition } from '../definition/unwrap.ts';
import type { Intent } from '../gateway/gateway.ts';
import { isLive } from '../jobs/job.ts';
import type { SentDefinition } from '../jobs/store/job-store.ts';
import type { Call } from './tool.ts';

export interface TemplateArguments {
  template?: object | undefined;
  template_path?: string | undefined;
  template_id?: string | undefined;
  edits?: Edit[] | undefined;
  version?: number | undefined;
}

/** A definition as arguments give it. */
export interface GivenDefinition {
  definition: JsonObject;
  name: string | undefined;
  /** The row of the definition last sent, when it was made from that one. */
  baseRowId?: string;
  /** What the edits were applied to. */
  base?: JsonObject;
  warnings: Issue[];
}

/** Whether a call gives a definition as edits of one that was sent before. */
export const editsLastSent = ({ template, template_path, edits }: TemplateArguments): boolean =>
  edits !== undefined && template === undefined && template_path === undefined;

/**
 * The definition that a call gives: in itself, by path, or as edits of the last one. Undefined when it gives none.
 *
 * @param asked what these edits ask for: a doubt of the same edits is not what they edit
 * @throws Failure that says what to change
 */
export async function readDefinition(
  args: TemplateArguments,
  call: Call,
  asked?: Intent,
): Promise<GivenDefinition | undefined> {
  const { template, template_path: path, edits, version } = args;
  if (template !== undefined && path !== undefined)
    throw invalidArgument('template_path', 'Give template or template_path, not both.');
  if (version !== undefined && (template !== undefined || path !== undefined)) {
    throw invalidArgument(
      'version',
      'It names a definition that was sent before: leave it out beside template and template_path.',
    );
  }
  if (version !== undefined && edits === undefined) {
    throw invalidArgument('edits', 'version goes with edits: give edits, [] to send that version as it is.');
  }
  if (template === undefined && path === undefined) return edits && editLast(edits, args, call, asked);
  const { definition, name } =
    template === undefined ? await readTemplateFile(path ?? '', call) : unwrapDefinition(template, 'template');
  const edited = edits ? { definition: whole(applyEdits(definition, edits)), base: definition } : { definition };
  return { ...edited, name, warnings: [] };
}

/** The definition in a JSON file. */
export async function readTemplateFile(path: string, call: Call): Promise<Unwrapped> {
  const read = await atArgument('template_path', path, async () =>
    parseJsonText(await (await call.files()).readText(path)),
  );
  if ('problem' in read) throw notWhole([{ path: 'template_path', message: read.problem, received: shorten(path) }]);
  return unwrapDefinition(read.json, 'template_path');
}

/** What was sent for a template, the newest first. */
export async function loadSentDefinitions(templateId: string, call: Call, asked?: Intent): Promise<SentDefinition[]> {
  return (await call.jobs()).definitions(templateId, KEPT_DEFINITIONS, asked);
}

/** The same, and none without a key or a store: then there is nothing to compare with. */
export function knownDefinitions(templateId: string | undefined, call: Call): Promise<SentDefinition[]> {
  if (templateId === undefined) return Promise.resolve([]);
  return loadSentDefinitions(templateId, call).catch((error: unknown) => {
    if (error instanceof Failure) return [];
    throw error;
  });
}

/** One of the definitions that were sent for a template. */
export function versionOf(sent: readonly SentDefinition[], version: number): SentDefinition {
  const found = sent[version];
  if (found) return found;
  if (sent.length === 0) throw new ArgumentsFailure('definition_unknown', { issues: [] });
  const allowed = sent.map((_, i) => i);
  const message = `This server knows ${sent.length} of this template: 0 to ${sent.length - 1}.`;
  throw invalidArgument('version', message, { received: version, allowed });
}

/** Runs what reads a file or a picture; a failure names the argument. */
export async function atArgument<T>(path: string, given: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const received = shorten(given);
    if (error instanceof ArgumentsFailure) {
      const issues = error.facts.issues.map(issue => ({ received, ...issue, path }));
      throw new ArgumentsFailure(error.code, { ...error.facts, issues });
    }
    if (error instanceof SurroundingsFailure && error.code === 'file_refused') {
      const issues = [{ path, message: 'This server may not use it.', received }];
      throw new SurroundingsFailure(error.code, { ...error.facts, issues });
    }
    throw error;
  }
}

async function editLast(
  edits: Edit[],
  { template_id, version = 0 }: TemplateArguments,
  call: Call,
  asked: Intent | undefined,
): Promise<GivenDefinition> {
  if (template_id === undefined) {
    throw invalidArgument(
      'edits',
      'Give what they edit: template, template_path, or template_id for the definition last sent.',
    );
  }
  const sent = versionOf(await loadSentDefinitions(template_id, call, asked), version);
  if (JSON.stringify(sent.definition).includes('[key]')) {
    const gone = 'The definition last sent held the key, which is not stored: give the complete definition.';
    throw invalidArgument('edits', gone);
  }
  const live = isLive(sent.status) || sent.status === 'SUBMITTING' || sent.status === 'UNKNOWN';
  const message = `They build on the definition of a job that is ${sent.status}: it may yet turn out that Shotstack does not have it.`;
  return {
    definition: whole(applyEdits(sent.definition, edits)),
    name: sent.name,
    ...(version === 0 ? { baseRowId: sent.rowId } : {}),
    base: sent.definition,
    warnings: live ? [{ path: 'edits', message }] : [],
  };
}

/** What edits have made, still a whole definition. */
function whole(edited: JsonObject): JsonObject {
  const missing = ['timeline', 'output'].filter(part => !isObject(edited[part]));
  const message = 'After these edits it is no object, and a definition needs it.';
  if (missing.length > 0) throw notWhole(missing.map(part => ({ path: `edits: /${part}`, message })));
  return edited;
}

const notWhole = (issues: Issue[]): ArgumentsFailure => new ArgumentsFailure('invalid_template', { issues });
