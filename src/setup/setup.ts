import { delimiter, resolve } from 'node:path';
import { CommandError } from '../command-line/command-error.ts';
import type { SetupOptions } from '../command-line/command-line.ts';
import type { Terminal } from '../command-line/terminal.ts';
import { wrap } from '../command-line/wrap.ts';
import { requireConfig, SETTINGS } from '../config.ts';
import { withReference } from '../hosts/entry.ts';
import { KEY, type Launch } from '../hosts/host.ts';
import { launchHere, launchInProject, shellCommand, tarballOf, temporaryInstall, withKey } from '../hosts/launch.ts';
import { isFolder, type Machine } from '../hosts/machine.ts';
import { storeSetting } from '../hosts/store-place.ts';
import { applyChange, type Change, readChange } from './change.ts';
import { chooseHost, type Target } from './choose-host.ts';
import { chooseKey } from './key.ts';
import { addServer, entriesIn, removeServer, wasMadeFrom } from './plan.ts';
import { readBackups } from './write.ts';

/** A sentence that calls a tool that costs nothing. */
const FIRST_WORDS = 'List the jobs of the Shotstack template server.';

/**
 * Writes this server into a host's settings, after showing the change and asking.
 *
 * @throws CommandError, SettingError when nothing was changed
 */
export async function setup(options: SetupOptions, machine: Machine, terminal: Terminal): Promise<void> {
  refuseSilence(options, terminal);
  refuseTemporaryInstall(machine);
  const target = await chooseHost(options, machine, terminal, 'Set it up in');
  const change = await readChange(target, machine);
  const launch = await launchFor(target, options, change, machine, terminal);
  change.after = addServer(change.before, target, launch, machine);
  if (change.after === change.before) return say(terminal, `Nothing to do: it is in ${target.path} already.`);
  await applyChange(change, options, terminal);
  const asksKey = target.host.reference === 'input';
  if (target.project) {
    if (!asksKey && !options.sandbox) say(terminal, `The file holds no key: each user sets ${KEY} for the host.`);
    if (!launchInProject(target.host, machine)) {
      say(terminal, 'Its paths are of this computer. To share the file, install the package in the project first.');
    }
  }
  say(terminal, '');
  const typeKey =
    asksKey && !options.sandbox ? ` ${target.host.name} asks for the key once and keeps it in its secret storage.` : '';
  say(terminal, `Next: ${target.host.afterwards}${typeKey}`);
  say(terminal, `Then type: ${FIRST_WORDS}`);
  say(terminal, `If it does not work: ${shellCommand(machine, 'doctor')}`);
}

/**
 * Takes this server out of a host's settings, after showing the change and asking.
 *
 * @throws CommandError when nothing was changed
 */
export async function remove(options: SetupOptions, machine: Machine, terminal: Terminal): Promise<void> {
  refuseSilence(options, terminal);
  const target = await chooseHost(options, machine, terminal, 'Take it out of');
  const change = await readChange(target, machine);
  const made = (await readBackups(change.original.path)).find(old => wasMadeFrom(old, change.before, target, machine));
  change.after = made ?? removeServer(change.before, target, machine);
  if (change.after === change.before) return say(terminal, `Nothing to do: it is not in ${target.path}.`);
  await applyChange(change, options, terminal);
  const key = change.secrets.length > 0 ? ', with the key' : '';
  say(terminal, `Restart ${target.host.name}. The jobs stay in their store, the old file${key} in its backup.`);
}

function refuseSilence({ yes }: SetupOptions, { interactive }: Terminal): void {
  if (!yes && !interactive) throw new CommandError('Nobody can be asked here: add --yes, and name the host.');
}

/** A temporary path would leave the host with a server that no longer starts. */
function refuseTemporaryInstall(machine: Machine): void {
  const place = temporaryInstall(machine);
  if (place === null) return;
  const tarball = tarballOf(machine.entry) ?? 'the tarball';
  throw new CommandError(
    place === 'npx'
      ? `This copy is in npx’s cache and may be deleted. Install it first: npm install --global ${tarball}`
      : 'This copy is in a temporary folder and may be deleted. Move it to stay, then run this again.',
  );
}

async function launchFor(
  { host, project }: Target,
  { sandbox, allowDirs }: SetupOptions,
  change: Change,
  machine: Machine,
  terminal: Terminal,
): Promise<Launch> {
  const start = (project ? launchInProject(host, machine) : null) ?? launchHere(machine);
  const { baseUrl } = requireConfig({ SKILLBOSS_BASE_URL: machine.env.SKILLBOSS_BASE_URL });
  const launch: Launch = {
    ...start,
    env: {
      ...(allowDirs.length > 0 ? { SHOTSTACK_MCP_ALLOWED_DIRS: folders(allowDirs, machine).join(delimiter) } : {}),
      ...(sandbox || project || baseUrl === SETTINGS.SKILLBOSS_BASE_URL.fallback
        ? {}
        : { SKILLBOSS_BASE_URL: baseUrl }),
      ...(host.inherits === 'few' && !project ? storeSetting(machine) : {}),
    },
  };
  if (sandbox) return withKey(launch, null);
  const { reference } = host;
  if (reference === 'input') return withReference(launch, reference);
  if (project) {
    if (reference) return withReference(launch, reference);
    throw new CommandError(
      `${host.name} has no way to take a key from a variable, and a project’s file must hold none. Leave out --project.`,
    );
  }
  const present = entriesIn(change.before, host, machine).flatMap(({ env }) => env[KEY]?.trim() || [])[0] ?? null;
  const key = await chooseKey(machine.env, present, terminal);
  change.secrets.push(key);
  return withKey(launch, key);
}

function folders(allowDirs: readonly string[], { cwd, home }: Machine): string[] {
  return allowDirs.map(given => {
    const folder = resolve(cwd, given.replace(/^~(?=$|[\\/])/, home));
    if (folder.includes(delimiter))
      throw new CommandError(`--allow-dir: the name of ${folder} holds “${delimiter}”, which separates folders.`);
    if (isFolder(folder)) return folder;
    throw new CommandError(`--allow-dir: ${folder} is not a folder that exists.`);
  });
}

function say(terminal: Terminal, text: string): void {
  for (const line of wrap(text)) terminal.say(line);
}
