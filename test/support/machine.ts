import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Check } from '../../src/doctor/check.ts';
import { type DoctorOptions, report } from '../../src/doctor/doctor.ts';
import type { Host, Platform } from '../../src/hosts/host.ts';
import { HOSTS } from '../../src/hosts/hosts.ts';
import type { Machine } from '../../src/hosts/machine.ts';
import { CLI, CommandRun } from './command.ts';

/** What came of a run of the built command. */
export interface Examined {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the built command for a user whose home is `home`, in `home/project`, which must be there. */
export async function runFor(home: string, args: string[], env: Record<string, string> = {}): Promise<Examined> {
  const run = startFor(home, args, env);
  run.child.stdin.end();
  const code = Number(await run.exit);
  return { code, stdout: run.stdout, stderr: run.stderr };
}

/** Starts the built command for that user. */
export const startFor = (home: string, args: string[], env: Record<string, string> = {}): CommandRun =>
  new CommandRun(args, environmentOf(home, env), { bare: true, cwd: join(home, 'project') });

/** What doctor says to that user, without a process of its own. */
export function doctorFor(
  home: string,
  env: Record<string, string> = {},
  options: Partial<DoctorOptions> = {},
): Promise<{ text: string; code: number }> {
  const data = { SHOTSTACK_MCP_DATA_DIR: join(home, 'data') };
  const machine = { ...machineAt(home, process.platform), env: environmentOf(home, { ...data, ...env }) };
  return report(machine, { sandbox: false, json: true, ...options });
}

/** The checks that doctor reports for programs. */
export async function checksOf(...of: Parameters<typeof doctorFor>): Promise<Check[]> {
  return JSON.parse((await doctorFor(...of)).text).checks;
}

const environmentOf = (home: string, env: Record<string, string>): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  // Nothing leaves this machine, and nothing listens there.
  SKILLBOSS_BASE_URL: 'http://127.0.0.1:1',
  HOME: home,
  USERPROFILE: home,
  APPDATA: join(home, 'AppData', 'Roaming'),
  LOCALAPPDATA: join(home, 'AppData', 'Local'),
  // This checkout may be below the machine's own folder for temporary files.
  TMPDIR: join(home, 'tmp'),
  TEMP: join(home, 'tmp'),
  ...env,
});

export const named = (checks: readonly Check[], name: string): Check[] => checks.filter(check => check.name === name);

/** Every file and folder below one, with what shows a change of it. */
export function inventory(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map(path => {
      const { mtimeMs, mode, size } = lstatSync(join(folder, path));
      const bytes = lstatSync(join(folder, path)).isFile() ? readFileSync(join(folder, path)) : '';
      const hash = createHash('sha256').update(bytes).digest('hex');
      return [path, mtimeMs, mode, size, hash].join(' ');
    });
}

/** A computer of the test's own. */
export const machineAt = (home: string, platform: NodeJS.Platform = 'linux'): Machine => ({
  env: { PATH: process.env.PATH },
  platform,
  home,
  cwd: join(home, 'project'),
  node: process.execPath,
  entry: CLI,
  temporary: join(home, 'tmp'),
});

export function hostNamed(name: string): Host {
  const host = HOSTS.find(host => host.name === name || host.id === name);
  if (!host) throw new Error(`There is no host named ${name}.`);
  return host;
}

/** The hosts that a platform has. */
export const hostsOn = (platform: Platform): Host[] => HOSTS.filter(({ file }) => file[platform] !== null);

/** The path of a host's own settings, seen from the home folder. */
export function settingsPath(name: string, platform: Platform = 'linux'): string {
  return fromHome(hostNamed(name).file[platform] ?? '');
}

/** A path of the table of hosts, seen from the home folder. */
export const fromHome = (path: string): string =>
  path
    .replace(/^~\//, '')
    .replace('%APPDATA%', 'AppData/Roaming')
    .replace('%LOCALAPPDATA%', 'AppData/Local')
    .replaceAll('\\', '/')
    .replace('*', 'pzs8sxrjxfjjc');

/** A file that shows that a host is installed, seen from the home folder. */
export const signOf = ({ id, name }: Host, platform: Platform = 'linux'): string =>
  ({ 'claude-code': '.claude/.keep', 'gemini-cli': '.gemini/trustedFolders.json' })[id] ??
  join(dirname(settingsPath(name, platform)), '.keep');
