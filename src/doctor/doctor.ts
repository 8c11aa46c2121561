import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { redactor } from '../base/redact.ts';
import { SETTINGS } from '../config.ts';
import { systemResolve } from '../net/resolve.ts';
import { type Check, type Environment, fail, type Machine, ok, warn } from './check.ts';
import { checkKey, checkReach } from './check-gateway.ts';
import { checkHosts } from './check-hosts.ts';
import { launchHere } from './launch.ts';
import { checkFolders, checkNode, checkStore, type StorePlace } from './machine.ts';
import { isFancy, isWell, renderJson, renderText } from './render.ts';
import { checkSettings } from './settings.ts';

export interface DoctorOptions {
  /** Checks the sandbox in place of the gateway. */
  sandbox: boolean;
  /** Answers for a program. */
  json: boolean;
}

/** No part of the examination may hold up the rest longer, milliseconds. */
const PATIENCE_MS = 20_000;

/** Examines the set-up, tells what to change, and leaves exit code 1 behind when something must be. */
export async function doctor(env: Environment, { sandbox, json }: DoctorOptions): Promise<void> {
  // Node's warnings are about its own parts, not about the set-up.
  process.removeAllListeners('warning');
  const machine: Machine = {
    env,
    platform: process.platform,
    home: homedir(),
    cwd: process.cwd(),
    node: process.execPath,
    entry: realpathSync(process.argv[1] ?? ''),
  };
  const { checks, key } = await examine(machine, sandbox);
  const text = json ? renderJson(checks) : renderText(checks, { fancy: isFancy(process.stdout.isTTY === true, env) });
  process.exitCode = isWell(checks) ? 0 : 1;
  // No check says a key; this is for a path that holds one.
  await new Promise(resolve => process.stdout.write(redactor(key)(text), resolve));
  process.exit();
}

async function examine(machine: Machine, asked: boolean): Promise<{ checks: Check[]; key: string | null }> {
  const { checks: settings, config, wrong } = checkSettings(machine.env);
  const sandbox = asked || config.sandbox;
  const parts: [name: string, Promise<Check[]>][] = [
    ['node', checkNode().then(check => [check])],
    ['settings', Promise.resolve(settings)],
    [
      'store',
      sandbox ? Promise.resolve([ok('store', 'The sandbox keeps its jobs in memory.')]) : examineStore(config, wrong),
    ],
    [
      'allowed folders',
      wrong.has('SHOTSTACK_MCP_ALLOWED_DIRS') ? Promise.resolve([]) : checkFolders(config.allowedDirs),
    ],
    ['gateway', sandbox ? examineSandbox() : examineGateway(config, wrong)],
    ['hosts', checkHosts(machine, launchHere(machine, sandbox))],
  ];
  const done = await Promise.all(parts.map(([name, part]) => inTime(name, part)));
  return { checks: done.flat(), key: config.key };
}

/** A store that was not named rightly is not the one the server would use. */
async function examineStore(place: StorePlace, wrong: Set<string>): Promise<Check[]> {
  const unusable = ['SHOTSTACK_MCP_DATA_DIR', 'SHOTSTACK_MCP_DATABASE_URL'].some(name => wrong.has(name));
  return unusable
    ? [warn('store', 'Not looked at, since the setting that names it cannot be used.')]
    : checkStore(place);
}

async function examineGateway(
  { baseUrl, key }: { baseUrl: string; key: string | null },
  wrong: Set<string>,
): Promise<Check[]> {
  if (wrong.has('SKILLBOSS_BASE_URL')) {
    return [warn('gateway', 'Not looked at, since SKILLBOSS_BASE_URL cannot be used.')];
  }
  const reach = await checkReach(baseUrl, systemResolve);
  if (wrong.has('SKILLBOSS_WHOLESALE_KEY')) return [reach];
  if (key === null) {
    const hint = 'To test the key that a host has, run doctor with SKILLBOSS_WHOLESALE_KEY set to it.';
    return [reach, warn('key', 'SKILLBOSS_WHOLESALE_KEY is not set here, so no key was tested.', hint)];
  }
  if (reach.state === 'fail') return [reach, warn('key', 'Not tested, since the gateway cannot be reached.')];
  return [reach, await checkKey({ url: baseUrl, key, known: baseUrl === SETTINGS.SKILLBOSS_BASE_URL.fallback })];
}

async function examineSandbox(): Promise<Check[]> {
  const { startSandbox } = await import('../sandbox/server.ts');
  const sandbox = await startSandbox();
  try {
    return [await checkReach(sandbox.url, systemResolve), await checkKey({ ...sandbox, known: true })];
  } finally {
    await sandbox.close();
  }
}

/** A part of the examination, or that it took too long or broke. */
async function inTime(name: string, part: Promise<Check[]>): Promise<Check[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Check[]>(resolve => {
    timer = setTimeout(resolve, PATIENCE_MS, [fail(name, `The check did not end in ${PATIENCE_MS / 1000} s.`)]);
  });
  const broken = (): Check[] => [fail(name, 'The check itself broke: please report it.')];
  const checks = await Promise.race([part.catch(broken), late]);
  clearTimeout(timer);
  return checks;
}
