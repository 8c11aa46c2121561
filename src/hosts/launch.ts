import { readFileSync, realpathSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isObject } from '../base/json.ts';
import { INPUT, withReference, writeEntry } from './entry.ts';
import { writeSettings } from './formats.ts';
import { type Host, KEY, KEY_PLACEHOLDER, type Launch, PACKAGE, SERVER_NAME } from './host.ts';
import type { Machine } from './machine.ts';

/** How to start the installation that runs now, so that it works without a PATH. */
export function launchHere({ node, entry, env }: Machine): Launch {
  return { command: lastingPath(node, env.PATH ?? ''), args: [entry] };
}

/** A command of this installation as a person types it. */
export function shellCommand({ entry }: Machine, ...words: string[]): string {
  return ['node', entry, ...words].map(word => (/\s/.test(word) ? `"${word}"` : word)).join(' ');
}

/** Why this installation is in a temporary place; null when it is not. */
export function temporaryInstall({ entry, temporary }: Machine): 'npx' | 'temporary' | null {
  if (isNpxCache(entry)) return 'npx';
  return isBelow(entry, realPath(temporary) ?? temporary) ? 'temporary' : null;
}

/** How a project's file starts a copy that is installed in the project: by a path that is right on every computer. */
export function launchInProject(host: Host, machine: Machine): Launch | null {
  const path = relative(realPath(machine.cwd) ?? machine.cwd, machine.entry);
  if (path.startsWith('..') || isAbsolute(path)) return null;
  const words = path.split(sep).join('/');
  return { command: 'node', args: [host.projectFolder === undefined ? words : `${host.projectFolder}/${words}`] };
}

/** A launch with a key, or with the sandbox in its place. */
export function withKey(launch: Launch, key: string | null): Launch {
  return key === null
    ? { ...launch, args: [...launch.args, '--sandbox'] }
    : { ...launch, env: { ...launch.env, [KEY]: key } };
}

/** A piece of a host's settings that adds this server, for a person to paste. */
export function snippetFor(host: Host, launch: Launch, sandbox: boolean): string {
  const asks = host.reference === 'input' && !sandbox;
  const filled = asks ? withReference(launch, 'input') : withKey(launch, sandbox ? null : KEY_PLACEHOLDER);
  const settings = settingsWith(host, filled);
  return writeSettings(asks ? { inputs: [INPUT], ...settings } : settings, host.format);
}

/** Settings that hold nothing but this server. */
export function settingsWith(host: Host, launch: Launch): Record<string, unknown> {
  const server: unknown = { [SERVER_NAME]: writeEntry(host, launch) };
  const nested = host.serversAt.reduceRight<unknown>((value, key) => ({ [key]: value }), server);
  return isObject(nested) ? nested : {};
}

const isNpxCache = (path: string): boolean => /[\\/]_npx[\\/]/.test(path);

/** The tarball that npx was given, from its cache's notes; null when there is none. */
export function tarballOf(entry: string): string | null {
  const [, cache] = /^(.*[\\/]_npx[\\/][^\\/]+)[\\/]/.exec(entry) ?? [];
  if (cache === undefined) return null;
  try {
    const spec = JSON.parse(readFileSync(join(cache, 'package.json'), 'utf8')).dependencies[PACKAGE];
    const [, path] = typeof spec === 'string' ? (/^file:(.*)$/.exec(spec) ?? []) : [];
    return path === undefined ? null : resolve(cache, path);
  } catch {
    return null;
  }
}

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

const isBelow = (path: string, folder: string): boolean => path.startsWith(folder + sep);

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
