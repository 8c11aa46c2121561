import { readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isObject, type JsonObject } from '../base/json.ts';
import { type Host, KEY, type Launch, PACKAGE, type Reference, SERVER_NAME } from './host.ts';
import { isFile, type Machine } from './machine.ts';

/** An entry of a host's settings that starts this server. */
export interface Entry {
  /** Its path in the settings, its name last. */
  path: readonly string[];
  command: string;
  args: string[];
  env: Record<string, string>;
  /** All of it, for what only some hosts have. */
  raw: JsonObject;
}

/** The entries for this server, known by their name, by the package's name or by a `cli.js` of this package. */
export function findEntries(host: Host, document: JsonObject, machine: Machine): Entry[] {
  const maps = [host.serversAt, ...(host.newerAt ? [host.newerAt] : []), ...(host.alsoAt?.(document) ?? [])];
  return maps.flatMap(path => entriesAt(document, path, machine));
}

/** The entries for this server in one map of servers. */
function entriesAt(document: JsonObject, path: readonly string[], machine: Machine): Entry[] {
  const servers = valueAt(document, path);
  if (!isObject(servers)) return [];
  return Object.entries(servers)
    .flatMap(([name, raw]) => (isObject(raw) ? [readEntry([...path, name], raw)] : []))
    .filter(
      entry =>
        entry.path.at(-1) === SERVER_NAME ||
        isOurCommand(entry.command) ||
        entry.args.some(word => isOurProgram(word, machine)),
    );
}

/** Whether an entry of this server's name reaches a server on the network, or starts what cannot be a copy of this one. */
export function startsAnother({ command, args, raw }: Entry): boolean {
  if (['url', 'serverUrl', 'httpUrl'].some(field => typeof raw[field] === 'string')) return true;
  const loader = /(^|[\\/])(node|npx|cmd)(\.(exe|cmd))?$|^$/i.test(command);
  return !(loader && !args.some(isFile)) && ![command, ...args].some(word => /cli\.js$|shotstack-template/.test(word));
}

/** An entry as this host writes it. */
export function writeEntry(host: Host, { command, args, env, handDown = [] }: Launch): JsonObject {
  const { type, ...others } = host.fields ?? {};
  const environment = { ...host.env, ...env };
  return {
    ...(type === undefined ? {} : { type }),
    ...(host.commandList ? { command: [command, ...args] } : { command, args: [...args] }),
    ...(Object.keys(environment).length > 0 ? { [environmentField(host)]: environment } : {}),
    ...(handDown.length > 0 ? { env_vars: [...handDown] } : {}),
    ...others,
  };
}

/** What an entry's environment is called. */
export const environmentField = (host: Host): string => (host.commandList ? 'environment' : 'env');

/** The launch with the key taken from a variable of the host's own environment, or asked for by the host. */
export function withReference(launch: Launch, reference: Reference): Launch {
  if (reference === 'env_vars') return { ...launch, handDown: [KEY] };
  const text = {
    shell: `\${${KEY}:-}`,
    dollar: `$${KEY}`,
    env: `\${env:${KEY}}`,
    brace: `{env:${KEY}}`,
    input: `\${input:${INPUT.id}}`,
  }[reference];
  return { ...launch, env: { ...launch.env, [KEY]: text } };
}

/** VS Code's question for the key, kept beside its map of servers. */
export const INPUT = {
  type: 'promptString',
  id: 'shotstack-wholesale-key',
  description: 'SkillBoss wholesale key',
  password: true,
} as const;

/** The value at a path of keys; undefined when there is none. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    document,
  );
}

/** The variables that an entry hands down by name (Codex): as text, or as an object with a name. */
export function handedDownNames({ raw }: Entry): string[] {
  const names = Array.isArray(raw.env_vars) ? raw.env_vars : [];
  return names.flatMap(item =>
    typeof item === 'string' ? [item] : isObject(item) && typeof item.name === 'string' ? [item.name] : [],
  );
}

/** A placeholder that a host may fill in. */
export const isReference = (text: string): boolean => /\$\{[^}]*\}|\{env:[^}]*\}|^\$\w+$/.test(text);

/** Whether it starts the sandbox, which needs no key. */
export const isSandbox = ({ args, env }: Entry): boolean =>
  args.includes('--sandbox') || /^(true|1|yes|on)$/i.test(env.SHOTSTACK_MCP_SANDBOX?.trim() ?? '');

/** Whether it names a key in its own file. */
export const hasOwnKey = ({ env }: Entry): boolean => (env[KEY] ?? '').trim() !== '';

function readEntry(path: readonly string[], raw: JsonObject): Entry {
  // Older Zed versions have the command's parts in an object, OpenCode has all words in one list.
  const parts = isObject(raw.command) ? { ...raw.command, command: raw.command.path } : raw;
  const words = Array.isArray(parts.command) ? parts.command : [parts.command, ...listOf(parts.args)];
  const [command, ...args] = words.map(word => (typeof word === 'string' ? word : ''));
  const env = isObject(parts.env) ? parts.env : isObject(raw.environment) ? raw.environment : {};
  return {
    path,
    command: command ?? '',
    args,
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, typeof text === 'string' ? text : ''])),
    raw,
  };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const isOurCommand = (command: string): boolean =>
  (command.split(/[\\/]/).at(-1) ?? '').replace(/\.(cmd|exe)$/i, '') === PACKAGE;

/** A package for npx, or a file of the package; a folder of that name may be another server's argument. */
function isOurProgram(word: string, { entry, cwd }: Machine): boolean {
  if (/^shotstack-template-mcp(@.+)?$|[\\/]?shotstack-template-mcp-[\d.]+\.tgz$/.test(word)) return true;
  if (/(^|[\\/])shotstack-template-mcp[\\/]dist[\\/]cli\.js$/.test(word) || word === entry) return true;
  if (isOurCommand(word)) return isFile(word);
  const path = isAbsolute(word) ? word : join(cwd, word);
  if (!/[\\/]cli\.js$/.test(path)) return false;
  try {
    if (realpathSync(path) === entry) return true;
    return JSON.parse(readFileSync(join(dirname(path), '..', 'package.json'), 'utf8')).name === PACKAGE;
  } catch {
    return false;
  }
}
