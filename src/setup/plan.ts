import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../base/json.ts';
import { CommandError } from '../command-line/command-error.ts';
import { SETTINGS } from '../config.ts';
import {
  type Entry,
  environmentField,
  findEntries,
  INPUT,
  isReference,
  startsAnother,
  valueAt,
  writeEntry,
} from '../hosts/entry.ts';
import { parseSettings } from '../hosts/formats.ts';
import { type Host, type Launch, SERVER_NAME } from '../hosts/host.ts';
import type { Machine } from '../hosts/machine.ts';
import { appendJson, removeJson, setJson } from './edit-json.ts';
import { removeTomlServer, setTomlServer } from './edit-toml.ts';

/** A settings file: whose it is, and its path for messages. */
export interface SettingsFile {
  host: Host;
  path: string;
}

/**
 * The settings with this server in them: a new entry, or the one that is there with its fields brought up to date.
 *
 * @throws CommandError when that cannot be done without touching something else
 */
export const addServer = (text: string, file: SettingsFile, launch: Launch, machine: Machine): string =>
  addEntry(text, file, writeEntry(file.host, launch), machine);

function addEntry(text: string, file: SettingsFile, entry: JsonObject, machine: Machine): string {
  const { host } = file;
  const document = read(text, file);
  const map = mapOf(host, document);
  refuseOtherValues(document, map, file);
  const existing = ours(host, document, machine).find(({ path }) => isDeepStrictEqual(path.slice(0, -1), map));
  const path = existing?.path ?? [...map, SERVER_NAME];
  if (!existing && valueAt(document, path) !== undefined) {
    throw new CommandError(`${file.path} has another server named ${SERVER_NAME}: rename that one first.`);
  }
  const whole = existing ? withFolders(entry, host, existing) : entry;
  const after = attempt(file, () =>
    host.format === 'toml' ? addToml(text, path, whole, existing) : addJson(text, host, path, whole, existing),
  );
  const made = attempt(file, () => read(after, file));
  if (!isDeepStrictEqual(valueAt(made, [...path, 'command']), whole.command)) throw unusual(file);
  return checked(text, after, file, [path]);
}

/** The entry with the folders that the old one hands over as arguments (`serve FOLDER …`). */
function withFolders(entry: JsonObject, host: Host, { args }: Entry): JsonObject {
  const at = args.indexOf('serve');
  const folders = at === -1 ? [] : args.slice(at + 1).filter(word => !word.startsWith('-'));
  const field = host.commandList ? 'command' : 'args';
  const words = entry[field];
  return folders.length > 0 && Array.isArray(words) ? { ...entry, [field]: [...words, 'serve', ...folders] } : entry;
}

/**
 * The settings without this server.
 *
 * @throws CommandError when that cannot be done without touching something else
 */
export function removeServer(text: string, file: SettingsFile, machine: Machine): string {
  const { host } = file;
  const document = read(text, file);
  const paths = ours(host, document, machine).map(({ path }) => path);
  const after = attempt(file, () =>
    host.format === 'toml'
      ? paths.reduce((rest, [map = '', name = '']) => removeTomlServer(rest, map, name), text)
      : removeJsonServer(text, document, paths),
  );
  const rest = checked(text, after, file, paths);
  if (ours(host, read(rest, file), machine).length === 0) return rest;
  if (rest === text) throw unusual(file);
  // A name that stood there twice.
  return removeServer(rest, file, machine);
}

