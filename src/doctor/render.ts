import { VERSION } from '../base/version.ts';
import { wrap } from '../command-line/wrap.ts';
import type { Check, State } from './check.ts';

const MARKS: Record<State, string> = { ok: 'ok   ', warn: 'warn ', fail: 'FAIL ' };
const GAP = ' '.repeat(5);

/** Whether nothing must be changed. */
export const isWell = (checks: readonly Check[]): boolean => checks.every(({ state }) => state !== 'fail');

/** The checks for a person: what fails comes last, and the last line is the first thing to do. */
export function renderText(checks: readonly Check[]): string {
  const of = (state: State): Check[] => checks.filter(check => check.state === state);
  const ordered = [...of('ok'), ...of('warn'), ...of('fail')];
  const lines = ordered.flatMap(({ name, state, message, fix, snippet }) => [
    ...wrap(`${name}: ${message}`, GAP, MARKS[state]),
    ...(fix === undefined ? [] : wrap(fix, `${GAP}  `, `${GAP}→ `)),
    ...(snippet === undefined ? [] : ['', ...snippet.split('\n').map(line => (line ? `${GAP}  ${line}` : '')), '']),
  ]);
  return [`shotstack-template-mcp ${VERSION}, doctor`, '', ...lines, '', ...verdict(of('fail'), of('warn')), ''].join(
    '\n',
  );
}

/** The checks for a program. */
export const renderJson = (checks: readonly Check[]): string =>
  `${JSON.stringify({ ok: isWell(checks), checks }, null, 2)}\n`;

function verdict(failures: readonly Check[], warnings: readonly Check[]): string[] {
  const things = (n: number): string => (n === 1 ? '1 thing' : `${n} things`);
  const looks = warnings.length > 0 ? ` ${things(warnings.length)} to look at.` : '';
  const [first] = failures;
  if (!first) return wrap(`Nothing must be changed.${looks}`);
  return [
    ...wrap(`${things(failures.length)} to change.${looks}`),
    ...wrap(`First, ${first.name}: ${first.message}`),
    ...(first.fix === undefined ? [] : wrap(first.fix, '  ', '→ ')),
  ];
}
