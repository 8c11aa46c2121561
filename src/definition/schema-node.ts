import * as z from 'zod';
import { isObject } from '../base/json.ts';

/** A node of a zod schema; its definition is zod's public introspection interface. */
export type Node = z.core.$ZodType;

/** A node's definition: a union, discriminated by `type`. */
export const defOf = (node: Node): z.core.$ZodTypes['_zod']['def'] => (node as z.core.$ZodTypes)._zod.def;

/** What fits somewhere in a definition. */
export interface Expectation {
  /** In words: `a number from 0 to 1`. */
  words: string;
  /** The values, where they can be listed. */
  allowed: (string | number)[];
  /** The keys of an object that fits there, and what each takes. */
  shape: Record<string, Node>;
  /** Where objects of several kinds fit: the key that names the kind, and the kinds. */
  kinds: { key: string; values: (string | number)[] } | undefined;
  takesNumber: boolean;
  takesList: boolean;
  /** The keys of the objects in a list that fits there. */
  elements: Record<string, Node>;
  takesColour: boolean;
  /** The largest number that fits; undefined when there is no limit, or no number fits. */
  most: number | undefined;
  /** Whether a value fits as it is. */
  takes(value: unknown): boolean;
}

const MOST_IN_WORDS = 8;

/** What the schema takes at a path, given the document around it (a union's member is chosen by its `type`). */
export function expectationAt(root: Node, document: unknown, path: readonly PropertyKey[]): Expectation {
  let nodes = members(root, document);
  let value = document;
  for (const key of path) {
    const parent = value;
    value = isObject(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
    const inside = value;
    nodes = nodes.flatMap(node => children(node, key, parent)).flatMap(node => members(node, inside));
  }
  return expectationOf(nodes);
}

/** What any of these nodes accepts. */
export function expectationOf(nodes: readonly Node[]): Expectation {
  const allowed = [...new Set(nodes.flatMap(valuesOf))];
  const numbers = nodes.filter(node => typeOf(node) === 'number');
  return {
    words: inWordsOf(nodes, allowed),
    allowed,
    // Without a prototype: keys of a definition are looked up in it.
    shape: Object.assign(Object.create(null), ...nodes.map(shapeOf)),
    kinds: kindsOf(nodes),
    takesNumber: numbers.length > 0 || allowed.some(value => typeof value === 'number'),
    takesList: nodes.some(node => typeOf(node) === 'array'),
    elements: Object.assign(Object.create(null), ...nodes.flatMap(elementsOf).map(shapeOf)),
    takesColour: nodes.some(node => patternsOf(node).some(isColourPattern)),
    most: numbers.flatMap(node => checksOf(node).find(({ check }) => check === 'less_than')?.value ?? [])[0],
    takes: value => nodes.some(node => z.safeParse(node, value).success),
  };
}

/** The plain nodes behind wrappers and unions; of a discriminated union the member that the value names. */
export function members(node: Node, value: unknown): Node[] {
  const def = defOf(node);
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return members(def.innerType, value);
    case 'lazy':
      return members(def.getter(), value);
    case 'pipe':
      return members(def.in._zod.def.type === 'transform' ? def.out : def.in, value);
    case 'union': {
      const { discriminator } = def as { discriminator?: string };
      const all = def.options.flatMap(option => members(option, value));
      if (!discriminator || !isObject(value)) return all;
      const named = all.filter(option =>
        allowedIn(shapeOf(option)[discriminator]).some(kind => kind === value[discriminator]),
      );
      return named.length > 0 ? named : all;
    }
    default:
      return [node];
  }
}

function children(node: Node, key: PropertyKey, parent: unknown): Node[] {
  const def = defOf(node);
  if (def.type === 'array') return typeof key === 'number' ? [def.element] : [];
  if (def.type !== 'object' || (parent !== undefined && !isObject(parent))) return [];
  const child = Object.hasOwn(def.shape, key) ? def.shape[String(key)] : undefined;
  return child ? [child] : [];
}

/** The keys of an object and what each takes; none for any other node. */
export function shapeOf(node: Node): Record<string, Node> {
  const def = defOf(node);
  return def.type === 'object' ? def.shape : {};
}

