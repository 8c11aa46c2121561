import { delimiter, isAbsolute } from 'node:path';
import { isObject } from '../base/json.ts';
import { CALL_MS } from '../base/limits.ts';
import { parseCommandLine, UsageError } from '../command-line/command-line.ts';
import { SETTINGS } from '../config.ts';
import { type Entry, handedDownNames, hasOwnKey, isReference, isSandbox, startsAnother } from '../hosts/entry.ts';
import { type Host, KEY, type Reference, SERVER_NAME } from '../hosts/host.ts';
import { shellCommand } from '../hosts/launch.ts';
import { isFolder, type Machine } from '../hosts/machine.ts';
import type { HostFile } from '../hosts/places.ts';
import type { State } from './check.ts';
import { startFlaws } from './judge-start.ts';
import { adviceOn, invalidSettings, unknownSettings } from './settings.ts';

/** No tool call lasts longer, seconds; what a host allows must be more. */
export const LONGEST_CALL_SECONDS = CALL_MS / 1000;
/** What a call takes beside its wait, at most, seconds. */
const BESIDE_THE_WAIT = 5;
const MAX_WAIT = 'SHOTSTACK_MCP_MAX_WAIT_SECONDS';
const ALLOWED = 'SHOTSTACK_MCP_ALLOWED_DIRS';

/** One thing that is wrong with an entry, and what to change. Nothing in it is copied from the file. */
export interface Flaw {
  state: Exclude<State, 'ok'>;
  message: string;
  fix: string;
  /** The fix is to write the entry anew. */
  rewrite?: true;
}

/** What keeps an entry from working, judged by its own command, arguments, environment and Node. */
export async function judgeEntry(entry: Entry, host: Host, file: HostFile, machine: Machine): Promise<Flaw[]> {
  if (startsAnother(entry)) {
    const fix = `Rename it there, then run: ${shellCommand(machine, 'setup', host.id)}`;
    return [{ state: 'fail', message: `the entry ${SERVER_NAME} starts something else than this server`, fix }];
  }
  const misshapen = shapeFlaws(entry, host);
  if (misshapen.length > 0) return misshapen;
  return [
    ...switchFlaws(entry),
    ...(await startFlaws(entry, host, file, machine)),
    ...argumentFlaws(entry),
    ...environmentFlaws(entry, host),
    ...folderFlaws(entry),
    ...keyFlaws(entry, host, file, machine),
    ...limitFlaws(entry, host),
  ];
}

function switchFlaws({ raw }: Entry): Flaw[] {
  const off = raw.disabled === true || raw.enabled === false;
  return off ? [{ state: 'warn', message: 'it is switched off', fix: 'Switch it on in the host.' }] : [];
}

/** What the host itself would refuse or ignore. */
function shapeFlaws({ raw }: Entry, host: Host): Flaw[] {
  const [field, other] = host.commandList ? ['environment', 'env'] : ['env', 'environment'];
  const list = host.commandList ? raw.command : (raw.args ?? []);
  const env = raw[field] ?? {};
  const unquoted = isObject(env) ? Object.keys(env).filter(name => typeof env[name] !== 'string') : [];
  const flaw = (message: string, fix: string): Flaw => ({ state: 'fail', message, fix });
  return [
    ...(Array.isArray(list) ? [] : [flaw('its words are not in a list', 'Put each word in quotes, and all in [ ].')]),
    ...(isObject(env) ? [] : [flaw(`its ${field} holds no names and values`, `Write ${field} with { }.`)]),
    ...(raw[other] === undefined
      ? []
      : [flaw(`its “${other}” is not read`, `Call it “${field}”: ${host.name} reads that.`)]),
    ...unquoted.map(name => flaw(`the value of its ${showName(name)} is no text`, 'Put the value in quotes.')),
  ];
}

/** The names of settings are this program's own words; other names are not shown. */
const showName = (name: string): string => (Object.hasOwn(SETTINGS, name) ? name : 'environment');

/** The words after the program are this server's own. */
function ownArguments({ args }: Entry): string[] {
  const place = args.findIndex(word => /\.[cm]?js$/.test(word));
  return place === -1 ? [] : args.slice(place + 1);
}

function argumentFlaws(entry: Entry): Flaw[] {
  try {
    const { name } = parseCommandLine(ownArguments(entry));
    if (name === 'serve') return [];
    return [{ state: 'fail', message: `it runs ${name}, which is no server`, fix: 'Remove that word from its args.' }];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const fix = error.meant === null ? 'Remove what is not needed from its args.' : `Write ${error.meant} in its args.`;
    return [{ state: 'fail', message: `its args cannot be used (${error.problem})`, fix }];
  }
}

