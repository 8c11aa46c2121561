import type * as z from 'zod';
import { didYouMean } from '../base/did-you-mean.ts';
import { ArgumentsFailure, type Issue } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { shorten, showText, unquote } from '../base/text.ts';
import { parseJsonText } from '../definition/json-text.ts';
import { describeIssue, toIssues, unknownArgument } from './argument-issues.ts';
import { HOST_ADDED_ARGUMENTS, WRAPPERS } from './host-arguments.ts';

const MOST_ISSUES = 25;
const LONGEST_NAME = 60;

/** What a missing value becomes where a host turns it into text. */
const NOTHING = ['', 'null', 'None', 'undefined'];
/** Arguments that hold an id or a path, or may hold a path: quotes and line breaks around them mean nothing. */
const BARE = [
  'request_id',
  'template_id',
  'template_path',
  'directory',
  'pointer',
  'image',
  'last_frame',
  'reference_images',
];

/** Where another argument begins in the markup in which models write calls. */
const MARKUP = /<(?:[a-z]+:)?parameter name=/;

/** A call's arguments, read. */
export interface ReadArguments {
  /** As the tool's schema has them. Objects are the very ones that were given. */
  args: unknown;
  /** Arguments that were given as null, as an empty text or as a word for it, and so count as absent. */
  absent: string[];
  /** Names that were dropped, since there is no such argument. */
  ignored: string[];
}

/**
 * Reads a call's arguments: what is taken is wider than what the schema says, as long as it has one meaning and nothing
 * is lost. Nothing inside a definition, `extra_inputs` or the value of an edit is touched.
 *
 * @param strict refuse names that are not known; a name that resembles an argument is refused in any case
 * @throws ArgumentsFailure `invalid_arguments` with one issue for each mistake
 */
export async function readArguments(input: z.ZodObject, given: unknown, strict: boolean): Promise<ReadArguments> {
  const names = Object.keys(input.shape);
  const reading = new Reading();
  for (const [name, value] of Object.entries(await unwrap(given, names))) {
    if (names.includes(name)) await reading.argument(name, value, input.shape[name]);
    else reading.unknown(name, names, strict);
  }
  const { missing, absent, ignored } = reading;
  const parsed = parse(input, Object.fromEntries(reading.values));
  if (parsed.success && reading.issues.length === 0) return { args: parsed.data, absent, ignored };
  // What would have been dropped may be what is missing, under another name.
  const found = reading.issues.concat(ignored.map(name => unknownArgument(name, null, names)));
  // One mistake is one issue: text that is no JSON, or what is there under another name, is listed already.
  const told = found.map(({ path }) => path);
  const isNew = ({ path, received }: Issue): boolean =>
    !told.includes(path) && !(received === undefined && missing.includes(path));
  const issues = parsed.success ? found : found.concat(toIssues(parsed.error).filter(isNew));
  const unlisted = issues.length - MOST_ISSUES;
  throw new ArgumentsFailure('invalid_arguments', {
    issues: issues.slice(0, MOST_ISSUES),
    ...(unlisted > 0 ? { unlisted } : {}),
  });
}

/** The arguments without what a host puts around them (nothing, JSON text, `{args: {…}}`, also one in another) and adds. */
async function unwrap(given: unknown, names: string[]): Promise<JsonObject> {
  for (let value = given; ; ) {
    if (typeof value === 'string' && value.trim() !== '') value = await fromJson(value);
    if (isEmpty(value)) return {};
    if (!isObject(value)) {
      const message = 'Give the arguments as an object.';
      throw new ArgumentsFailure('invalid_arguments', { issues: [{ path: '', message, received: shorten(value) }] });
    }
    const isAdded = ([name, member]: [string, unknown]): boolean =>
      !names.includes(name) && (HOST_ADDED_ARGUMENTS.has(name) || (WRAPPERS.includes(name) && isEmpty(member)));
    const own = Object.entries(value).filter(entry => !isAdded(entry));
    const [[only, inner] = [''], ...others] = own;
    if (others.length > 0 || names.includes(only) || !WRAPPERS.includes(only)) return Object.fromEntries(own);
    value = inner;
  }
}

/** Whether nothing is in place of arguments; what PHP has for an empty object is an empty list. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** JSON text read; text that is no JSON as it is. */
async function fromJson(text: string): Promise<unknown> {
  const read = await parseJsonText(withoutFence(text));
  return 'json' in read ? read.json : text;
}

/** What was read so far. */
class Reading {
  readonly values: [string, unknown][] = [];
  readonly issues: Issue[] = [];
  /** Arguments that are probably there under another name. */
  readonly missing: string[] = [];
  readonly absent: string[] = [];
  readonly ignored: string[] = [];

