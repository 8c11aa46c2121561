import { access } from 'node:fs/promises';
import { redactor } from '../base/redact.ts';
import { type Config, SETTINGS } from '../config.ts';
import { launchHere } from '../hosts/launch.ts';
import type { Machine } from '../hosts/machine.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { checkGateway } from './check-gateway.ts';
import { checkHosts } from './check-hosts.ts';
import { checkFolders, checkNode, checkStore, type StoreCheckOptions } from './check-machine.ts';
import { isWell, renderJson, renderText } from './render.ts';
import { checkSettings } from './settings.ts';

export interface DoctorOptions {
  /** Checks the sandbox in place of the gateway. */
  sandbox: boolean;
  /** Answers for a program. */
  json: boolean;
}

/** No part of the examination may hold up the rest longer, milliseconds. */
const LIMIT_MS = 20_000;

/** Examines the set-up and prints what to change. The exit code is 1 when something must be, else 0. */
export async function doctor(machine: Machine, options: DoctorOptions): Promise<void> {
  // Node's warnings are about its own parts, not about the set-up.
  process.removeAllListeners('warning');
  const { text, code } = await report(machine, options);
  process.exitCode = code;
  await new Promise(resolve => process.stdout.write(text, resolve));
  process.exit();
}

/** Examines the set-up, which stays as it is. Returns what to print, and the exit code. */
export async function report(
  machine: Machine,
  { sandbox, json }: DoctorOptions,
): Promise<{ text: string; code: number }> {
  const { checks, key } = await examine(machine, sandbox);
  // No check contains a key; this is for a path that does.
  const text = redactor(key)(json ? renderJson(checks) : renderText(checks));
  return { text, code: isWell(checks) ? 0 : 1 };
}

async function examine(machine: Machine, asked: boolean): Promise<{ checks: Check[]; key: string | null }> {
  const { checks: settings, config, wrong } = checkSettings(machine.env);
  const sandbox = asked || config.sandbox;
  const parts: [name: string, Promise<Check[]>][] = [
    ['node', checkNode().then(check => [check])],
    ['settings', Promise.resolve(settings)],
    [
      'store',
      sandbox
        ? Promise.resolve([ok('store', 'The sandbox keeps its jobs in memory.')])
        : checkConfiguredStore(config, wrong),
    ],
    [
      'allowed folders',
      wrong.has('SHOTSTACK_MCP_ALLOWED_DIRS') ? Promise.resolve([]) : checkFolders(config.allowedDirs),
    ],
    ['gateway', sandbox ? examineSandbox() : examineGateway(config, wrong)],
    ['hosts', checkHosts(machine, { launch: launchHere(machine), sandbox })],
  ];
  const done = await Promise.all(parts.map(([name, part]) => inTime(name, part)));
  return { checks: done.flat(), key: config.key };
}

/** With an invalid store setting, the default store is not the server's. */
async function checkConfiguredStore(place: StoreCheckOptions, wrong: Set<string>): Promise<Check[]> {
  const unusable = ['SHOTSTACK_MCP_DATA_DIR', 'SHOTSTACK_MCP_DATABASE_URL'].some(name => wrong.has(name));
  return unusable
    ? [warn('store', 'Not looked at, since the setting that names it cannot be used.')]
    : checkStore(place);
}

async function examineGateway(
  { baseUrl, key, proxies }: Pick<Config, 'baseUrl' | 'key' | 'proxies'>,
  wrong: Set<string>,
): Promise<Check[]> {
  if (wrong.has('SKILLBOSS_BASE_URL')) {
    return [warn('gateway', 'Not looked at, since SKILLBOSS_BASE_URL cannot be used.')];
  }
  const known = baseUrl === SETTINGS.SKILLBOSS_BASE_URL.fallback;
  const checks = await checkGateway({ url: baseUrl, key, known, proxies });
  const authority = process.env.NODE_EXTRA_CA_CERTS;
  if (authority) checks.push(await checkAuthority(authority));
  if (key !== null || wrong.has('SKILLBOSS_WHOLESALE_KEY')) return checks;
  const hint = 'To test the key that a host has, run doctor with SKILLBOSS_WHOLESALE_KEY set to it.';
  return [...checks, warn('key', 'SKILLBOSS_WHOLESALE_KEY is not set here, so no key was tested.', hint)];
}

/** Node goes on without the file that NODE_EXTRA_CA_CERTS names when it cannot read it. */
async function checkAuthority(file: string): Promise<Check> {
  return access(file).then(
    () => ok('certificates', `NODE_EXTRA_CA_CERTS adds those in ${file}.`),
    () => fail('certificates', `NODE_EXTRA_CA_CERTS names ${file}, which cannot be read.`, 'Correct the path.'),
  );
}

async function examineSandbox(): Promise<Check[]> {
  const { startSandbox } = await import('../sandbox/server.ts');
  const sandbox = await startSandbox();
  try {
    return await checkGateway({ ...sandbox, known: true });
  } finally {
    await sandbox.close();
  }
}

/** A part of the examination, or that it took too long or broke. */
async function inTime(name: string, part: Promise<Check[]>): Promise<Check[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Check[]>(resolve => {
    timer = setTimeout(resolve, LIMIT_MS, [fail(name, `The check did not end in ${LIMIT_MS / 1000} s.`)]);
  });
  const broken = (): Check[] => [fail(name, 'The check itself broke: please report it.')];
  const checks = await Promise.race([part.catch(broken), late]);
  clearTimeout(timer);
  return checks;
}
