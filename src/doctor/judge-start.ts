import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { type Entry, isReference } from '../hosts/entry.ts';
import { type Host, PACKAGE } from '../hosts/host.ts';
import { shellCommand } from '../hosts/launch.ts';
import { isFile, isFolder, type Machine } from '../hosts/machine.ts';
import type { HostFile } from '../hosts/places.ts';
import type { Flaw } from './judge-entry.ts';

const OLDEST_NODE = [20, 18, 1];
const NODE_ANSWERS_MS = 5_000;

/** What keeps the program of an entry from starting: the command, its Node, and the file that it is given. */
export async function startFlaws(entry: Entry, host: Host, file: HostFile, machine: Machine): Promise<Flaw[]> {
  const inProject = file.scope === 'project' ? pathInProject(entry, host) : null;
  const messages = [...(await commandMessages(entry, machine)), ...(inProject === null ? programMessages(entry) : [])];
  const rewrite = { fix: `Run: ${shellCommand(machine, 'setup', host.id)}`, rewrite: true } as const;
  return [
    ...messages.map(message => ({ state: 'fail', message, ...rewrite }) as const),
    ...(messages.length === 0 && isBlind(entry, host, machine)
      ? [
          {
            state: 'warn',
            message: 'its command is no absolute path, and this host may not have your PATH',
            ...rewrite,
          } as const,
        ]
      : []),
    ...(inProject === null || isFile(join(machine.cwd, inProject)) ? [] : [NOT_INSTALLED]),
  ];
}

async function commandMessages({ command, args }: Entry, machine: Machine): Promise<string[]> {
  if (command === '') return ['it has no command'];
  if (isReference(command)) return [];
  if (runsUnpublished([command, ...args])) {
    return ['it runs what the registry has under this name, and this package is not published there'];
  }
  if (!isAbsolute(command) && /^[a-z]:[\\/]/i.test(command)) return ['its command is a path of Windows'];
  if (!isAbsolute(command) && /[\\/]/.test(command)) return ['its command is a relative path'];
  const path = isAbsolute(command) ? command : findOnPath(command, machine);
  if (path === null) return ['its command is not on the PATH'];
  if (!existsSync(path)) {
    return /\s/.test(path) && existsSync(path.split(/\s/)[0] ?? '')
      ? ['its command holds its arguments as well, which belong in args']
      : ['its command does not exist'];
  }
  const old = isNode(path) ? await oldNode(path) : null;
  return old === null ? [] : [`its Node is ${old}, and ${OLDEST_NODE.join('.')} is the oldest that works`];
}

/** `npx shotstack-template-mcp`, and not a tarball or an installed copy under that name. */
function runsUnpublished(words: readonly string[]): boolean {
  const npx = words.findIndex(word => /(^|[\\/])npx(\.cmd)?$/i.test(word));
  const told = words.some(word => /^--(package|no-install|offline)\b|^-p$|\.tgz$/.test(word));
  return npx !== -1 && !told && words.slice(npx + 1).some(word => new RegExp(`^${PACKAGE}(@.*)?$`).test(word));
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

function programMessages(entry: Entry): string[] {
  const program = programOf(entry);
  if (program === undefined) return isNode(entry.command) ? ['it names no file to start'] : [];
  if (isReference(program)) return [];
  if (!isAbsolute(program)) return ['the path of the file it starts is relative'];
  if (isFolder(program)) return ['it starts a folder in place of a file'];
  return isFile(program) ? [] : ['the file it starts does not exist'];
}

const NOT_INSTALLED: Flaw = {
  state: 'fail',
  message: 'the file it starts is not in this project',
  fix: 'Run npm install in the project.',
};

/** The file's path in the project, as a project's file may have it where the server is installed there. */
function pathInProject(entry: Entry, { projectFolder }: Host): string | null {
  const program = programOf(entry);
  const path = projectFolder === undefined ? program : program?.replace(`${projectFolder}/`, '');
  return path === undefined || isAbsolute(path) || isReference(path) ? null : path;
}

/** The file that Node is to run, whose name ends so, or the first word that is no option. */
const programOf = ({ command, args }: Entry): string | undefined =>
  args.find(word => /\.[cm]?js$/.test(word)) ??
  (isNode(command) ? args.find(word => !word.startsWith('-')) : undefined);

const isNode = (command: string): boolean => /(^|[\\/])node(\.exe)?$/i.test(command);

const isBlind = ({ command, args }: Entry, host: Host, { platform }: Machine): boolean =>
  !isAbsolute(command) && !isReference(command) && host.noPath === true && platform !== 'win32' && args.length > 0;

function findOnPath(command: string, { env, platform }: Machine): string | null {
  const endings = platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : [''];
  const places = (env.PATH ?? env.Path ?? '')
    .split(delimiter)
    .filter(folder => folder !== '')
    .flatMap(folder => endings.map(ending => join(folder, command + ending)));
  return places.find(path => existsSync(path)) ?? null;
}