/** Whether `text` is what set-up made of `before`, and nothing was changed since. */
export function wasMadeFrom(before: string, text: string, file: SettingsFile, machine: Machine): boolean {
  const [entry, ...others] = entriesIn(text, file.host, machine);
  if (!entry || others.length > 0 || entriesIn(before, file.host, machine).length > 0) return false;
  try {
    return addEntry(before, file, entry.raw, machine) === text;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/** The entries for this server in a settings file; none where it cannot be read. */
export function entriesIn(text: string, host: Host, machine: Machine): Entry[] {
  const settings = parse(text, host);
  return settings.kind === 'read' ? ours(host, settings.document, machine) : [];
}

/** An entry of this server's name that starts something else is not touched. */
const ours = (host: Host, document: JsonObject, machine: Machine): Entry[] =>
  findEntries(host, document, machine).filter(entry => !startsAnother(entry));

/** The values of an entry that nobody else is to see. */
export const entrySecrets = ({ env }: Entry): string[] =>
  Object.entries(SETTINGS).flatMap(([name, { secret }]) =>
    secret && env[name] && !isReference(env[name]) ? [env[name]] : [],
  );

const unusual = ({ path }: SettingsFile): CommandError =>
  new CommandError(
    `${path} was left alone: it cannot be edited without touching more than this server. Edit it by hand; docs/hosts.md has the entry.`,
  );

/** @throws CommandError when something else than an object is where the servers belong */
function refuseOtherValues(document: JsonObject, map: readonly string[], { path }: SettingsFile): void {
  const wrong = map.find((_, i) => {
    const value = valueAt(document, map.slice(0, i + 1));
    return value !== undefined && !isObject(value);
  });
  if (wrong !== undefined)
    throw new CommandError(`${path} was left alone: “${wrong}” in it is not an object. Correct it first.`);
}

function parse(text: string, host: Host) {
  // A file that is not there yet, or is empty, is one without settings.
  return parseSettings(text.trim() === '' ? (host.format === 'json' ? '{}' : '') : text, host.format);
}

function read(text: string, { host, path }: SettingsFile): JsonObject {
  const settings = parse(text, host);
  if (settings.kind === 'read') return settings.document;
  if (settings.kind === 'no object')
    throw new CommandError(`${path} was left alone: it holds no JSON object. Correct it first.`);
  const format = host.format === 'toml' ? 'TOML' : 'JSON';
  const place = settings.line === null ? '' : ` (line ${settings.line}, column ${settings.column})`;
  throw new CommandError(
    `${path} was left alone: it is not ${format}${place}, so the host cannot read it. Correct it first.`,
  );
}

/** The map of servers of this file's version. */
const mapOf = (host: Host, document: JsonObject): readonly string[] =>
  host.newerAt && isObject(valueAt(document, host.newerAt)) ? host.newerAt : host.serversAt;

function addJson(
  text: string,
  host: Host,
  path: readonly string[],
  entry: JsonObject,
  existing: Entry | undefined,
): string {
  const field = environmentField(host);
  const asked = JSON.stringify(entry).includes(`\${input:${INPUT.id}}`);
  const start = asked && !hasInput(text) ? appendJson(text, ['inputs'], INPUT) : text;
  if (!existing) return setJson(start, path, entry);
  // A command that is an object (older Zed) holds the environment, and is replaced as a whole.
  const before = isObject(existing.raw.command) ? existing.env : {};
  const environment = { ...before, ...(isObject(entry[field]) ? entry[field] : {}) };
  const values: [readonly string[], unknown][] = [
    ...Object.entries(entry)
      .filter(([name]) => name !== field)
      .map(([name, value]): [readonly string[], unknown] => [[...path, name], value]),
    ...Object.entries(environment).map(([name, value]): [readonly string[], unknown] => [
      [...path, field, name],
      value,
    ]),
  ];
  const settings = values.filter(([at, value]) => !isDeepStrictEqual(existingValue(existing, path, at), value));
  const set = settings.reduce((rest, [at, value]) => setJson(rest, at, value), start);
  return isSandboxEntry(entry) ? set : removeJson(set, [...path, field, 'SHOTSTACK_MCP_SANDBOX']);
}

const existingValue = ({ raw }: Entry, path: readonly string[], at: readonly string[]): unknown =>
  valueAt(raw, at.slice(path.length));

const isSandboxEntry = (entry: JsonObject): boolean => JSON.stringify(entry).includes('"--sandbox"');

function addToml(text: string, path: readonly string[], entry: JsonObject, existing: Entry | undefined): string {
  const [map = '', name = ''] = path;
  const { SHOTSTACK_MCP_SANDBOX: sandbox, ...kept } = existing?.env ?? {};
  const before = isSandboxEntry(entry) && sandbox !== undefined ? { ...kept, SHOTSTACK_MCP_SANDBOX: sandbox } : kept;
  const env = { ...before, ...(isObject(entry.env) ? entry.env : {}) };
  const { env: _, ...raw } = existing?.raw ?? {};
  const merged = { ...raw, ...entry, ...(Object.keys(env).length > 0 ? { env } : {}) };
  return existing && isDeepStrictEqual({ ...existing.raw }, merged) ? text : setTomlServer(text, map, name, merged);
}

function removeJsonServer(text: string, document: JsonObject, paths: (readonly string[])[]): string {
  const without = paths.reduce((rest, path) => removeJson(rest, path), text);
  const at = inputsOf(document).findIndex(isOurInput);
  return at === -1 ? without : removeJson(without, ['inputs', at]);
}

const inputsOf = ({ inputs }: JsonObject): unknown[] => (Array.isArray(inputs) ? inputs : []);
const isOurInput = (input: unknown): boolean => isObject(input) && input.id === INPUT.id;

function hasInput(text: string): boolean {
  const settings = parseSettings(text, 'jsonc');
  return settings.kind === 'read' && inputsOf(settings.document).some(isOurInput);
}

/** The text after an edit, when nothing but the entries has another value than before. */
function checked(before: string, after: string, file: SettingsFile, paths: (readonly string[])[]): string {
  const beside = (text: string): JsonObject =>
    paths.reduce((document, path) => without(document, path), withoutInput(read(text, file)));
  const kept = beside(before);
  const made = attempt(file, () => beside(after));
  if (!isDeepStrictEqual(kept, made)) throw unusual(file);
  return after;
}

/** A document without the value at a path, and without the objects on the way that are empty then. */
function without(document: JsonObject, [key, ...rest]: readonly string[]): JsonObject {
  if (key === undefined) return document;
  const { [key]: value, ...others } = document;
  if (rest.length === 0 || !isObject(value)) return isObject(value) || value === undefined ? others : document;
  const inner = without(value, rest);
  return Object.keys(inner).length === 0 ? others : { ...others, [key]: inner };
}

function withoutInput(document: JsonObject): JsonObject {
  const { inputs, ...others } = document;
  if (!Array.isArray(inputs)) return document;
  const rest = inputs.filter(input => !isOurInput(input));
  return rest.length === 0 ? others : { ...others, inputs: rest };
}

function attempt<T>(file: SettingsFile, edit: () => T): T {
  try {
    return edit();
  } catch {
    throw unusual(file);
  }
}
