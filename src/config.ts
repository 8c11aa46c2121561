import nodePath from 'node:path';
import { homeFolder } from './base/home.ts';
import { MAX_WAIT_SECONDS } from './base/limits.ts';
import { LOG_LEVELS, type LogLevel } from './base/log.ts';
import { showText, unquote } from './base/text.ts';
import { type Proxies, readProxyUrl } from './net/proxy.ts';
import {
  holdsSecret,
  isLeftEmpty,
  isPlaceholder,
  oneOf,
  type PathContext,
  readFolder,
  readFolders,
  readOrigin,
  readSwitch,
  wholeNumber,
} from './setting-values.ts';

const TEMPLATE_INPUTS = ['auto', 'nested', 'flat'] as const;
type TemplateInputs = (typeof TEMPLATE_INPUTS)[number];

/** The server's settings, checked. For one that did not fit, `wrong` names it and its default is taken. */
export interface Config {
  /** The wholesale key; null when it is not set. */
  key: string | null;
  /** Origin of the gateway, without a path or a trailing slash. */
  baseUrl: string;
  /** Layout of the definition in the gateway's `inputs`. */
  templateInputs: TemplateInputs;
  /** Shortest time between two polls of one job at the gateway, milliseconds. */
  pollIntervalMs: number;
  /** The longest that a call waits by itself, seconds. */
  maxWaitSeconds: number;
  logLevel: LogLevel;
  /** Folder of the embedded store; null for the platform's own. */
  dataDir: string | null;
  /** A PostgreSQL store in place of the embedded one; may hold a password. */
  databaseUrl: string | null;
  /** Folders that tools may read files from and save them into; absolute paths. */
  allowedDirs: string[];
  /** Most submits in an hour over the whole store; 0 for no limit. */
  maxSubmitsPerHour: number;
  /** Serves against the sandbox: no key, no network, nothing billed. */
  sandbox: boolean;
  proxies: Proxies;
  /** The user's home folder; null when none is known (a container's random user id). */
  home: string | null;
  /** Settings that do not fit: as long as there is one that counts (`blockingSetting`), no call is carried out. */
  wrong: InvalidSetting[];
}

/** A setting that cannot be used. */
export interface InvalidSetting {
  name: Name;
  /** What it holds, unless that is a secret. */
  value?: string;
  /** What it takes. */
  expected: string;
  /** It holds a placeholder that the host did not fill in. */
  placeholder?: true;
}

/** A setting that cannot be used, for a command that a person runs; its message is one line and never holds a secret. */
export class SettingError extends Error {}

interface Setting<T> {
  fallback: string | null;
  meaning: string;
  expected: string;
  /** Its value is never shown. */
  secret?: true;
  /** Without effect in the sandbox, where it may hold anything. */
  live?: true;
  /** The default replaces a value that does not fit. */
  lenient?: true;
  /** The value, or undefined when the text does not fit. */
  read(text: string, machine: PathContext): T | undefined;
}

const setting = <T>(row: Setting<T>): Setting<T> => row;

