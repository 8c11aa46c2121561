import { editSchema } from '@shotstack/schemas/zod';
import * as z from 'zod';
import { defOf, describeNode, members, type Node, shapeOf, valuesOf } from './schema-node.ts';

/** A kind of object in a definition that is described apart. */
interface Part {
  name: string;
  node: Node;
  /** What it is for, in one sentence. */
  about: string;
  /** Its line in the list of parts. */
  line: string;
}

/**
 * The parts: name, path in a definition, and purpose. Where objects of several kinds are allowed, each kind is a part,
 * such as `asset/video`.
 */
const PLACES: [name: string, path: string, about: string][] = [
  ['edit', '', 'The whole definition, as an update sends it.'],
  ['timeline', 'timeline', 'What is shown and heard, in layers: the first track is in front.'],
  ['soundtrack', 'timeline.soundtrack', 'Music under the whole video.'],
  ['track', 'timeline.tracks', 'One layer of clips.'],
  ['clip', 'timeline.tracks.clips', 'One asset, and when, where and how it is shown.'],
  ['asset', 'timeline.tracks.clips.asset', 'What a clip shows or plays.'],
  ['shadow', 'timeline.tracks.clips.asset.shadow', 'A shadow behind the letters of a rich text or caption.'],
  ['border', 'timeline.tracks.clips.asset.border', 'A frame around a rich text or caption.'],
  ['gradient', 'timeline.tracks.clips.asset.style.gradient', 'Letters filled with more than one colour.'],
  ['active', 'timeline.tracks.clips.asset.active', 'How a rich caption sets off the word that is spoken.'],
  ['crop', 'timeline.tracks.clips.asset.crop', 'What is cut off an asset’s edges, in parts of its size.'],
  ['transition', 'timeline.tracks.clips.transition', 'How a clip comes and goes.'],
  ['offset', 'timeline.tracks.clips.offset', 'How far a clip is moved from its position, in parts of the frame.'],
  ['transform', 'timeline.tracks.clips.transform', 'Turns, skews or mirrors a clip.'],
  ['tween', 'timeline.tracks.clips.opacity', 'A change of one value over time; a list of them is an animation.'],
  ['output', 'output', 'The file that is rendered.'],
  ['destination', 'output.destinations', 'Where the rendered file goes.'],
  ['merge', 'merge', 'A placeholder and what takes its place.'],
];

/** Keys that discriminate the kinds of an object. */
const KIND_KEYS = ['type', 'provider'];
const MOST_KEYS_IN_LINE = 6;
/** Values in words that are longer than this are not said twice in one part. */
const LONG_WORDS = 200;

let known: readonly Part[] | undefined;

/** The names of all parts, in the order of a definition. */
export const partNames = (): string[] => parts().map(({ name }) => name);

/** Each part in one line, as a Markdown list; with `within`, only the kinds of one part. */
export function listParts(within = ''): string {
  const listed = parts().filter(({ name }) => name.startsWith(within));
  return listed.map(({ name, line }) => `- ${name}: ${line}`).join('\n');
}

/** What a part takes, key by key, as Markdown; null when there is no part of that name. */
export function describePart(name: string): string | null {
  const part = parts().find(part => part.name === name);
  if (part) return `${part.about}\n\n${linesFor(part.node, '').join('\n')}`;
  const kinds = listParts(`${name}/`);
  const about = PLACES.find(([place]) => place === name)?.[2];
  return about === undefined || kinds === '' ? null : `${about} One of:\n\n${kinds}`;
}

function parts(): readonly Part[] {
  known ??= PLACES.flatMap(([name, path, about]) => {
    const nodes = objectsAt(path);
    if (nodes.length === 1) return nodes.map(node => ({ name, node, about, line: about }));
    return nodes.map(node => ({ name: `${name}/${kindOf(node)}`, node, about, line: keysOf(node) }));
  });
  return known;
}

function objectsAt(path: string): Node[] {
  const keys = path === '' ? [] : path.split('.');
  return keys.reduce<Node[]>(
    (nodes, key) => [...new Set(nodes.flatMap(node => objectsIn(shapeOf(node)[key])))],
    [editSchema],
  );
}

/** The objects that a node allows, alone or in a list. */
function objectsIn(node: Node | undefined): Node[] {
  return plain(node).flatMap(member => {
    const def = defOf(member);
    return def.type === 'array' ? objectsIn(def.element) : def.type === 'object' ? [member] : [];
  });
}

const plain = (node: Node | undefined): Node[] => (node ? members(node, undefined) : []);

function kindOf(node: Node): string {
  const [kind] = KIND_KEYS.flatMap(key => plain(shapeOf(node)[key])).flatMap(valuesOf);
  return String(kind);
}

function keysOf(node: Node): string {
  const keys = Object.keys(shapeOf(node)).filter(key => !KIND_KEYS.includes(key));
  return [...keys.slice(0, MOST_KEYS_IN_LINE), ...(keys.length > MOST_KEYS_IN_LINE ? ['…'] : [])].join(', ');
}

/** A line for each key; what may be left out is marked with a question mark, as in TypeScript. */
function linesFor(object: Node, indent: string): string[] {
  const said = new Map<string, string>();
  return Object.entries(shapeOf(object)).flatMap(([key, value]) => {
    const words = wordsFor(value);
    const before = words.length > LONG_WORDS ? said.get(words) : undefined;
    said.set(words, key);
    const optional = z.safeParse(value, undefined).success ? '?' : '';
    const inside = objectsIn(value).filter(node => nameOf(node) === null);
    return [
      `${indent}- ${key}${optional}: ${before === undefined ? words : `the same as ${before}`}`,
      ...inside.flatMap(node => linesFor(node, `${indent}  `)),
    ];
  });
}

function wordsFor(value: Node): string {
  const nodes = plain(value);
  const values = [...new Set(nodes.flatMap(valuesOf))].map(value => JSON.stringify(value)).join(' | ');
  const words = [...nodes.map(wordsForPlain), values].filter(text => text !== null && text !== '');
  return [...new Set(words)].join(', or ') || 'a value';
}

function wordsForPlain(node: Node): string | null {
  const def = defOf(node);
  if (def.type === 'array') return `a list of: ${wordsFor(def.element)}`;
  if (def.type === 'record') return 'an object with any keys';
  if (def.type !== 'object') return describeNode(node);
  const name = nameOf(node);
  return name === null ? 'an object with' : `→ ${name.replace(/\/.*/, '')}`;
}

function nameOf(node: Node): string | null {
  return parts().find(part => part.node === node)?.name ?? null;
}
