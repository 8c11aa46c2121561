import type { JsonObject } from '../base/json.ts';
import type { Format } from './formats.ts';

/** The package's name, and the command's. */
export const PACKAGE = 'shotstack-template-mcp';
/** The name under which hosts know this server. */
export const SERVER_NAME = 'shotstack-template';
/** The variable that holds the wholesale key. */
export const KEY = 'SKILLBOSS_WHOLESALE_KEY';
/** In a snippet, the text that a person replaces by the key. */
export const KEY_PLACEHOLDER = 'your wholesale key';

/** The platforms that hosts run on. */
export const PLATFORMS = ['darwin', 'win32', 'linux'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Paths as the table writes them: `~`, `%APPDATA%` and `%LOCALAPPDATA%` are folders, `*` is any part of a name. */
export type Paths = Record<Platform, string | null>;

/**
 * How a settings file refers to a variable of the host's environment: `${X}` (with `${X:-}` for an unset one), `$X`,
 * `${env:X}`, `{env:X}`, a list of names to hand down, or a question that the host asks (`${input:…}`).
 */
export type Reference = 'shell' | 'dollar' | 'env' | 'brace' | 'env_vars' | 'input';

/** A program that starts this server. Each fact was read in one of `sources` on the day of `checked`. */
export interface Host {
  /** Its name as `setup` takes it. */
  id: string;
  name: string;
  /** Other names that people use for it. */
  aliases?: readonly string[];
  /** Its settings of one user; null where it does not run. */
  file: Paths;
  /** Further names of that file, in the same folder. */
  otherNames?: readonly string[];
  /** The settings of an older version, which it read until something happened: used where only that one is installed. */
  former?: { file: Paths; until: string };
  /** Folders and files that show that it is installed; left out, the folder of `file`. */
  signs?: readonly string[];
  /** Its settings of one project, seen from the project's folder; the first is written when none is there. */
  projectFiles?: readonly string[];
  /** A project's settings count only in a folder that the user has declared trusted. */
  projectNeedsTrust?: true;
  /** Its project file is another host's as well, and does not show that this one is installed. */
  sharesProjectFile?: true;
  /** Variables that move a folder of its settings. */
  moved?: readonly { variable: string; replaces: string; only?: Platform }[];
  format: Format;
  /** A byte order mark makes the file unreadable to it. */
  rejectsBom?: true;
  /** Where the map of servers is in its settings. */
  serversAt: readonly string[];
  /** Where it is in the files of a newer version. */
  newerAt?: readonly string[];
  /** Maps of servers elsewhere in its settings, which are read as well. */
  alsoAt?(document: JsonObject): (readonly string[])[];
  /** Fields that its entries have besides command, args and env. */
  fields?: JsonObject;
  /** The command and its arguments are one list, and `env` is called `environment`. */
  commandList?: true;
  /** Settings of this server that its entries need. */
  env?: Readonly<Record<string, string>>;
  /** How an entry takes the key from a variable; left out where no way is known. */
  reference?: Reference;
  /** The project's folder as it is written in its project file; left out, paths are relative to it. */
  projectFolder?: string;
  /** Which variables of its own environment a server gets: all, none that is named like a key, or a short list. */
  inherits: 'all' | 'no_keys' | 'few';
  /** It looks for programs without the PATH of a terminal. */
  noPath?: true;
  callLimit: CallLimit;
  /** What the user does and sees after a set-up. */
  afterwards: string;
  sources: readonly string[];
  /** ISO date. */
  checked: string;
}

/** How long a host waits for a tool's answer. */
interface CallLimit {
  /** What it is unless it is changed; null where that is not known. */
  seconds: number | null;
  /** The field of an entry that sets it, how many seconds one in it is, and below which value it is ignored. */
  field?: { name: string; unit: number; ignoredBelow?: number };
}

/** How a host starts this server. */
export interface Launch {
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Variables of the host's own environment that the server is to get (Codex's `env_vars`). */
  handDown?: readonly string[];
}