function allowedIn(node: Node | undefined): (string | number)[] {
  return node ? members(node, undefined).flatMap(valuesOf) : [];
}

/** The values that an enumeration or a literal lists. */
export function valuesOf(node: Node): (string | number)[] {
  const def = defOf(node);
  const values = def.type === 'enum' ? Object.values(def.entries) : def.type === 'literal' ? def.values : [];
  return values.filter(value => typeof value === 'string' || typeof value === 'number');
}

function kindsOf(nodes: readonly Node[]): Expectation['kinds'] {
  const shapes = nodes.map(shapeOf).filter(shape => Object.keys(shape).length > 0);
  const key = ['type', 'provider'].find(key => shapes.every(shape => allowedIn(shape[key]).length > 0));
  if (shapes.length < 2 || key === undefined) return undefined;
  return { key, values: shapes.flatMap(shape => allowedIn(shape[key])) };
}

function inWordsOf(nodes: readonly Node[], allowed: readonly (string | number)[]): string {
  const objects = nodes.map(node => Object.keys(shapeOf(node))).filter(keys => keys.length > 0);
  const words = new Set(nodes.map(describeNode).filter(text => text !== null));
  if (objects.length === 1) words.add(`an object with ${objects[0]?.slice(0, 12).join(', ')}`);
  const kinds = kindsOf(nodes);
  if (objects.length > 1) words.add(kinds ? `an object with ${kinds.key}, one of the values in allowed` : 'an object');
  if (allowed.length > MOST_IN_WORDS) words.add('one of the values in allowed');
  else if (allowed.length > 0) words.add(`one of ${allowed.map(value => JSON.stringify(value)).join(', ')}`);
  return [...words].join(', or ') || 'a value';
}

function elementsOf(node: Node): Node[] {
  const def = defOf(node);
  return def.type === 'array' ? members(def.element, undefined) : [];
}

const typeOf = (node: Node): string => defOf(node).type;
const isColourPattern = (source: string): boolean => source.startsWith('^#');
const patternsOf = (node: Node): string[] => checksOf(node).flatMap(({ pattern }) => pattern?.source ?? []);

/** What a plain node takes, where one phrase can say it. */
export function describeNode(node: Node): string | null {
  const def = defOf(node);
  switch (def.type) {
    case 'number':
      return numberInWords(checksOf(node));
    case 'string':
      return stringInWords(checksOf(node));
    case 'boolean':
      return 'true or false';
    case 'array':
      return checksOf(node).some(check => check.check === 'min_length') ? 'a list with at least one entry' : 'a list';
    default:
      return null;
  }
}

/** As much of a check's definition as is read here; which of the fields it has depends on its kind. */
interface Check {
  check: string;
  value?: number;
  format?: string;
  pattern?: RegExp;
  maximum?: number;
}

function checksOf(node: Node): Check[] {
  return (node._zod.def.checks ?? []).map(({ _zod }) => _zod.def as Check);
}

function numberInWords(checks: Check[]): string {
  const noun = checks.some(({ format }) => format === 'safeint') ? 'a whole number' : 'a number';
  const from = checks.find(({ check }) => check === 'greater_than')?.value;
  const to = checks.find(({ check }) => check === 'less_than')?.value;
  if (from !== undefined && to !== undefined) return `${noun} from ${from} to ${to}`;
  if (from !== undefined) return `${noun} of at least ${from}`;
  return to === undefined ? noun : `${noun} of at most ${to}`;
}

function stringInWords(checks: Check[]): string | null {
  const patterns = checks.flatMap(({ pattern }) => pattern?.source ?? []);
  // A placeholder fits everywhere; to name it would only hide what is wanted.
  if (patterns.some(source => source.startsWith('^\\{\\{'))) return null;
  if (patterns.some(isColourPattern)) return 'a colour such as "#ff8800"';
  if (patterns.some(source => source.includes('auto|end'))) return '"auto", "end" or "alias://NAME"';
  if (patterns.some(source => source.includes('auto'))) return '"auto" or "alias://NAME"';
  if (patterns.some(source => source.includes('A-Za-z0-9_-'))) return 'a name of letters, digits, _ and -';
  const most = checks.find(({ check }) => check === 'max_length')?.maximum;
  return most === undefined ? 'a text' : `a text of at most ${most} characters`;
}