  async argument(name: string, value: unknown, schema: z.core.$ZodType | undefined): Promise<void> {
    const isBare = BARE.includes(name);
    if (isAbsent(value, schema, isBare)) this.absent.push(name);
    else this.values.push([name, await this.#read(name, value, typeOf(schema), isBare)]);
    // Claude Code has put further arguments, as its model writes them, behind the first (anthropics/claude-code#62171).
    if (typeof value === 'string' && MARKUP.test(value)) {
      const message = 'Another argument is in it, as <parameter name="…">: give each argument by itself.';
      this.issues.push({ path: name, message });
    }
  }

  unknown(name: string, names: string[], strict: boolean): void {
    const meant = resembling(name, names);
    if (meant !== null) this.missing.push(meant);
    if (meant !== null || strict || WRAPPERS.includes(name)) this.issues.push(unknownArgument(name, meant, names));
    else this.ignored.push(showText(name, LONGEST_NAME));
  }

  /** A value in the form that is wanted, where it has that meaning alone; else as it is. */
  async #read(path: string, value: unknown, { kind, item }: Type, isBare: boolean): Promise<unknown> {
    if (kind === 'array') return this.#readList(path, value, item, isBare);
    if (typeof value !== 'string') return value;
    if (kind === 'string') return isBare ? unquote(value) : value;
    if (kind === 'word') return unquote(value);
    if (kind === 'number' || kind === 'boolean') return plain(value, kind);
    return kind === 'object' ? this.#readObject(path, value) : value;
  }

  async #readList(path: string, value: unknown, item: Type, isBare: boolean): Promise<unknown> {
    const given = typeof value === 'string' && /^\s*[[{`]/.test(value) ? await fromJson(value) : value;
    const list = itemOf(given);
    const items = Array.isArray(list) ? list.map(itemOf) : [list];
    return Promise.all(items.map((one, i) => this.#read(`${path}[${i}]`, one, item, isBare)));
  }

  async #readObject(path: string, text: string): Promise<unknown> {
    const read = await parseJsonText(withoutFence(text));
    // Some hosts turn it into text twice.
    if ('json' in read) return typeof read.json === 'string' ? fromJson(read.json) : read.json;
    this.issues.push({ path, message: read.problem, received: shorten(text) });
    return text;
  }
}

/** What an argument's schema wants. */
interface Type {
  kind: 'object' | 'array' | 'number' | 'boolean' | 'string' | 'word' | 'other';
  /** Of a list's items. */
  item: Type;
}

const OTHER: Type = {
  kind: 'other',
  get item() {
    return OTHER;
  },
};

function typeOf(schema: z.core.$ZodType | undefined): Type {
  const def = (schema as z.core.$ZodTypes | undefined)?._zod.def;
  switch (def?.type) {
    case 'optional':
    case 'default':
      return typeOf(def.innerType);
    case 'array':
      return { kind: 'array', item: typeOf(def.element) };
    case 'object':
    case 'custom':
      return { kind: 'object', item: OTHER };
    case 'enum':
      return { kind: 'word', item: OTHER };
    case 'number':
    case 'boolean':
    case 'string':
      return { kind: def.type, item: OTHER };
    default:
      return OTHER;
  }
}

/** Whether a value means that the argument is not given. A required text is used as given, except an id or a path. */
function isAbsent(value: unknown, schema: z.core.$ZodType | undefined, isBare: boolean): boolean {
  const [only, ...others] = Array.isArray(value) ? value : [value];
  if (others.length > 0 || (Array.isArray(value) && value.length === 0)) return false;
  if (only === null || only === undefined) return true;
  return typeof only === 'string' && NOTHING.includes(unquote(only)) && (isBare || schema?._zod.optin !== undefined);
}

/** The argument that a name resembles, whatever its case and its separators. */
function resembling(name: string, names: string[]): string | null {
  const snake = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[-\s]+/g, '_');
  return didYouMean(snake, names) ?? didYouMean(name, names);
}

/**
 * What a host that turned XML into JSON put under `item`: a whole list (anomalyco/opencode#35296) or each of its items
 * (NousResearch/hermes-agent#99270). Any other value as it is.
 */
function itemOf(value: unknown): unknown {
  return isObject(value) && Object.keys(value).length === 1 && 'item' in value ? value.item : value;
}

/** A number or a boolean out of its JSON text, in any case, as Python writes booleans; any other text as it is. */
function plain(text: string, kind: 'number' | 'boolean'): unknown {
  try {
    const read: unknown = JSON.parse(unquote(text).toLowerCase());
    return typeof read === kind ? read : text;
  } catch {
    return text;
  }
}

/** JSON text without the Markdown fence around it. */
function withoutFence(text: string): string {
  const trimmed = text.trim();
  const [opening = '', fence = ''] = /^(`{3,9}|~{3,9})[^\n`{["]*/.exec(trimmed) ?? [];
  return fence !== '' && trimmed.endsWith(fence) ? trimmed.slice(opening.length, -fence.length) : text;
}

function parse(input: z.ZodObject, args: JsonObject): z.ZodSafeParseResult<unknown> {
  try {
    return input.safeParse(args, { reportInput: true, error: describeIssue });
  } catch {
    // zod compares whatever is called `length` in place of a text, and some objects cannot be compared.
    const message = 'An argument that must be a text or a list is an object.';
    throw new ArgumentsFailure('invalid_arguments', { issues: [{ path: '', message }] });
  }
}
