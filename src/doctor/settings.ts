import { distance } from 'fastest-levenshtein';
import { type Config, describeInvalid, readConfig, SETTINGS } from '../config.ts';
import { KEY } from '../hosts/host.ts';
import { HOSTS } from '../hosts/hosts.ts';
import type { Environment } from '../hosts/machine.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** What each setting that cannot be used takes, by its variable. */
export function invalidSettings(env: Environment): Map<string, string> {
  return new Map(readConfig(env).wrong.map(wrong => [wrong.name, describeInvalid(wrong)]));
}

/** The settings, those that cannot be used left out, and what is to be said of them. */
export function checkSettings(env: Environment): { checks: Check[]; config: Config; wrong: Set<string> } {
  const config = readConfig(env);
  const wrong = invalidSettings(env);
  const checks = [
    ...[...wrong].map(([name, message]) => {
      const verdict = isLenient(name) ? warn : fail;
      return verdict('settings', message, `Correct ${name}, or remove it.`);
    }),
    ...unknownSettings(env).map(({ name, meant }) =>
      warn('settings', `${name} is no setting of this server.`, adviceOn(name, meant)),
    ),
  ];
  if (checks.length === 0) {
    const set = Object.keys(SETTINGS).filter(name => env[name]?.trim());
    const message = set.length > 0 ? `${set.join(', ')}: set and usable.` : 'None is set here; every default applies.';
    checks.push(ok('settings', message));
  }
  return { checks, config, wrong: new Set(wrong.keys()) };
}

/** Whether the server runs on with the default when the value does not fit. */
const isLenient = (name: string): boolean => 'lenient' in (SETTINGS[name as keyof typeof SETTINGS] ?? {});

/** A variable that looks like a setting and is none. */
export interface UnknownSetting {
  name: string;
  /** The setting that was certainly meant: a slip of at most two letters. */
  meant: string | null;
}

/** The names that set-up itself writes are settings as well. */
const KNOWN = [...new Set([...Object.keys(SETTINGS), ...HOSTS.flatMap(({ env = {} }) => Object.keys(env))])];

/** The variables of an environment that look like settings of this server and are none. */
export function unknownSettings(env: Environment): UnknownSetting[] {
  return Object.keys(env)
    .filter(name => /^(SHOTSTACK_MCP|SKILLBOSS)_\w{1,60}$/i.test(name) && !KNOWN.includes(name))
    .map(name => ({ name, meant: KNOWN.find(known => distance(name.toUpperCase(), known) <= 2) ?? null }))
    .filter(({ name, meant }) => meant !== null || /^SHOTSTACK_MCP_|KEY/i.test(name));
}

/** What to do about such a variable. */
export function adviceOn(name: string, meant: string | null): string {
  if (meant !== null) return `Rename it to ${meant}.`;
  if (/KEY/i.test(name)) return `The key is read from ${KEY}, and a console key is refused there.`;
  return 'Remove it, or see help for the settings that there are.';
}
