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

export const ok = (name: string, message: string): Check => ({ name, state: 'ok', message });
export const warn = (name: string, message: string, fix?: string): Check => problem(name, 'warn', message, fix);
export const fail = (name: string, message: string, fix?: string): Check => problem(name, 'fail', message, fix);

function problem(name: string, state: State, message: string, fix: string | undefined): Check {
  return { name, state, message, ...(fix === undefined ? {} : { fix }) };
}
