import {
  type AnyNode,
  type ArrayNode,
  type DocumentNode,
  type ElementNode,
  type MemberNode,
  type ObjectNode,
  parse,
  type Token,
} from '@humanwhocodes/momoa';

/**
 * Sets the value at a path of keys and leaves every other character as it is; objects on the way are made. Comments,
 * trailing commas, a byte order mark and the line ends of the text are kept.
 *
 * @throws Error when the text is no JSON, or something else than an object is on the way
 */
export function setJson(text: string, path: readonly string[], value: unknown): string {
  if (isBlank(text)) return `${text.trimEnd()}${stringify(nest(path, value), layoutOf(''), 0)}\n`;
  const source = open(text);
  let container = objectIn(source.document.body);
  for (const [depth, key] of path.entries()) {
    const member = memberOf(container, key);
    const rest = path.slice(depth + 1);
    if (!member) return insert(source, container, `${JSON.stringify(key)}: `, nest(rest, value));
    if (rest.length === 0) return replace(source, member, value);
    container = objectIn(member.value);
  }
  throw new Error('The path is empty.');
}

/** Appends a value to the list at a path; the list is made if it is not there. */
export function appendJson(text: string, path: readonly string[], value: unknown): string {
  if (isBlank(text)) return setJson(text, path, [value]);
  const source = open(text);
  const list = nodeAt(source.document.body, path);
  return list?.type === 'Array' ? insert(source, list, '', value) : setJson(text, path, [value]);
}

/** Takes out the member at a path, a number being the place in a list. A text without it stays as it is. */
export function removeJson(text: string, path: readonly (string | number)[]): string {
  const source = open(text);
  const last = path.at(-1);
  const container = nodeAt(source.document.body, path.slice(0, -1));
  if (container?.type !== 'Object' && container?.type !== 'Array') return text;
  const parts = partsOf(container);
  const index =
    typeof last === 'number'
      ? last
      : parts.findIndex(part => part.type === 'Member' && last !== undefined && nameOf(part) === last);
  const part = parts[index];
  return part === undefined ? text : cutOut(source, container, part, index);
}

const BOM = /^\u{feff}/u;
const isBlank = (text: string): boolean => text.replace(BOM, '').trim() === '';

interface Source {
  text: string;
  document: DocumentNode;
  layout: Layout;
  /** Where each token starts, in the text with its byte order mark. */
  tokens: Token[];
}

/** How the text is written. */
interface Layout {
  eol: string;
  indent: string;
  /** The whole file is one line. */
  compact: boolean;
}

type Container = ObjectNode | ArrayNode;
type Part = MemberNode | ElementNode;

function open(text: string): Source {
  // The parser takes no byte order mark; a space keeps every offset.
  const document = parse(text.replace(BOM, ' '), {
    mode: 'jsonc',
    allowTrailingCommas: true,
    ranges: true,
    tokens: true,
  });
  return { text, document, layout: layoutOf(text), tokens: document.tokens ?? [] };
}

function layoutOf(text: string): Layout {
  const [, eol = '\n', indent = '  '] = /(\r?\n)([ \t]+)\S/.exec(text) ?? [];
  return { eol, indent, compact: /[^\s{}]/.test(text.replace(BOM, '')) && !/\n/.test(text.trim()) };
}

function objectIn(node: AnyNode): ObjectNode {
  if (node.type !== 'Object') throw new Error('Something else than an object is where the servers belong.');
  return node;
}

/** The last of equal names counts, as in every reader of JSON. */
const memberOf = (object: ObjectNode, key: string): MemberNode | undefined =>
  object.members.findLast(member => nameOf(member) === key);

const nameOf = ({ name }: MemberNode): string => (name.type === 'String' ? name.value : name.name);

function nodeAt(body: AnyNode, path: readonly (string | number)[]): AnyNode | undefined {
  return path.reduce<AnyNode | undefined>((node, key) => {
    if (node?.type === 'Object' && typeof key === 'string') return memberOf(node, key)?.value;
    return node?.type === 'Array' && typeof key === 'number' ? node.elements[key]?.value : undefined;
  }, body);
}

const partsOf = (container: Container): Part[] =>
  container.type === 'Object' ? container.members : container.elements;

function range(node: AnyNode | Token): [number, number] {
  // An element of a list has the range of its value.
  const { range } = node.type === 'Element' ? node.value : node;
  if (!range) throw new Error('The parser gave no range.');
  return range;
}

