import { delimiter, isAbsolute } from 'node:path';
import { LOG_LEVELS, type LogLevel } from './base/log.ts';

export const TEMPLATE_INPUTS = ['nested', 'flat'] as const;
export type TemplateInputs = (typeof TEMPLATE_INPUTS)[number];

/** The server's settings, checked. */
export interface Config {
  /** The wholesale key; null when it is not set. */
  key: string | null;
  /** Origin of the gateway, without a path or a trailing slash. */
  baseUrl: string;
  /** Where the definition stands in the gateway's `inputs`. */
  templateInputs: TemplateInputs;
  /** Shortest time between two looks at one job at the gateway, milliseconds. */
  pollMs: number;
  logLevel: LogLevel;
  /** Folder of the embedded store; null for the platform's own. */
  dataDir: string | null;
  /** A PostgreSQL store in place of the embedded one; may hold a password. */
  databaseUrl: string | null;
  /** Folders that tools may read files from and save them into; absolute paths. */
  allowedDirs: string[];
  /** Most submits in an hour over the whole store; 0 for no limit. */
  maxSubmitsPerHour: number;
  /** Serves against the embedded gateway: no key, no network, nothing billed. */
  sandbox: boolean;
}

/** A setting that cannot be used; its message is one line for a person and never holds a key. */
export class SettingError extends Error {}

interface Setting<T> {
  fallback: string | null;
  meaning: string;
  /** Hosts store it safely and never show it. */
  secret?: true;
  /** Turns the text into the value, or throws a SettingError that says what is expected. */
  read(text: string): T;
}

const setting = <T>(row: Setting<T>): Setting<T> => row;

/** Every setting: its variable, its default and its meaning (the README's table is made from this). */
export const SETTINGS = {
  SKILLBOSS_WHOLESALE_KEY: setting({
    fallback: null,
    meaning: 'The wholesale key. Without it the server starts and lists its tools; a call that needs it says so.',
    secret: true,
    read: text => {
      if (!/^[\x21-\x7e]+$/.test(text)) throw new SettingError('the key alone, without spaces or line breaks');
      return text;
    },
  }),
  SKILLBOSS_BASE_URL: setting({
    fallback: 'https://api.skillboss.co',
    meaning: 'Origin of the gateway: https, or http on loopback.',
    read: readOrigin,
  }),
  SHOTSTACK_MCP_DATA_DIR: setting({
    fallback: null,
    meaning: 'Folder of the job store; by default the platform’s folder for application data.',
    read: text => {
      if (!isAbsolute(text)) throw new SettingError('an absolute path');
      return text;
    },
  }),
  SHOTSTACK_MCP_DATABASE_URL: setting({
    fallback: null,
    meaning: '`postgres://…`: a store shared by a fleet in place of the embedded one.',
    secret: true,
    read: text => {
      if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
      throw new SettingError('a URL such as postgres://user@host:5432/database');
    },
  }),
  SHOTSTACK_MCP_ALLOWED_DIRS: setting({
    fallback: null,
    meaning:
      'Folders from which tools may read files and into which they may save, as absolute paths, separated as in PATH; by default none.',
    read: readFolders,
  }),
  SHOTSTACK_MCP_TEMPLATE_INPUTS: setting({
    fallback: 'nested',
    meaning:
      '`nested` sends the definition as `inputs.template`; `flat` as `inputs.timeline`, `inputs.output` and its other keys.',
    read: text => oneOf(TEMPLATE_INPUTS, text),
  }),
  SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: setting({
    fallback: '60',
    meaning: 'Spend guard: so many submits an hour with one key, whatever process sends them; `0` lifts it.',
    read: text => Math.floor(number(text, 0, 1_000_000)),
  }),
  SHOTSTACK_MCP_POLL_SECONDS: setting({
    fallback: '5',
    meaning: 'The gateway is asked about one job at most this often.',
    read: text => number(text, 0.05, 60) * 1000,
  }),
  SHOTSTACK_MCP_SANDBOX: setting({
    fallback: 'false',
    meaning: '`true` does the same as `--sandbox`, for hosts that set no arguments.',
    read: text => oneOf(['true', 'false'], text) === 'true',
  }),
  SHOTSTACK_MCP_LOG_LEVEL: setting({
    fallback: 'info',
    meaning: '`error`, `warn`, `info` or `debug`; JSON lines on stderr.',
    read: text => oneOf(LOG_LEVELS, text),
  }),
};

