import { existsSync, promises as fs, readdirSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { hasBom, parseSettings, type Settings } from './formats.ts';
import type { Host } from './host.ts';
import { isFolder, type Machine, platformOf } from './machine.ts';

/** A host's settings are text for people; what is larger is something else. */
export const MAX_BYTES = 64 * 1024 * 1024;

/** A settings file of a host. */
export interface HostFile {
  path: string;
  /** Whose it is; `former` belongs to an older version than the one that is installed. */
  scope: 'user' | 'project' | 'former';
  bom: boolean;
  settings: Settings | { kind: 'missing' } | { kind: 'unreadable'; reason: string };
}

/** A host of this computer: its own settings first, then the others that are there. */
export interface FoundHost {
  host: Host;
  own: HostFile | null;
  files: HostFile[];
}

/** Finds a host's settings files; null when the host is not on this computer. Reads only. */
export async function findHost(host: Host, machine: Machine): Promise<FoundHost | null> {
  const [present, former] = [ownPath(host, machine), formerPath(host, machine)];
  const path = present ?? former;
  if (path === null && host.sharesProjectFile) return null;
  const own = path === null ? null : await readHostFile(host, path, 'user');
  const others = await Promise.all([
    ...(present !== null && former !== null ? [readHostFile(host, former, 'former')] : []),
    ...projectPaths(host, machine)
      .filter(project => project !== path)
      .map(project => readHostFile(host, project, 'project')),
  ]);
  const files = [...(own ? [own] : []), ...others.filter(({ settings }) => settings.kind !== 'missing')];
  return files.length > 0 ? { host, own, files } : null;
}

/** The project's file that set-up writes: the first that is there, or the first of all. Null when it has none. */
export function projectPath(host: Host, machine: Machine): string | null {
  const paths = projectPaths(host, machine);
  return paths.find(path => existsSync(path)) ?? paths[0] ?? null;
}

const projectPaths = (host: Host, { cwd }: Machine): string[] =>
  (host.projectFiles ?? []).map(path => join(cwd, ...path.split('/')));

/** Reads and parses a settings file. */
async function readHostFile(host: Host, path: string, scope: HostFile['scope']): Promise<HostFile> {
  try {
    const found = await fs.stat(path);
    const reason = found.isDirectory() ? 'it is a folder' : found.isFile() ? 'it is over 64 MiB' : 'it is no file';
    if (!found.isFile() || found.size > MAX_BYTES) {
      return { path, scope, bom: false, settings: { kind: 'unreadable', reason } };
    }
    const text = await fs.readFile(path, 'utf8');
    return { path, scope, bom: hasBom(text), settings: parseSettings(text, host.format) };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    return { path, scope, bom: false, settings: missing ? { kind: 'missing' } : { kind: 'unreadable', reason: code } };
  }
}

/** Where the installed version has its settings; null when it is not installed. */
function ownPath(host: Host, machine: Machine): string | null {
  const pattern = host.file[platformOf(machine)];
  if (pattern === null) return null;
  const paths = [pattern, ...(host.otherNames ?? []).map(name => sibling(pattern, name))].flatMap(file =>
    placesOf(host, machine, file),
  );
  const there = paths.find(path => existsSync(path));
  if (there !== undefined) return there;
  const signs = host.signs?.flatMap(sign => placesOf(host, machine, sign)) ?? paths.map(path => dirname(path));
  return signs.some(sign => existsSync(sign)) ? (paths[0] ?? null) : null;
}

function formerPath(host: Host, machine: Machine): string | null {
  const file = host.former?.file[platformOf(machine)] ?? null;
  const path = file === null ? undefined : placesOf(host, machine, file)[0];
  return path !== undefined && isFolder(dirname(path)) ? path : null;
}

const sibling = (path: string, name: string): string => path.replace(/[^\\/]+$/, name);

/** A path of the table as paths of this computer: several, or none, where it has a `*`. */
function placesOf(host: Host, machine: Machine, path: string): string[] {
  const { env, home } = machine;
  const moved = (host.moved ?? []).find(
    ({ variable, replaces, only }) =>
      env[variable] && path.startsWith(`${replaces}/`) && (only === undefined || only === platformOf(machine)),
  );
  if (moved) return expand([env[moved.variable] ?? '', ...path.slice(moved.replaces.length + 1).split('/')]);
  const [first = '', ...rest] = path.split(/[\\/]/);
  const roots: Record<string, string> = {
    '~': home,
    '%APPDATA%': env.APPDATA ?? join(home, 'AppData', 'Roaming'),
    '%LOCALAPPDATA%': env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'),
  };
  const root = roots[first] ?? first;
  return isAbsolute(root) ? expand([root, ...rest]) : [];
}

function expand([root = '', ...names]: string[]): string[] {
  return names.reduce(
    (folders, name) =>
      folders.flatMap(folder =>
        name.includes('*') ? matches(folder, name).map(match => join(folder, match)) : [join(folder, name)],
      ),
    [root],
  );
}

function matches(folder: string, name: string): string[] {
  const [before = '', after = ''] = name.split('*');
  try {
    return readdirSync(folder)
      .filter(entry => entry.startsWith(before) && entry.endsWith(after))
      .sort();
  } catch {
    return [];
  }
}
