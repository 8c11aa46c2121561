import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { parseCommandLine, UsageError } from '../command-line/command-line.ts';
import { type Entry, handedDownNames, hasOwnKey, isReference, isSandbox, startsAnother } from '../hosts/entry.ts';
import { type Host, KEY, type Reference, SERVER_NAME } from '../hosts/host.ts';
import { typed } from '../hosts/launch.ts';
import { isFile, isFolder, type Machine } from '../hosts/machine.ts';
import type { HostFile } from '../hosts/places.ts';
import type { State } from './check.ts';
import { adviceOn, unknownSettings, wrongSettings } from './settings.ts';

/** No tool call lasts longer, seconds; what a host allows must be more. */
export const LONGEST_CALL_SECONDS = 55;
/** What a call takes beside its wait, at most, seconds. */
const BESIDE_THE_WAIT = 5;
const OLDEST_NODE = [20, 18, 1];
const NODE_ANSWERS_MS = 5_000;
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
    const fix = `Rename it there, then run: ${typed(machine, 'setup', host.id)}`;
    return [{ state: 'fail', message: `the entry ${SERVER_NAME} starts something else than this server`, fix }];
  }
  return [
    ...switchFlaws(entry),
    ...(await commandFlaws(entry, host, machine)),
    ...programFlaws(entry, host, file, machine),
    ...argumentFlaws(entry),
    ...environmentFlaws(entry, host),
    ...folderFlaws(entry),
    ...keyFlaws(entry, host, machine),
    ...limitFlaws(entry, host),
  ];
}

function switchFlaws({ raw }: Entry): Flaw[] {
  const off = raw.disabled === true || raw.enabled === false;
  return off ? [{ state: 'warn', message: 'it is switched off', fix: 'Switch it on in the host.' }] : [];
}

async function commandFlaws({ command, args }: Entry, host: Host, machine: Machine): Promise<Flaw[]> {
  const rewrite = { fix: `Run: ${typed(machine, 'setup', host.id)}`, rewrite: true } as const;
  if (command === '') return [{ state: 'fail', message: 'it has no command', ...rewrite }];
  if (isReference(command)) return [];
  if (!isAbsolute(command) && /[\\/]/.test(command)) {
    return [{ state: 'fail', message: 'its command is a relative path', ...rewrite }];
  }
  const path = isAbsolute(command) ? command : findOnPath(command, machine);
  if (path === null) return [{ state: 'fail', message: 'its command is not on the PATH', ...rewrite }];
  if (!existsSync(path)) return [{ state: 'fail', message: 'its command does not exist', ...rewrite }];
  const old = /^node(\.exe)?$/i.test(path.split(/[\\/]/).at(-1) ?? '') ? await oldNode(path) : null;
  if (old !== null) {
    return [
      {
        state: 'fail',
        message: `its Node is ${old}, and ${OLDEST_NODE.join('.')} is the oldest that works`,
        ...rewrite,
      },
    ];
  }
  const blind = !isAbsolute(command) && host.noPath === true && machine.platform !== 'win32' && args.length > 0;
  if (!blind) return [];
  return [
    { state: 'warn', message: 'its command is no absolute path, and this host may not have your PATH', ...rewrite },
  ];
}

/** The version of a Node that is too old for this server; null for others, and where it does not say. */
async function oldNode(path: string): Promise<string | null> {
  const said = await new Promise<string>(resolve => {
    execFile(path, ['--version'], { timeout: NODE_ANSWERS_MS, windowsHide: true }, (error, stdout) =>
      resolve(error ? '' : stdout),
    );
    // Windows throws at once for a file that is no program.
  }).catch(() => '');
  const [, version] = /^v(\d+\.\d+\.\d+)\s*$/.exec(said) ?? [];
  if (version === undefined) return null;
  const parts = version.split('.').map(Number);
  const difference = OLDEST_NODE.map((part, i) => (parts[i] ?? 0) - part).find(part => part !== 0) ?? 0;
  return difference < 0 ? version : null;
}

/** Relative paths are right in a project's file, where the server is installed in the project. */
function programFlaws({ args }: Entry, host: Host, { scope }: HostFile, machine: Machine): Flaw[] {
  const program = args[programPlace(args)];
  if (program === undefined) return [];
  const rewrite = { fix: `Run: ${typed(machine, 'setup', host.id)}`, rewrite: true } as const;
  const inProject = host.projectFolder === undefined ? program : program.replace(`${host.projectFolder}/`, '');
  if (scope === 'project' && !isAbsolute(inProject) && !isReference(inProject)) {
    if (isFile(join(machine.cwd, inProject))) return [];
    return [
      { state: 'fail', message: 'the file it starts is not in this project', fix: 'Run npm install in the project.' },
    ];
  }
  if (isReference(program)) return [];
  if (!isAbsolute(program))
    return [{ state: 'fail', message: 'the path of the file it starts is relative', ...rewrite }];
  return isFile(program) ? [] : [{ state: 'fail', message: 'the file it starts does not exist', ...rewrite }];
}

const programPlace = (args: readonly string[]): number => args.findIndex(word => /\.[cm]?js$/.test(word));

/** The words after the program are this server's own. */
function ownArguments({ args }: Entry): string[] {
  const place = programPlace(args);
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
    ...[...wrongSettings(filledIn(env)).keys()].map(
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

function keyFlaws(entry: Entry, host: Host, { env }: Machine): Flaw[] {
  if (isSandbox(entry) || typeof entry.raw.envFile === 'string') return [];
  const setHere = (env[KEY] ?? '').trim() !== '';
  if (hasOwnKey(entry)) {
    const text = entry.env[KEY] ?? '';
    const fromShell = isReference(text) && isKnownTo(host, text) && !text.includes('input:');
    return fromShell && !setHere ? [unsetHere] : [];
  }
  if (handedDownNames(entry).includes(KEY)) return setHere ? [] : [unsetHere];
  return [
    { state: 'warn', message: 'it has no key', fix: `Run setup, set ${KEY} in its env, or add --sandbox to its args.` },
  ];
}

const unsetHere: Flaw = {
  state: 'warn',
  message: `its key comes from ${KEY}, which is not set here`,
  fix: `Set ${KEY} where the host is started.`,
};

function limitFlaws({ raw, env }: Entry, { name, callLimit: { seconds, field } }: Host): Flaw[] {
  const value = field ? raw[field.name] : undefined;
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
function isKnownTo({ userReference, projectReference }: Host, text: string): boolean {
  const reference = userReference ?? projectReference;
  return reference === undefined || PATTERNS[reference].test(text);
}

function findOnPath(command: string, { env, platform }: Machine): string | null {
  const endings = platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : [''];
  const places = (env.PATH ?? env.Path ?? '')
    .split(delimiter)
    .filter(folder => folder !== '')
    .flatMap(folder => endings.map(ending => join(folder, command + ending)));
  return places.find(path => existsSync(path)) ?? null;
}