type Name = keyof typeof SETTINGS;

/**
 * Reads the settings from an environment. Empty values count as unset, as does a placeholder that a host left
 * unfilled (`${…}`).
 *
 * @param folders allowed beside those of the environment: hosts that let their users pick several folders can hand
 * these over as arguments only
 * @throws SettingError naming the variable and what it takes.
 */
export function readConfig(env: Record<string, string | undefined>, folders: readonly string[] = []): Config {
  return {
    key: value(env, 'SKILLBOSS_WHOLESALE_KEY'),
    baseUrl: required(env, 'SKILLBOSS_BASE_URL'),
    templateInputs: required(env, 'SHOTSTACK_MCP_TEMPLATE_INPUTS'),
    pollMs: required(env, 'SHOTSTACK_MCP_POLL_SECONDS'),
    logLevel: required(env, 'SHOTSTACK_MCP_LOG_LEVEL'),
    dataDir: value(env, 'SHOTSTACK_MCP_DATA_DIR'),
    databaseUrl: value(env, 'SHOTSTACK_MCP_DATABASE_URL'),
    allowedDirs: [...(value(env, 'SHOTSTACK_MCP_ALLOWED_DIRS') ?? []), ...folders.filter(isGiven).map(readFolder)],
    maxSubmitsPerHour: required(env, 'SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR'),
    sandbox: required(env, 'SHOTSTACK_MCP_SANDBOX'),
  };
}

/** Whether a host left a placeholder where a value belongs. */
export const isPlaceholder = (text: string): boolean => /^\s*\$\{.*\}\s*$/.test(text);

const isGiven = (text: string): boolean => text.trim() !== '' && !isPlaceholder(text);

function readFolder(text: string): string {
  if (!isAbsolute(text)) throw new SettingError('serve takes absolute paths of folders.');
  return text;
}

type Value<N extends Name> = ReturnType<(typeof SETTINGS)[N]['read']>;

function value<N extends Name>(env: Record<string, string | undefined>, name: N): Value<N> | null {
  const given = env[name]?.trim() ?? '';
  const { fallback, read } = SETTINGS[name];
  const text = isGiven(given) ? given : fallback;
  if (text === null) return null;
  try {
    return read(text) as Value<N>;
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new SettingError(`${name} cannot be used: expected ${error.message}.`);
  }
}

function required<N extends Name>(env: Record<string, string | undefined>, name: N): Value<N> {
  const read = value(env, name);
  if (read === null) throw new SettingError(`${name} must be set.`);
  return read;
}

function readOrigin(text: string): string {
  const expected = 'an origin such as https://api.skillboss.co (https, or http on loopback; no path, no user name)';
  if (!URL.canParse(text)) throw new SettingError(expected);
  const url = new URL(text);
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && loopback);
  if (!secure || url.username || url.password || url.pathname !== '/' || url.search || url.hash)
    throw new SettingError(expected);
  return url.origin;
}

function readFolders(text: string): string[] {
  const folders = text
    .split(delimiter)
    .map(folder => folder.trim())
    .filter(folder => folder !== '');
  if (folders.every(folder => isAbsolute(folder))) return folders;
  throw new SettingError(`absolute paths of folders, separated by "${delimiter}"`);
}

function oneOf<T extends string>(allowed: readonly T[], text: string): T {
  const found = allowed.find(word => word === text);
  if (!found) throw new SettingError(`one of ${allowed.join(', ')}`);
  return found;
}

function number(text: string, least: number, most: number): number {
  const read = Number(text);
  if (!(read >= least && read <= most)) throw new SettingError(`a number from ${least} to ${most}`);
  return read;
}
