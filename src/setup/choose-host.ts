import { didYouMean } from '../base/did-you-mean.ts';
import { CommandError } from '../command-line/command-error.ts';
import type { SetupOptions } from '../command-line/command-line.ts';
import type { Terminal } from '../command-line/terminal.ts';
import type { Host } from '../hosts/host.ts';
import { HOSTS } from '../hosts/hosts.ts';
import type { Machine } from '../hosts/machine.ts';
import { findHost, projectPath } from '../hosts/places.ts';

/** A file to edit, and the host that it belongs to. */
export interface Target {
  host: Host;
  path: string;
  project: boolean;
}

/**
 * The file that is meant: of the host that was named, of the only one that was found, or of the one that the person picks.
 *
 * @throws CommandError
 */
export async function chooseHost(
  { host: named, project, yes }: SetupOptions,
  machine: Machine,
  terminal: Terminal,
  question: string,
): Promise<Target> {
  if (named !== null) return targetOf(hostNamed(named), project, machine);
  const targets = await findTargets(project, machine);
  const [only] = targets;
  if (!only) {
    throw new CommandError(
      project
        ? 'No known host was found on this computer. Name it.'
        : 'No known host was found on this computer. Install one and start it once, then run this again.',
    );
  }
  if (targets.length === 1) return only;
  if (!terminal.interactive || yes) {
    throw new CommandError(`Name one of the hosts on this computer: ${targets.map(({ host }) => host.id).join(', ')}.`);
  }
  for (const [i, { host, path }] of targets.entries()) terminal.say(`  ${i + 1}  ${host.name} (${path})`);
  const answer = await terminal.ask(`${question} which one? [1–${targets.length}] `);
  const chosen = targets[Number(answer) - 1] ?? targets.find(({ host }) => isNamed(host, answer));
  if (!chosen) throw new CommandError('None was chosen.');
  return chosen;
}

async function findTargets(project: boolean, machine: Machine): Promise<Target[]> {
  const found = await Promise.all(HOSTS.map(host => findHost(host, machine)));
  return found.flatMap(here => {
    const path = here && (project ? projectPath(here.host, machine) : (here.own?.path ?? null));
    return here && path !== null ? [{ host: here.host, path, project }] : [];
  });
}

function hostNamed(name: string): Host {
  const host =
    HOSTS.find(host => isNamed(host, name)) ??
    HOSTS.find(({ aliases = [] }) => aliases.some(known => plain(known) === plain(name)));
  if (host) return host;
  const ids = HOSTS.map(({ id }) => id);
  const meant = didYouMean(name, ids);
  throw new CommandError(
    `${meant === null ? 'That is no known host.' : `Did you mean ${meant}?`} Known are ${ids.join(', ')}.`,
  );
}

const isNamed = ({ id, name }: Host, given: string): boolean => [id, name].some(known => plain(known) === plain(given));

/** A name as it is compared: `Claude Desktop`, `claude-desktop` and `claude_desktop` are one. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

async function targetOf(host: Host, project: boolean, machine: Machine): Promise<Target> {
  if (project) {
    const path = projectPath(host, machine);
    if (path === null) throw new CommandError(`${host.name} has no settings of a project.`);
    return { host, path, project };
  }
  const path = (await findHost(host, machine))?.own?.path;
  if (path === undefined) {
    throw new CommandError(
      `${host.name} was not found on this computer. Install it and start it once, then run this again.`,
    );
  }
  return { host, path, project };
}
