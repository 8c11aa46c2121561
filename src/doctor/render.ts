import { VERSION } from '../base/version.ts';
import type { Check, Environment, State } from './check.ts';

/** How the terminal is written to. */
export interface Style {
  /** Marks and colours; plain words without. */
  fancy: boolean;
}

const PLAIN: Record<State, string> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };
const FANCY: Record<State, string> = { ok: '\x1b[32m✔\x1b[39m', warn: '\x1b[33m▲\x1b[39m', fail: '\x1b[31m✖\x1b[39m' };

/** Whether marks and colours are welcome: on a terminal, unless NO_COLOR says otherwise. */
export function isFancy(isTerminal: boolean, env: Environment): boolean {
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** Whether nothing must be changed. */
export const isWell = (checks: readonly Check[]): boolean => checks.every(({ state }) => state !== 'fail');

/** The checks for a person. */
export function renderText(checks: readonly Check[], { fancy }: Style): string {
  const marks = fancy ? FANCY : PLAIN;
  const gap = ' '.repeat(fancy ? 2 : 5);
  const lines = checks.flatMap(({ name, state, message, fix, snippet }) => [
    `${marks[state]} ${name}: ${message}`,
    ...(fix === undefined ? [] : [`${gap}→ ${fix}`]),
    ...(snippet === undefined ? [] : ['', ...snippet.split('\n').map(line => (line ? `${gap}  ${line}` : '')), '']),
  ]);
  return [`shotstack-template-mcp ${VERSION}, doctor`, '', ...lines, '', verdict(checks), ''].join('\n');
}

/** The checks for a program. */
export const renderJson = (checks: readonly Check[]): string =>
  `${JSON.stringify({ ok: isWell(checks), checks }, null, 2)}\n`;

function verdict(checks: readonly Check[]): string {
  const count = (state: State): number => checks.filter(check => check.state === state).length;
  const things = (n: number): string => (n === 1 ? '1 thing' : `${n} things`);
  const warnings = count('warn') > 0 ? ` ${things(count('warn'))} to look at.` : '';
  return isWell(checks) ? `Nothing must be changed.${warnings}` : `${things(count('fail'))} to change.${warnings}`;
}
