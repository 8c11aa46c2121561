import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from '../base/json.ts';
import { type Entry, findEntries, isSandbox } from '../hosts/entry.ts';
import { type Host, type Launch, SERVER_NAME } from '../hosts/host.ts';
import { HOSTS } from '../hosts/hosts.ts';
import { shellCommand, snippetFor, tarballOf, temporaryInstall } from '../hosts/launch.ts';
import type { Machine } from '../hosts/machine.ts';
import { type FoundHost, findHost, type HostFile } from '../hosts/places.ts';
import { movedStore } from '../hosts/store-place.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { type Flaw, judgeEntry } from './judge-entry.ts';

/** How an entry that is added is to start the server. */
export interface SnippetOptions {
  launch: Launch;
  sandbox: boolean;
}

/** Whether the hosts on this computer have this server in their settings, and rightly. Reads them, and writes nothing. */
export async function checkHosts(machine: Machine, advice: SnippetOptions): Promise<Check[]> {
  const found = (await Promise.all(HOSTS.map(host => findHost(host, machine)))).filter(here => here !== null);
  if (found.length === 0) {
    const known = `Known are ${HOSTS.map(({ name }) => name).join(', ')}.`;
    return [warn('hosts', 'No known host was found on this computer.', known)];
  }
  const checks = await Promise.all(
    found.map(async here => (await Promise.all(here.files.map(file => checkFile(here, file, machine, advice)))).flat()),
  );
  const without = found.filter((_, i) => checks[i]?.length === 0);
  return [
    ...checks.flat(),
    ...withoutIt(without, without.length === found.length, machine, advice),
    ...storeChecks(found, machine),
    ...placeChecks(machine),
  ];
}

/** The hosts without this server: nothing to do, unless that is all of them. */
function withoutIt(found: readonly FoundHost[], all: boolean, machine: Machine, advice: SnippetOptions): Check[] {
  const [first] = found;
  if (!first) return [];
  const names = found.map(({ host }) => host.name).join(', ');
  if (!all) return [ok('other hosts', `On this computer, without this server: ${names}.`)];
  const unseen = found.some(({ host }) => host.id === 'claude-desktop')
    ? ' A bundle installed in Claude Desktop is not seen here.'
    : '';
  const message = `No host has this server: ${names}.${unseen}`;
  if (temporaryInstall(machine) !== null) {
    return [warn('hosts', message, 'Install this copy to stay, then run its setup.')];
  }
  const setup = shellCommand(machine, 'setup');
  if (found.length > 1 || !first.own) return [warn('hosts', message, `Run: ${setup}`)];
  const byHand = `Add what follows to ${first.own.path}, or run: ${setup}`;
  return [{ ...warn('hosts', message, byHand), ...snippetOf(first.host, machine, advice) }];
}

/** What to paste into a host's settings; nothing where this copy is in a temporary place. */
const snippetOf = (host: Host, machine: Machine, { launch, sandbox }: SnippetOptions): { snippet?: string } =>
  temporaryInstall(machine) === null ? { snippet: snippetFor(host, launch, sandbox) } : {};

async function checkFile(here: FoundHost, file: HostFile, machine: Machine, advice: SnippetOptions): Promise<Check[]> {
  const { host } = here;
  const { path, settings } = file;
  if (settings.kind === 'missing') return [];
  if (settings.kind === 'unreadable') {
    const fix = 'Make it a file that this user may read, or remove it.';
    return [fail(host.name, `${path} cannot be read (${settings.reason}).`, fix)];
  }
  if (settings.kind === 'no object') {
    return [fail(host.name, `${path} holds no JSON object.`, 'Write {} in place of what it holds.')];
  }
  if (settings.kind === 'malformed') {
    if (settings.commented) {
      const fix = 'Remove them: this host reads plain JSON.';
      return [fail(host.name, `${path} has comments or trailing commas.`, fix)];
    }
    const place = settings.line === null ? '' : ` from line ${settings.line}, column ${settings.column} on`;
    const format = host.format === 'toml' ? 'TOML' : 'JSON';
    return [fail(host.name, `${path} is not ${format}${place}: the host cannot read it.`, 'Correct it there.')];
  }
  return checkEntries(here, file, settings.document, machine, advice);
}

