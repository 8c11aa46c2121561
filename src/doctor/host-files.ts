import { promises as fs } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Machine } from './check.ts';
import { parseSettings, type Settings } from './formats.ts';
import type { Host, Platform } from './hosts.ts';

/** A host's settings are text for people; what is larger is something else. */
const CAP_BYTES = 64 * 1024 * 1024;

/** Variables that move a folder of settings. */
const MOVED: Record<string, string> = { '~/.codex': 'CODEX_HOME', '~/.config': 'XDG_CONFIG_HOME' };

/** A settings file of a host. */
export interface HostFile {
  path: string;
  settings: Settings | { kind: 'missing' } | { kind: 'unreadable' };
}

/** The settings files of a host, the user's own first; null when the host is not on this computer. */
export async function findHost(host: Host, machine: Machine): Promise<HostFile[] | null> {
  const platform: Platform = machine.platform === 'darwin' || machine.platform === 'win32' ? machine.platform : 'linux';
  const path = placeIn(machine, host.file[platform]);
  const own = { path, settings: await readSettings(path, host) };
  const inProject = host.projectFile === undefined ? null : join(machine.cwd, host.projectFile);
  const project = inProject === null || inProject === path ? null : await readSettings(inProject, host);
  const files: HostFile[] = [own];
  if (inProject !== null && project !== null && project.kind !== 'missing')
    files.push({ path: inProject, settings: project });
  const folder = host.folder === undefined ? dirname(path) : placeIn(machine, host.folder);
  const here = own.settings.kind !== 'missing' || files.length > 1 || (await isFolder(folder));
  return here ? files : null;
}

/** A path of the table as a path of this computer. */
function placeIn({ env, home, platform }: Machine, path: string): string {
  for (const [folder, variable] of Object.entries(MOVED)) {
    const moved = variable === 'XDG_CONFIG_HOME' && platform !== 'linux' ? undefined : env[variable];
    if (moved && path.startsWith(`${folder}/`)) return join(moved, path.slice(folder.length));
  }
  const [first = '', ...rest] = path.split(/[\\/]/);
  const roots: Record<string, string> = { '~': home, '%APPDATA%': env.APPDATA ?? join(home, 'AppData', 'Roaming') };
  return join(roots[first] ?? first, ...rest);
}

async function readSettings(path: string, { format }: Host): Promise<HostFile['settings']> {
  try {
    const { size } = await fs.stat(path).then(found => (found.isFile() ? found : Promise.reject(new Error('no file'))));
    if (size > CAP_BYTES) return { kind: 'unreadable' };
    return parseSettings(await fs.readFile(path, 'utf8'), format);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { kind: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable' };
  }
}

const isFolder = (path: string): Promise<boolean> =>
  fs.stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