/** Every setting: its variable, its default and its meaning (the table in `docs/reference.md` is made from this). */
export const SETTINGS = {
  SKILLBOSS_WHOLESALE_KEY: setting({
    fallback: null,
    meaning: 'The wholesale key. Without it the server starts and lists its tools; a call that needs it says so.',
    expected: 'the key alone, without spaces or line breaks, at most 1024 characters',
    secret: true,
    live: true,
    read: text => /^(?:(?:authorization:\s*)?bearer\s+)?([\x21-\x7e]{1,1024})$/i.exec(text)?.[1],
  }),
  SKILLBOSS_BASE_URL: setting({
    fallback: 'https://api.skillboss.co',
    meaning: 'Origin of the gateway: https, or http on loopback.',
    expected: 'an origin such as https://api.skillboss.co (https, or http on loopback; no path, no user name)',
    live: true,
    read: readOrigin,
  }),
  SHOTSTACK_MCP_DATA_DIR: setting({
    fallback: null,
    meaning:
      'Folder of the job store; by default the platform’s data folder, on Windows `.shotstack-template-mcp` in the user’s home.',
    expected: 'an absolute path',
    live: true,
    read: readFolder,
  }),
  SHOTSTACK_MCP_DATABASE_URL: setting({
    fallback: null,
    meaning: '`postgres://…`: a store shared by a fleet in place of the embedded one.',
    expected: 'a URL such as postgres://user@host:5432/database',
    secret: true,
    live: true,
    read: text => (/^postgres(ql)?:$/.test(parseDatabaseUrl(text)?.protocol ?? '') ? text : undefined),
  }),
  SHOTSTACK_MCP_ALLOWED_DIRS: setting({
    fallback: null,
    meaning:
      'Folders from which tools may read files and into which they may save, as absolute paths, separated as in PATH; by default none.',
    expected: `absolute paths of folders, separated by "${nodePath.delimiter}"`,
    read: readFolders,
  }),
  SHOTSTACK_MCP_TEMPLATE_INPUTS: setting({
    fallback: 'auto',
    meaning:
      '`nested` sends the definition as `inputs.template`; `flat` as `inputs.timeline`, `inputs.output` and its other keys; `auto` sends `nested`, and `flat` where the gateway asks for that.',
    expected: TEMPLATE_INPUTS.join(', '),
    read: text => oneOf(TEMPLATE_INPUTS, text),
  }),
  SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: setting({
    fallback: '60',
    meaning: 'Spend guard: so many submits an hour over the whole store, whatever process sends them; `0` lifts it.',
    expected: 'a whole number from 0 to 1000000',
    read: text => wholeNumber(text, 0, 1_000_000),
  }),
  SHOTSTACK_MCP_POLL_SECONDS: setting({
    fallback: '5',
    meaning: 'The gateway is asked about one job at most this often.',
    expected: 'a number from 0.05 to 60',
    read: text => {
      const seconds = /^\d*\.?\d+$/.test(text) ? Number(text) : 0;
      return seconds >= 0.05 && seconds <= 60 ? seconds * 1000 : undefined;
    },
  }),
  SHOTSTACK_MCP_MAX_WAIT_SECONDS: setting({
    fallback: String(MAX_WAIT_SECONDS),
    meaning: 'The longest that a call waits by itself: for hosts that end a call sooner than after a minute.',
    expected: `a whole number from 1 to ${MAX_WAIT_SECONDS}`,
    read: text => wholeNumber(text, 1, MAX_WAIT_SECONDS),
  }),
  SHOTSTACK_MCP_SANDBOX: setting({
    fallback: 'false',
    meaning: '`true` does the same as `--sandbox`, for hosts that set no arguments.',
    expected: 'true or false',
    read: readSwitch,
  }),
  SHOTSTACK_MCP_LOG_LEVEL: setting({
    fallback: 'info',
    meaning: '`error`, `warn`, `info` or `debug`; JSON lines on stderr.',
    expected: LOG_LEVELS.join(', '),
    lenient: true,
    read: text => oneOf(LOG_LEVELS, text),
  }),
  HTTPS_PROXY: setting({
    fallback: null,
    meaning: 'An HTTP proxy for the gateway and for downloads; never for loopback, nor for hosts in `NO_PROXY`.',
    expected: 'the URL of an HTTP proxy, such as http://proxy.example.com:8080 (a SOCKS proxy cannot be used)',
    secret: true,
    live: true,
    read: readProxyUrl,
  }),
};

type Environment = Readonly<Record<string, string | undefined>>;
type Name = keyof typeof SETTINGS;
type Value<N extends Name> = Exclude<ReturnType<(typeof SETTINGS)[N]['read']>, undefined>;

/**
 * Reads the settings from an environment. Empty values count as unset, and so does an option of an MCPB bundle that its
 * user left empty. A value that does not fit throws nothing: `wrong` names it, and the default is taken.
 *
 * @param folders allowed beside those of the environment: hosts that let their users pick several folders can hand
 * these over as arguments only
 * @param machine left out except in tests
 */