function environmentFlaws({ env }: Entry, host: Host): Flaw[] {
  return [
    ...[...invalidSettings(filledIn(env)).keys()].map(
      (name): Flaw => ({
        state: 'fail',
        message: `its ${name} cannot be used`,
        fix: name === KEY ? `Write the wholesale key as ${KEY}.` : `Correct ${name}; help lists what it takes.`,
      }),
    ),
    ...unknownSettings(env).map(
      ({ name, meant }): Flaw => ({
        state: meant === null ? 'warn' : 'fail',
        message: `its ${name} is no setting of this server`,
        fix: adviceOn(name, meant),
      }),
    ),
    ...Object.entries(env)
      .filter(([, text]) => isReference(text) && !isKnownTo(host, text))
      .map(
        ([name]): Flaw => ({
          state: 'fail',
          message: `${host.name} does not fill in the placeholder in its ${name}`,
          fix: `Write the value of ${name} itself.`,
        }),
      ),
  ];
}

/** What the file says itself; the host fills in the rest. */
const filledIn = (env: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([, text]) => !isReference(text)));

function folderFlaws(entry: Entry): Flaw[] {
  const named = (entry.env[ALLOWED] ?? '').split(delimiter).map(folder => folder.trim());
  const served = ownArguments(entry).filter(word => word !== 'serve' && !word.startsWith('-'));
  const gone = [...named, ...served].filter(folder => isAbsolute(folder) && !isFolder(folder));
  if (gone.length === 0) return [];
  const message =
    gone.length === 1 ? 'an allowed folder does not exist' : `${gone.length} allowed folders do not exist`;
  return [{ state: 'fail', message, fix: `Create the folder, or correct ${ALLOWED}.` }];
}

function keyFlaws(entry: Entry, host: Host, { scope }: HostFile, machine: Machine): Flaw[] {
  const setHere = (machine.env[KEY] ?? '').trim() !== '';
  const text = entry.env[KEY] ?? '';
  if (isSandbox(entry)) return hasOwnKey(entry) ? [unusedKey] : [];
  if (typeof entry.raw.envFile === 'string') return [];
  if (hasOwnKey(entry) && !isReference(text)) return scope === 'project' ? [sharedKey(host, machine)] : [];
  const fromShell = hasOwnKey(entry)
    ? isKnownTo(host, text) && !text.includes('input:')
    : handedDownNames(entry).includes(KEY);
  if (hasOwnKey(entry) || fromShell) return fromShell && !setHere ? [unsetHere] : [];
  if (host.inherits === 'all' && setHere) return [];
  const kept = setHere ? `: ${host.name} does not hand ${KEY} down to it` : '';
  const fix = `Run setup, set ${KEY} in its env, or add --sandbox to its args.`;
  return [{ state: 'fail', message: `it has no key${kept}`, fix }];
}

const unusedKey: Flaw = {
  state: 'warn',
  message: 'it runs the sandbox, where nothing is real, and does not use its key',
  fix: 'For real updates, remove --sandbox or SHOTSTACK_MCP_SANDBOX.',
};

const sharedKey = (host: Host, machine: Machine): Flaw => ({
  state: 'warn',
  message: 'the key itself is in a project’s file, which others may read',
  fix: host.reference
    ? `Refer to a variable: ${shellCommand(machine, 'setup', host.id, '--project')}`
    : 'Move the entry to your own settings.',
});

const unsetHere: Flaw = {
  state: 'warn',
  message: `its key comes from ${KEY}, which is not set here`,
  fix: `Set ${KEY} where the host is started.`,
};

function limitFlaws({ raw, env }: Entry, { name, callLimit: { seconds, field } }: Host): Flaw[] {
  const set = field ? raw[field.name] : undefined;
  // OpenCode 2 has one for the start and one for requests.
  const value = isObject(set) ? set.request : set;
  const given = typeof value === 'number' && value >= (field?.ignoredBelow ?? 0);
  const limit = field && given && typeof value === 'number' ? value * field.unit : seconds;
  const wait = Number(env[MAX_WAIT] ?? Number.NaN);
  const longest = wait > 0 ? Math.min(LONGEST_CALL_SECONDS, wait + BESIDE_THE_WAIT) : LONGEST_CALL_SECONDS;
  if (limit === null || limit >= longest + (given ? 1 : 0)) return [];
  const message = given
    ? `its ${field?.name} ends calls before this server does`
    : `${name} ends a call after ${limit} s`;
  const fix = field
    ? `Set ${field.name} to ${60 / field.unit} or more.`
    : `Set ${MAX_WAIT} to ${limit - BESIDE_THE_WAIT} in its env.`;
  return [{ state: 'warn', message, fix }];
}

const PATTERNS: Record<Reference, RegExp> = {
  shell: /^\$\{\w+(:-[^}]*)?\}$/,
  dollar: /^\$(\w+|\{\w+(:-[^}]*)?\})$/,
  env: /^\$\{(env:\w+|workspaceFolder|userHome)\}/,
  brace: /^\{env:\w+\}$/,
  env_vars: /^(?!)/,
  input: /^\$\{(input:[\w-]+|env:\w+|workspaceFolder|userHome)\}/,
};

/** Hosts of which no such syntax is known may have one. */
const isKnownTo = ({ reference }: Host, text: string): boolean =>
  reference === undefined || PATTERNS[reference].test(text);
