// The fault matrix: npm run faults -- [--runs N] [--from SEED] [--seed SEED]
import { parseArgs } from 'node:util';
import { type Matrix, playMatrix } from './matrix.ts';
import { TOOLS } from './scenario.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1500' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.runs) : 1;
const began = performance.now();
const matrix = await playMatrix(Array.from({ length: count }, (_, i) => first + i));
if (values.seed !== undefined) print(JSON.stringify(matrix.verdicts[0], null, 2));
report(matrix);

function report({ verdicts, wrong, requests, submits }: Matrix): void {
  const kinds = [...new Set(verdicts.map(({ scenario }) => scenario.kind))].sort();
  const width = Math.max(...kinds.map(kind => kind.length));
  const row = (cells: (string | number)[]): string =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(width) : String(cell).padStart(17))).join(' ');
  print(row(['first fault', ...TOOLS]));
  for (const kind of kinds) {
    const cells = TOOLS.map(tool => {
      const here = verdicts.filter(({ scenario }) => scenario.kind === kind && scenario.tool === tool);
      const bad = here.filter(verdict => verdict.wrong.length > 0).length;
      return bad > 0 ? `${here.length} (${bad} WRONG)` : here.length;
    });
    print(row([kind, ...cells]));
  }
  const outcomes = verdicts.flatMap(verdict => verdict.outcomes);
  const counted = [...new Set(outcomes)].map(code => [code, outcomes.filter(other => other === code).length] as const);
  counted.sort((a, b) => b[1] - a[1]);
  print(`\nanswers: ${counted.map(([code, n]) => `${code} ${n}`).join(', ')}`);
  const slowest = Math.max(...verdicts.map(({ slowestMs }) => slowestMs));
  const seconds = Math.round((performance.now() - began) / 1000);
  print(
    `${verdicts.length} seeds, ${outcomes.length} calls, ${requests} requests in ${seconds} s; the slowest call took ${(slowest / 1000).toFixed(1)} s. ` +
      `${submits.seen} submits made ${submits.done} jobs, of which ${submits.told} were told whole; ${submits.repeated} were refused and repeated.`,
  );
  const failed = verdicts.filter(verdict => verdict.wrong.length > 0);
  for (const { scenario, wrong } of failed) {
    for (const what of wrong) {
      print(`WRONG seed ${scenario.seed} (${scenario.tool}, ${scenario.faults.map(({ kind }) => kind)}): ${what}`);
    }
  }
  for (const what of new Set(wrong)) print(`WRONG ${what}`);
  const broken = failed.length + wrong.length;
  print(broken === 0 ? 'Nothing submitted twice, lost, untyped, late or let out.' : `${broken} broken promises.`);
  process.exitCode = broken === 0 ? 0 : 1;
}