function replace({ text, layout }: Source, member: MemberNode, value: unknown): string {
  const [start, end] = range(member.value);
  return splice(text, start, end, stringify(value, layout, depthAt(text, range(member)[0], layout)));
}

function insert(source: Source, container: Container, label: string, value: unknown): string {
  const { text, tokens, layout } = source;
  const [start, end] = range(container);
  const parts = partsOf(container);
  // Everything inside, comments included, stays before the new part.
  const inside = tokens.filter(token => range(token)[0] > start && range(token)[1] < end);
  const lastToken = inside.at(-1);
  const from = lastToken ? range(lastToken)[1] : start + 1;
  const lastPart = parts.at(-1);
  const partEnd = lastPart ? range(lastPart)[1] : null;
  const comma = partEnd !== null && !inside.some(token => token.type === 'Comma' && range(token)[0] >= partEnd);
  const onOneLine = lastPart !== undefined && !text.slice(start, range(lastPart)[0]).includes('\n');
  const inLine = layout.compact || (onOneLine && lastToken?.type !== 'LineComment');
  const depth = depthAt(text, start, layout);
  const gap = layout.compact ? '' : ' ';
  const body = inLine
    ? `${parts.length > 0 ? gap : ''}${label === '' ? '' : label.trimEnd() + gap}${JSON.stringify(value)}`
    : `${layout.eol}${layout.indent.repeat(depth + 1)}${label}${stringify(value, layout, depth + 1)}`;
  // A list with a comma after its last part keeps that habit.
  const trailing = parts.length > 0 && !comma ? ',' : '';
  const tail = inLine ? text.slice(from, end - 1) : `${layout.eol}${layout.indent.repeat(depth)}`;
  const grown = splice(text, from, end - 1, body + trailing + tail);
  return comma && partEnd !== null ? splice(grown, partEnd, partEnd, ',') : grown;
}

function cutOut({ text, tokens }: Source, container: Container, part: Part, index: number): string {
  const parts = partsOf(container);
  const [containerStart, containerEnd] = range(container);
  const [start, partEnd] = range(part);
  const next = parts[index + 1];
  const comma = tokens.find(
    token =>
      token.type === 'Comma' && range(token)[0] >= partEnd && range(token)[0] < (next ? range(next)[0] : containerEnd),
  );
  const end = comma ? range(comma)[1] : partEnd;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end) + 1;
  const ownLines = text.slice(lineStart, start).trim() === '' && lineEnd > 0 && text.slice(end, lineEnd).trim() === '';
  const [from, to] =
    ownLines && lineStart > containerStart ? [lineStart, lineEnd] : [start, next ? startAfter(tokens, end) : end];
  const before = parts[index - 1];
  if (before === undefined)
    return next ? splice(text, from, to, '') : collapse(splice(text, from, to, ''), containerStart);
  const separator = tokens.find(token => token.type === 'Comma' && range(token)[0] >= range(before)[1]);
  if (next || comma || !separator) return splice(text, from, to, '');
  // The comma before the last part is removed with it.
  const [commaStart, commaEnd] = range(separator);
  const bare = text.slice(commaEnd, start).trim() === '' && !ownLines;
  return bare ? splice(text, commaStart, to, '') : splice(splice(text, from, to, ''), commaStart, commaEnd, '');
}

/** Where the first token after a place begins; a comment is one. */
const startAfter = (tokens: readonly Token[], place: number): number =>
  Math.min(...tokens.map(token => range(token)[0]).filter(start => start >= place));

/** Closes an object or list that nothing is left in. */
function collapse(text: string, start: number): string {
  const [, space = ''] = /^[{[](\s*)[}\]]/.exec(text.slice(start)) ?? [];
  return splice(text, start + 1, start + 1 + space.length, '');
}

/** How deep the line that holds a place is indented. */
function depthAt(text: string, place: number, { indent }: Layout): number {
  const lineStart = text.lastIndexOf('\n', place - 1) + 1;
  const [space = ''] = /^[ \t]*/.exec(text.slice(lineStart)) ?? [];
  return Math.round(space.length / indent.length);
}

const stringify = (value: unknown, { eol, indent, compact }: Layout, depth: number): string =>
  compact ? JSON.stringify(value) : JSON.stringify(value, null, indent).replaceAll('\n', eol + indent.repeat(depth));

const nest = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);

const splice = (text: string, start: number, end: number, middle: string): string =>
  text.slice(0, start) + middle + text.slice(end);
