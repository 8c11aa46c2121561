import { CommandError } from '../command-line/command-error.ts';
import type { Terminal } from '../command-line/terminal.ts';
import { wrap } from '../command-line/wrap.ts';
import { requireConfig, SETTINGS } from '../config.ts';
import { checkGateway } from '../doctor/check-gateway.ts';
import { KEY } from '../hosts/host.ts';
import type { Environment } from '../hosts/machine.ts';

/** The variables that matter to the request; others that do not fit are the server's to report. */
const USED = /^(SKILLBOSS_WHOLESALE_KEY|SKILLBOSS_BASE_URL|(https?|all|no)_proxy)$/i;

/**
 * The wholesale key: from the environment, else asked for without showing it. It is tried with a look-up of a random
 * job, which is free.
 *
 * @param present the key that the file has, which an empty answer keeps
 * @throws CommandError when there is none, or the gateway refuses it
 */
export async function chooseKey(env: Environment, present: string | null, terminal: Terminal): Promise<string> {
  const {
    key: given,
    baseUrl,
    proxies,
  } = requireConfig(Object.fromEntries(Object.entries(env).filter(([name]) => USED.test(name))));
  const key = given ?? (await askForKey(present, terminal));
  const known = baseUrl === SETTINGS.SKILLBOSS_BASE_URL.fallback;
  const checks = await checkGateway({ url: baseUrl, key, known, proxies });
  for (const { name, state, message, fix = '' } of checks) {
    if (name === 'key' && state === 'fail') throw new CommandError(`${message} ${fix} Nothing was changed.`);
    const text = `${name}: ${state === 'ok' ? message : `${message} ${fix}`}`;
    if (name === 'key' || state !== 'ok') for (const line of wrap(text)) terminal.say(line);
  }
  return key;
}

async function askForKey(present: string | null, terminal: Terminal): Promise<string> {
  if (!terminal.interactive) {
    if (present !== null) return present;
    throw new CommandError(`Set ${KEY} in the environment, or add --sandbox. A key is never an argument.`);
  }
  const keep = present === null ? '' : ' (Enter keeps the one in the file)';
  const typed = await terminal.askSecret(`SkillBoss wholesale key${keep}: `);
  const key = typed === '' ? present : requireConfig({ [KEY]: typed }).key;
  if (key === null) throw new CommandError('No key was given. To try it without one, add --sandbox.');
  return key;
}
