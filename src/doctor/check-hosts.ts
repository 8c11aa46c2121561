import type { JsonObject } from '../base/json.ts';
import { type Check, fail, type Machine, ok, warn } from './check.ts';
import { findEntries, flawsOf, isSandbox } from './entry.ts';
import { findHost, type HostFile } from './host-files.ts';
import { HOSTS, type Host } from './hosts.ts';
import type { Launch } from './launch.ts';
import { snippetFor } from './snippets.ts';

/** Whether each host on this computer has this server in its settings, and rightly. Reads them, and writes nothing. */
export async function checkHosts(machine: Machine, launch: Launch): Promise<Check[]> {
  const found = await Promise.all(
    HOSTS.map(async host => {
      const files = await findHost(host, machine);
      return files && checkHost(host, files, machine, launch);
    }),
  );
  const checks = found.filter(checks => checks !== null).flat();
  if (checks.length > 0) return checks;
  return [
    warn(
      'hosts',
      'No known host was found on this computer.',
      `Known are ${HOSTS.map(({ name }) => name).join(', ')}.`,
    ),
  ];
}

function checkHost(host: Host, files: HostFile[], machine: Machine, launch: Launch): Check[] {
  const checks = files.flatMap(file => checkFile(host, file, machine, launch));
  if (checks.length > 0) return checks;
  const link = host.link ? ` Or open ${host.link(launch)}` : '';
  const unseen = host.unseen ? ` ${host.unseen}` : '';
  return [
    {
      ...warn(host.name, 'This server is not in its settings.', `${whereToPaste(host, files, launch)}${unseen}${link}`),
      snippet: snippetFor(host, launch, machine.platform),
    },
  ];
}

function whereToPaste(host: Host, [own]: HostFile[], { env }: Launch): string {
  if (host.command) return `Run the command of the snippet${env ? ', with your key' : ''}.`;
  return `Merge the snippet into ${own?.path}${env ? ', put your key there' : ''}, and restart the host.`;
}

function checkFile(host: Host, { path, settings }: HostFile, machine: Machine, launch: Launch): Check[] {
  if (settings.kind === 'missing') return [];
  if (settings.kind === 'unreadable') return [fail(host.name, `${path} cannot be read.`, 'Make it a readable file.')];
  if (settings.kind === 'malformed') {
    const place = settings.line === null ? '' : ` from line ${settings.line}, column ${settings.column} on`;
    const format = host.format === 'toml' ? 'TOML' : 'JSON';
    return [fail(host.name, `${path} is not ${format}${place}: the host cannot read it.`, 'Correct it there.')];
  }
  return checkEntries(host, path, settings.document, machine, launch);
}

function checkEntries(host: Host, path: string, document: JsonObject, machine: Machine, launch: Launch): Check[] {
  return findEntries(host, document, machine).map(entry => {
    const flaws = flawsOf(entry, host, machine);
    if (flaws.length === 0) {
      const sandbox = isSandbox(entry) ? ', as a sandbox' : '';
      return ok(host.name, `This server is in ${path}${sandbox}.`);
    }
    const fails = flaws.some(({ state }) => state === 'fail');
    const message = `This server is in ${path}, but ${flaws.map(flaw => flaw.message).join(', and ')}.`;
    const fix = [...new Set(flaws.map(flaw => flaw.fix))].join(' ');
    const check = fails ? fail(host.name, message, fix) : warn(host.name, message, fix);
    return fix.includes('snippet') ? { ...check, snippet: snippetFor(host, launch, machine.platform) } : check;
  });
}