async function checkEntries(
  here: FoundHost,
  file: HostFile,
  document: JsonObject,
  machine: Machine,
  advice: SnippetOptions,
): Promise<Check[]> {
  const { host } = here;
  const entries = findEntries(host, document, machine);
  if (entries.length === 0 && holdsEntry(document)) {
    const right = host.serversAt.join('.');
    const message = `This server is in ${file.path}, but not under “${right}”, where ${host.name} looks.`;
    return [fail(host.name, message, `Move it to “${right}”, or run: ${shellCommand(machine, 'setup', host.id)}`)];
  }
  if (file.scope === 'former') return entries.length > 0 ? [leftBehind(here, file, machine)] : [];
  const judged = await Promise.all(
    entries.map(async entry => {
      const beside = entries.filter(({ path }) => isDeepStrictEqual(path.slice(0, -1), entry.path.slice(0, -1)));
      const flaws = [
        ...(beside.length > 1 ? [TWICE] : []),
        ...fileFlaws(host, file),
        ...(await judgeEntry(entry, host, file, machine)),
      ];
      const first = flaws.find(({ rewrite }) => rewrite);
      const checks = flaws.map(flaw => ({
        ...badlySet(host, file, flaw),
        ...(flaw === first ? snippetOf(host, machine, advice) : {}),
      }));
      return checks.length === 0 ? [wellSet(host, file, entry)] : checks;
    }),
  );
  return judged.flat();
}

/** An entry in the file of an older version, which the one that is installed does not read. */
function leftBehind({ host, own }: FoundHost, { path }: HostFile, machine: Machine): Check {
  const message = `This server is in ${path}, which ${host.name} read before ${host.former?.until}; now it reads ${own?.path}.`;
  const settings = own?.settings;
  return settings?.kind === 'read' && findEntries(host, settings.document, machine).length > 0
    ? warn(host.name, message, 'Remove it there: what is changed there has no effect.')
    : fail(host.name, message, `Run: ${shellCommand(machine, 'setup', host.id)}`);
}

/** What is wrong with the file as a whole, when this server is in it. */
function fileFlaws(host: Host, { bom }: HostFile): Flaw[] {
  if (!bom || !host.rejectsBom) return [];
  const message = 'a byte order mark comes first, and this host cannot read that';
  return [{ state: 'fail', message, fix: 'Save the file as UTF-8 without BOM.' }];
}

function wellSet(host: Host, { path, scope }: HostFile, entry: Entry): Check {
  const trust =
    scope === 'project' && host.projectNeedsTrust ? ` ${host.name} reads it once you trust the folder.` : '';
  return ok(host.name, `This server is in ${path}${isSandbox(entry) ? ', as a sandbox' : ''}.${trust}`);
}

const badlySet = (host: Host, { path }: HostFile, { state, message, fix }: Flaw): Check =>
  (state === 'fail' ? fail : warn)(host.name, `In ${path}, ${message}.`, fix);

const TWICE: Flaw = {
  state: 'warn',
  message: 'this server is there more than once, and so is each of its tools',
  fix: 'Remove all its entries but one.',
};

/** Whether an entry of this server's name is anywhere in a value, this deep. */
function holdsEntry(value: unknown, deep = 4): boolean {
  if (!isObject(value) || deep === 0) return false;
  const named = value[SERVER_NAME];
  return (
    (isObject(named) && named.command !== undefined) || Object.values(value).some(part => holdsEntry(part, deep - 1))
  );
}

/** Whether the servers of all hosts share one store: what is not shared, no guard can see. */
function storeChecks(found: FoundHost[], machine: Machine): Check[] {
  const stores = found.flatMap(({ host, files }) =>
    files.flatMap(({ settings }) =>
      settings.kind === 'read'
        ? findEntries(host, settings.document, machine)
            .filter(entry => !isSandbox(entry))
            .map(({ env }) => ({
              name: host.name,
              folder: movedStore({ ...(host.inherits === 'few' ? {} : machine.env), ...env }, machine),
            }))
        : [],
    ),
  );
  const folders = [...new Set(stores.map(({ folder }) => folder))];
  if (folders.length < 2) return [];
  const groups = folders.map(folder =>
    [...new Set(stores.filter(store => store.folder === folder).map(({ name }) => name))].join(', '),
  );
  return [
    warn(
      'stores',
      `The hosts do not share one job store (${groups.join(' | ')}): duplicates, the spend guard and list_jobs do not see the jobs of the others.`,
      'Set SHOTSTACK_MCP_DATA_DIR to the same folder in the env of each entry.',
    ),
  ];
}

function placeChecks(machine: Machine): Check[] {
  const place = temporaryInstall(machine);
  if (place === null) return [];
  const message = `This copy runs from ${place === 'npx' ? 'npx’s cache' : 'a temporary folder'}, which may be deleted.`;
  const tarball = tarballOf(machine.entry);
  const fix = `Install it to stay: npm install --global ${tarball ?? 'the tarball'}`;
  return [warn('installation', message, place === 'npx' ? fix : 'Move it to stay, before a host is set up with it.')];
}
