import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, Machine } from '../../src/doctor/check.ts';
import { HOSTS, type Host } from '../../src/doctor/hosts.ts';
import { CLI } from '../support/stdio-server.ts';

/** What came of a run of `doctor`. */
export interface Examined {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the built `doctor` for a user whose home is `home`, in `home/project`, which must be there. */
export function runDoctor(home: string, args: string[], env: Record<string, string> = {}): Promise<Examined> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [CLI, 'doctor', ...args],
      {
        cwd: join(home, 'project'),
        env: {
          PATH: process.env.PATH,
          // Nothing leaves this machine, and nothing listens there.
          SKILLBOSS_BASE_URL: 'http://127.0.0.1:1',
          HOME: home,
          USERPROFILE: home,
          APPDATA: join(home, 'AppData', 'Roaming'),
          LOCALAPPDATA: join(home, 'AppData', 'Local'),
          ...env,
        },
      },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** The checks of a run for programs, by name; several of one name are all there. */
export async function checksOf(home: string, env: Record<string, string> = {}, args: string[] = []): Promise<Check[]> {
  const { stdout } = await runDoctor(home, ['--json', ...args], env);
  return JSON.parse(stdout).checks;
}

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
  env: { APPDATA: join(home, 'AppData', 'Roaming'), PATH: process.env.PATH },
  platform,
  home,
  cwd: join(home, 'project'),
  node: process.execPath,
  entry: CLI,
});

export function hostNamed(name: string): Host {
  const host = HOSTS.find(host => host.name === name);
  if (!host) throw new Error(`There is no host named ${name}.`);
  return host;
}

/** The path of a host's own settings, seen from the home folder. */
export function settingsPath(name: string, platform: 'linux' | 'darwin' | 'win32' = 'linux'): string {
  return hostNamed(name)
    .file[platform].replace(/^~\//, '')
    .replace('%APPDATA%', 'AppData/Roaming')
    .replaceAll('\\', '/');
}