export function readConfig(
  env: Environment,
  folders: readonly string[] = [],
  machine: PathContext = { path: nodePath, home: homeFolder() },
): Config {
  const wrong: InvalidSetting[] = [];
  const refuse = (name: Name, text: string): void => {
    const { expected, secret } = SETTINGS[name];
    const placeholder = isPlaceholder(text);
    const value = secret || holdsSecret(text) ? {} : { value: showText(text, LONGEST_SHOWN) };
    wrong.push({ name, ...value, expected, ...(placeholder ? { placeholder } : {}) });
  };
  function optional<N extends Name>(name: N): Value<N> | null {
    const { read, fallback } = SETTINGS[name];
    const text = textOf(env, name);
    const value = text === '' || isPlaceholder(text) ? undefined : read(text, machine);
    if (text !== '' && value === undefined) refuse(name, text);
    const chosen = value ?? (fallback === null ? undefined : read(fallback, machine));
    return (chosen ?? null) as Value<N> | null;
  }
  function required<N extends Name>(name: N): Value<N> {
    const value = optional(name);
    if (value === null) throw new Error(`${name} has no default.`);
    return value;
  }
  const more = folders.map(unquote).filter(text => text !== '' && !isLeftEmpty(text));
  const taken = more.map(text => (isPlaceholder(text) ? undefined : readFolder(text, machine)));
  for (const [i, text] of more.entries()) if (taken[i] === undefined) refuse('SHOTSTACK_MCP_ALLOWED_DIRS', text);
  return {
    key: optional('SKILLBOSS_WHOLESALE_KEY'),
    baseUrl: required('SKILLBOSS_BASE_URL'),
    templateInputs: required('SHOTSTACK_MCP_TEMPLATE_INPUTS'),
    pollIntervalMs: required('SHOTSTACK_MCP_POLL_SECONDS'),
    maxWaitSeconds: required('SHOTSTACK_MCP_MAX_WAIT_SECONDS'),
    logLevel: required('SHOTSTACK_MCP_LOG_LEVEL'),
    dataDir: optional('SHOTSTACK_MCP_DATA_DIR'),
    databaseUrl: optional('SHOTSTACK_MCP_DATABASE_URL'),
    allowedDirs: [...(optional('SHOTSTACK_MCP_ALLOWED_DIRS') ?? []), ...taken.filter(folder => folder !== undefined)],
    maxSubmitsPerHour: required('SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR'),
    sandbox: required('SHOTSTACK_MCP_SANDBOX'),
    proxies: {
      https: optional('HTTPS_PROXY'),
      bypass: env.no_proxy || env.NO_PROXY || '',
      other: ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].some(name => (env[name] ?? '') !== ''),
    },
    home: machine.home,
    wrong,
  };
}

/** As `readConfig`, for a command that a person runs. @throws SettingError naming the first setting that does not fit */
export function requireConfig(env: Environment, folders: readonly string[] = []): Config {
  const config = readConfig(env, folders);
  const [first] = config.wrong;
  if (first) throw new SettingError(describeInvalid(first));
  return config;
}

/** One line for a person on a setting that cannot be used. */
export function describeInvalid({ name, value, expected, placeholder }: InvalidSetting): string {
  const given = value === undefined ? '' : ` (${value})`;
  const why = placeholder ? ' It holds a placeholder that the host did not fill in.' : '';
  return `${name}${given} cannot be used: expected ${expected}.${why}`;
}

/** The setting for which no call can be carried out; undefined when there is none. */
export function blockingSetting({ wrong }: Config, sandbox: boolean): InvalidSetting | undefined {
  return wrong.find(({ name, placeholder }) => {
    const { lenient, live }: Setting<unknown> = SETTINGS[name];
    return !lenient && !(live && sandbox) && !(name === 'SKILLBOSS_WHOLESALE_KEY' && placeholder);
  });
}

/** Texts that must not leave this process: the key, and passwords inside URLs. */
export function secretsOf({ key, databaseUrl, proxies }: Config): string[] {
  const urls = [databaseUrl, proxies.https].map(url => parseDatabaseUrl(url ?? ''));
  const passwords = urls
    .flatMap(url => [url?.password ?? '', url?.searchParams.get('password') ?? ''])
    .flatMap(spelled => [spelled, decodeUrl(spelled)]);
  return [...new Set([...(key === null ? [] : [key]), ...passwords.filter(({ length }) => length >= SHORTEST_SECRET)])];
}

/** A database that listens on a socket has a user and no host: `postgres://user:password@/database?host=/folder`. */
function parseDatabaseUrl(text: string): URL | undefined {
  const url = [text, text.replace('@/', '@socket/')].find(one => URL.canParse(one));
  return url === undefined ? undefined : new URL(url);
}

/** Shorter passwords are parts of ordinary words. */
const SHORTEST_SECRET = 6;
const LONGEST_SHOWN = 100;

/** A setting’s text as it was meant: trimmed, without quotes, and without its own name before it. Empty when unset. */
function textOf(env: Environment, name: Name): string {
  const given = (name === 'HTTPS_PROXY' && env.https_proxy) || env[name];
  const text = unquote(unquote(given ?? '').replace(new RegExp(`^(export\\s+)?${name}\\s*=`), ''));
  return isLeftEmpty(text) ? '' : text;
}

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
