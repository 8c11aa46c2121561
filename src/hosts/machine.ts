import { realpathSync, type Stats, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { homeFolder } from '../base/home.ts';
import type { Platform } from './host.ts';

/** Environment variables by name. */
export type Environment = Record<string, string | undefined>;

/** The computer as set-up and doctor see it. */
export interface Machine {
  env: Environment;
  platform: NodeJS.Platform;
  /** The user's home folder; empty where there is none. */
  home: string;
  /** The folder whose project files count. */
  cwd: string;
  /** The running Node, as an absolute path. */
  node: string;
  /** The running `cli.js`, as an absolute path without links. */
  entry: string;
  /** The folder for temporary files. */
  temporary: string;
}

/** The computer that this process runs on. */
export const thisMachine = (env: Environment): Machine => ({
  env,
  platform: process.platform,
  home: homeFolder() ?? '',
  cwd: process.cwd(),
  node: process.execPath,
  entry: realpathSync(process.argv[1] ?? ''),
  temporary: tmpdir(),
});

/** The column of the table of hosts; platforms without one are like Linux. */
export const platformOf = ({ platform }: Machine): Platform =>
  platform === 'darwin' || platform === 'win32' ? platform : 'linux';

/** Whether a file is there that this user may know of. */
export const isFile = (path: string): boolean => statsOf(path)?.isFile() ?? false;

/** Whether a folder is there that this user may know of. */
export const isFolder = (path: string): boolean => statsOf(path)?.isDirectory() ?? false;

function statsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
