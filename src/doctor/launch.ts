import { existsSync, realpathSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import type { Machine } from './check.ts';

/** The package's name, and the command's. */
export const PACKAGE = 'shotstack-template-mcp';
/** What stands where a person puts the key. */
export const KEY_PLACEHOLDER = 'your wholesale key';

/** How a host starts this server. */
export interface Launch {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/** How to start the installation that runs now, so that it works without a PATH. */
export function launchHere(machine: Machine, sandbox: boolean): Launch {
  return withKey(isNpxCache(machine.entry) ? viaNpx(machine) : viaNode(machine), sandbox);
}

/** A launch with its place for the key, or with the sandbox in its stead. */
export function withKey({ command, args }: Launch, sandbox: boolean): Launch {
  if (sandbox) return { command, args: [...args, '--sandbox'] };
  return { command, args, env: { SKILLBOSS_WHOLESALE_KEY: KEY_PLACEHOLDER } };
}

function viaNode({ node, entry, env }: Machine): Launch {
  return { command: lastingPath(node, env.PATH ?? ''), args: [entry] };
}

/** What npx has fetched may be gone tomorrow, so npx itself is started; Windows needs its shell for that. */
function viaNpx({ node, platform }: Machine): Launch {
  const args = ['-y', PACKAGE];
  if (platform === 'win32') return { command: 'cmd', args: ['/c', 'npx', ...args] };
  const npx = join(dirname(node), 'npx');
  return { command: existsSync(npx) ? npx : 'npx', args };
}

const isNpxCache = (path: string): boolean => /[\\/]_npx[\\/]/.test(path);

/**
 * The path under which this Node stays when it is updated: a link on the PATH (Homebrew's, a distribution's) rather
 * than the versioned folder it leads to. Links made for one shell only do not count.
 */
function lastingPath(node: string, path: string): string {
  const links = path
    .split(delimiter)
    .filter(folder => folder !== '' && !/fnm_multishells|node_modules/.test(folder))
    .map(folder => join(folder, basename(node)));
  return links.find(link => realPath(link) === realPath(node)) ?? node;
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
