import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { isObject, type JsonObject } from '../base/json.ts';
import type { Machine, State } from './check.ts';
import { type Host, SERVER_NAME } from './hosts.ts';
import { PACKAGE } from './launch.ts';
import { wrongSettings } from './settings.ts';

/** No tool call of this server lasts longer, seconds; what a host allows must be more. */
export const LONGEST_CALL_SECONDS = 55;

const KEY = 'SKILLBOSS_WHOLESALE_KEY';

/** One thing that is wrong with an entry, and what to change. */
export interface Flaw {
  state: Exclude<State, 'ok'>;
  message: string;
  fix: string;
}

/** An entry of a host's settings that starts this server, reduced to what is looked at. */
export interface Entry {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  /** All of it, for what only some hosts have. */
  raw: JsonObject;
}

/** The entries for this server, told by their name, by the package's name or by a `cli.js` that belongs to it. */
export function findEntries(host: Host, document: JsonObject, machine: Machine): Entry[] {
  return host
    .servers(document)
    .filter(isObject)
    .flatMap(servers => Object.entries(servers))
    .flatMap(([name, entry]) => (isObject(entry) ? [readEntry(name, entry)] : []))
    .filter(
      ({ name, command, args }) =>
        name === SERVER_NAME || isOurCommand(command) || args.some(word => isOurProgram(word, machine)),
    );
}

/** What keeps an entry from working. */
export function flawsOf(entry: Entry, host: Host, machine: Machine): Flaw[] {
  return [
    ...commandFlaws(entry, host, machine),
    ...programFlaws(entry),
    ...environmentFlaws(entry),
    ...limitFlaws(entry, host),
  ];
}

/** Whether it starts the sandbox, which needs no key. */
export const isSandbox = ({ args, env }: Entry): boolean =>
  args.includes('--sandbox') || env.SHOTSTACK_MCP_SANDBOX?.trim() === 'true';

function readEntry(name: string, raw: JsonObject): Entry {
  // Older Zed versions have the command's parts in an object.
  const parts = isObject(raw.command) ? { ...raw.command, command: raw.command.path } : raw;
  const { command, args, env } = parts;
  return {
    name,
    command: typeof command === 'string' ? command : '',
    args: Array.isArray(args) ? args.filter(word => typeof word === 'string') : [],
    env: isObject(env)
      ? Object.fromEntries(Object.entries(env).map(([name, text]) => [name, typeof text === 'string' ? text : '']))
      : {},
    raw,
  };
}

const isOurCommand = (command: string): boolean =>
  (command.split(/[\\/]/).at(-1) ?? '').replace(/\.(cmd|exe)$/i, '') === PACKAGE;

/** A package for npx, or a file of the package; a folder of that name may be another server's argument. */
function isOurProgram(word: string, { entry }: Machine): boolean {
  if (/^shotstack-template-mcp(@.+)?$|[\\/]?shotstack-template-mcp-[\d.]+\.tgz$/.test(word)) return true;
  if (/(^|[\\/])shotstack-template-mcp[\\/]dist[\\/]cli\.js$/.test(word) || word === entry) return true;
  if (isOurCommand(word)) return isFile(word);
  if (!isAbsolute(word) || !/[\\/]cli\.js$/.test(word)) return false;
  try {
    if (realpathSync(word) === entry) return true;
    return JSON.parse(readFileSync(join(dirname(word), '..', 'package.json'), 'utf8')).name === PACKAGE;
  } catch {
    return false;
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function commandFlaws({ command, args, raw }: Entry, host: Host, machine: Machine): Flaw[] {
  const fix = 'Write the absolute path of the program, as in the snippet.';
  if (raw.disabled === true || raw.enabled === false) {
    return [{ state: 'warn', message: 'it is switched off', fix: 'Switch it on in the host.' }];
  }
  if (command === '') return [{ state: 'fail', message: 'it has no command', fix }];
  if (isAbsolute(command)) {
    return existsSync(command) ? [] : [{ state: 'fail', message: 'its command does not exist', fix }];
  }
  if (/[\\/]/.test(command)) return [{ state: 'fail', message: 'its command is a relative path', fix }];
  if (!isOnPath(command, machine)) return [{ state: 'fail', message: 'its command is not on the PATH', fix }];
  const blind = !host.hasPath && machine.platform !== 'win32';
  return blind && args.length > 0
    ? [{ state: 'warn', message: 'its command is no absolute path, and this host may not have your PATH', fix }]
    : [];
}

function programFlaws({ args }: Entry): Flaw[] {
  const program = args.find(word => /\.[cm]?js$/.test(word));
  if (program === undefined) return [];
  const fix = 'Write the absolute path of cli.js, as in the snippet.';
  if (!isAbsolute(program)) return [{ state: 'fail', message: 'the path of the file it starts is relative', fix }];
  if (!isFile(program)) {
    return [{ state: 'fail', message: 'the file it starts does not exist', fix }];
  }
  return [];
}

function environmentFlaws(entry: Entry): Flaw[] {
  const { env, raw } = entry;
  const wrong = [...wrongSettings(env).keys()];
  const flaws: Flaw[] = wrong.map(name => ({
    state: 'fail',
    message: `its ${name} cannot be used`,
    fix: name === KEY ? `Write the wholesale key as ${KEY}.` : `Correct ${name}; the README lists what it takes.`,
  }));
  const named = Array.isArray(raw.env_vars) && raw.env_vars.includes(KEY);
  const given = env[KEY]?.trim() || named || typeof raw.envFile === 'string' || isSandbox(entry);
  if (given) return flaws;
  return [
    ...flaws,
    { state: 'warn', message: 'it has no key', fix: `Set ${KEY} in its env, or add the argument --sandbox.` },
  ];
}

function limitFlaws({ raw }: Entry, { callLimit: { field } }: Host): Flaw[] {
  const set = field ? raw[field.name] : undefined;
  if (!field || typeof set !== 'number' || set * field.unit > LONGEST_CALL_SECONDS) return [];
  return [
    {
      state: 'warn',
      message: `its ${field.name} ends calls before this server does`,
      fix: `Set ${field.name} to ${60 / field.unit} or more.`,
    },
  ];
}

function isOnPath(command: string, { env, platform }: Machine): boolean {
  const path = env.PATH ?? env.Path ?? '';
  const endings = platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : [''];
  return path
    .split(delimiter)
    .filter(folder => folder !== '')
    .some(folder => endings.some(ending => existsSync(join(folder, command + ending))));
}
