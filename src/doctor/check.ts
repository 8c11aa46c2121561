/** `ok`: nothing to do; `warn`: it works, or may, but look at it; `fail`: it must be changed. */
export type State = 'ok' | 'warn' | 'fail';

/** What was found about one thing, in words of this program's own: nothing in it is copied from a file or an answer. */
export interface Check {
  name: string;
  state: State;
  message: string;
  /** What to change. */
  fix?: string;
  /** What to paste, for `fix`. */
  snippet?: string;
}

/** Environment variables by name. */
export type Environment = Record<string, string | undefined>;

/** The computer as the checks see it. */
export interface Machine {
  env: Environment;
  platform: NodeJS.Platform;
  /** The user's home folder. */
  home: string;
  /** The folder whose project files count. */
  cwd: string;
  /** The running Node, as an absolute path. */
  node: string;
  /** The running `cli.js`, as an absolute path. */
  entry: string;
}

export const ok = (name: string, message: string): Check => ({ name, state: 'ok', message });
export const warn = (name: string, message: string, fix?: string): Check => problem(name, 'warn', message, fix);
export const fail = (name: string, message: string, fix?: string): Check => problem(name, 'fail', message, fix);

function problem(name: string, state: State, message: string, fix: string | undefined): Check {
  return { name, state, message, ...(fix === undefined ? {} : { fix }) };
}
