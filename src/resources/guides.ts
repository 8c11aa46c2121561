import type { ListedResource } from './resources.ts';

const MIME_TYPE = 'text/markdown';
const PROBLEMS = 'guide://problems';
const TEMPLATE = 'guide://template';

/** What is there to read about this server, without a key or a job. */
export const GUIDES: readonly ListedResource[] = [
  {
    uri: PROBLEMS,
    name: 'problems',
    title: 'Problem codes',
    description: 'What each error.code means, who can put it right, and what comes next.',
    mimeType: MIME_TYPE,
  },
  {
    uri: TEMPLATE,
    name: 'template-parts',
    title: 'Parts of a definition',
    description: 'What a Shotstack definition is made of, a line a part; guide://template/{part} has the details.',
    mimeType: MIME_TYPE,
  },
];

/** The parts of a definition, as `resources/templates/list` shows them; a part may have a slash, as in asset/video. */
export const GUIDE_TEMPLATES = [
  {
    uriTemplate: `${TEMPLATE}/{+part}`,
    name: 'template-part',
    title: 'A part of a definition',
    description: 'What a part takes, key by key, after Shotstack’s own schema: e.g. clip, output, asset/video.',
    mimeType: MIME_TYPE,
  },
];

/** A guide, or the addresses of those that were probably meant. */
export async function readGuide(uri: string): Promise<{ text: string; mimeType: string } | { meant: string[] }> {
  if (uri !== PROBLEMS && uri !== TEMPLATE && !uri.startsWith(`${TEMPLATE}/`))
    return { meant: GUIDES.map(guide => guide.uri) };
  const { problemGuide, templateGuide, partGuide, nearestParts } = await import('./guide-texts.ts');
  if (uri === PROBLEMS) return { text: problemGuide(), mimeType: MIME_TYPE };
  const part = uri.slice(TEMPLATE.length + 1).replaceAll(/%2f/gi, '/');
  const text = part === '' ? templateGuide() : partGuide(part);
  if (text === null) return { meant: [...nearestParts(part), ''].map(name => `${TEMPLATE}${name && `/${name}`}`) };
  return { text, mimeType: MIME_TYPE };
}

/** The names of parts that begin with what was typed so far. */
export async function completePart(typed: string): Promise<string[]> {
  const { partNames } = await import('../definition/parts.ts');
  return partNames().filter(name => name.startsWith(typed));
}
