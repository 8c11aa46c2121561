import { didYouMean } from '../base/did-you-mean.ts';
import { type Config, isPlaceholder, readConfig, SETTINGS, SettingError } from '../config.ts';
import { type Check, type Environment, fail, ok, warn } from './check.ts';

/** What each setting that cannot be used takes, by its variable. */
export function wrongSettings(env: Environment): Map<string, string> {
  const wrong = new Map<string, string>();
  for (const name of Object.keys(SETTINGS)) {
    try {
      readConfig({ [name]: env[name] });
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      wrong.set(name, error.message);
    }
  }
  return wrong;
}

/** The settings with those that cannot be used left out, and what is to be said of them. */
export function checkSettings(env: Environment): { checks: Check[]; config: Config; wrong: Set<string> } {
  const wrong = wrongSettings(env);
  const config = readConfig(Object.fromEntries(Object.entries(env).filter(([name]) => !wrong.has(name))));
  const checks = [
    ...[...wrong].map(([name, message]) => fail('settings', message, `Correct ${name}, or remove it.`)),
    ...Object.keys(SETTINGS)
      .filter(name => isPlaceholder(env[name] ?? ''))
      .map(name => warn('settings', `${name} holds a placeholder that was not filled in, and counts as not set.`)),
    ...Object.keys(env).flatMap(unknownSetting),
  ];
  const unusable = new Set(wrong.keys());
  if (checks.length > 0) return { checks, config, wrong: unusable };
  const set = Object.keys(SETTINGS).filter(name => env[name]?.trim());
  const message = set.length > 0 ? `${set.join(', ')}: set and usable.` : 'None is set; every default applies.';
  return { checks: [ok('settings', message)], config, wrong: unusable };
}

function unknownSetting(name: string): Check[] {
  if (!/^(SHOTSTACK_MCP|SKILLBOSS)_\w{1,60}$/.test(name) || name in SETTINGS) return [];
  const meant = didYouMean(name, Object.keys(SETTINGS));
  if (meant) return [warn('settings', `${name} is no setting of this server.`, `Rename it to ${meant}.`)];
  return name.startsWith('SHOTSTACK_MCP_') ? [warn('settings', `${name} is no setting of this server.`)] : [];
}
