import { KEPT_DEFINITIONS } from '../base/limits.ts';
import { showText } from '../base/text.ts';
import type { JobService } from '../jobs/service.ts';
import { iso, toJob } from '../jobs/shown-job.ts';
import type { SentDefinition } from '../jobs/store/job-store.ts';

/** A resource as `resources/list` shows it. */
export interface ListedResource {
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
}

const MIME_TYPE = 'application/json';
const LONGEST_NAME = 200;
const MOST_LISTED = 100;

/** The kinds of resource, as `resources/templates/list` shows them. */
export const RESOURCE_TEMPLATES = [
  {
    uriTemplate: 'job://{request_id}',
    name: 'job',
    title: 'A job',
    description: 'A job of update_template as it was last seen; reading it asks nobody.',
    mimeType: MIME_TYPE,
  },
  {
    uriTemplate: 'template://{template_id}',
    name: 'template',
    title: 'Definitions sent for a template',
    description: `The definitions that this server sent for a template, newest first, up to ${KEPT_DEFINITIONS}: to undo an update, send the one before it.`,
    mimeType: MIME_TYPE,
  },
];

/** What the store has to read: jobs, newest first, then templates. */
export async function listResources(service: JobService): Promise<ListedResource[]> {
  const [{ records }, templates] = await Promise.all([
    service.list({ limit: MOST_LISTED }),
    service.templates(MOST_LISTED),
  ]);
  const jobs = records.map(toJob).flatMap(({ request_id: id, status, submitted_at }) => {
    const description = `${status}, submitted ${submitted_at}`;
    return id === undefined ? [] : [{ uri: `job://${id}`, name: id, title: `Job ${id}`, description }];
  });
  const sent = templates.map(id => ({
    uri: `template://${encodeURIComponent(id)}`,
    name: showText(id, LONGEST_NAME),
    title: `Template ${showText(id, LONGEST_NAME)}`,
    description: 'Definitions sent for this template, newest first',
  }));
  return [...jobs, ...sent].map(resource => ({ ...resource, mimeType: MIME_TYPE }));
}

/** The contents of a resource, or null when there is none of that name. */
export async function readResource(
  service: JobService,
  uri: string,
): Promise<{ text: string; mimeType: string } | null> {
  const [, kind, name = ''] = /^(job|template):\/\/([^/]+)$/.exec(uri) ?? [];
  const id = decode(name);
  if (id === null) return null;
  const found =
    kind === 'job' ? await jobOf(service, id) : kind === 'template' ? await definitionsOf(service, id) : null;
  return found && { text: JSON.stringify(found), mimeType: MIME_TYPE };
}

/** Ids of known jobs or templates that begin with what was typed so far. */
export async function completeResource(service: JobService, argument: string, typed: string): Promise<string[]> {
  if (argument === 'request_id') {
    const { records } = await service.list({ prefix: typed, limit: MOST_LISTED });
    return records.flatMap(({ requestId }) => requestId ?? []);
  }
  if (argument === 'template_id')
    return (await service.templates(1_000)).filter(id => id.startsWith(typed)).slice(0, MOST_LISTED);
  return [];
}

async function jobOf(service: JobService, requestId: string): Promise<object | null> {
  const record = await service.recall(requestId);
  return record && toJob(record);
}

async function definitionsOf(service: JobService, templateId: string): Promise<object | null> {
  const sent = await service.definitions(templateId, KEPT_DEFINITIONS);
  return sent.length === 0 ? null : { template_id: templateId, versions: sent.map(toVersion) };
}

function toVersion({ sentAt, requestId, status, name, definition }: SentDefinition): object {
  return { sent_at: iso(sentAt), request_id: requestId, status, name, template: definition };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
