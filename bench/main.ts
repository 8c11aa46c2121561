// npm run bench [-- LINE …] [--save] [--smoke]: what this server costs beside the least that is possible.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Effort, Line } from './line.ts';
import { firstCall } from './lines/first-call.ts';
import { memory } from './lines/memory.ts';
import { start } from './lines/start.ts';
import { status } from './lines/status.ts';
import { tokens } from './lines/tokens.ts';
import { turns } from './lines/turns.ts';
import { circumstances, type Measured, overview, part } from './report.ts';

const LINES: Record<string, Line> = { start, memory, call: firstCall, tokens, status, turns };
const RESULTS = 'bench/RESULTS.md';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    save: { type: 'boolean', default: false },
    /** Everything once, to see that it runs: its figures mean nothing. */
    smoke: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter(name => !Object.hasOwn(LINES, name));
if (unknown.length > 0) {
  console.error(`There is no line ${unknown.join(', ')}; there are ${Object.keys(LINES).join(', ')}.`);
  process.exit(1);
}

const effort: Effort = values.smoke
  ? { rounds: 1, some: full => Math.max(1, Math.floor(full / 50)) }
  : { rounds: 15, some: full => full };
const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');

console.log(circumstances(command));
const measured: Measured[] = [];
for (const [name, line] of Object.entries(LINES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const found = { name, title: line.title, ...(await line.measure(effort)) };
  measured.push(found);
  console.log(part(found));
}
console.log(overview(measured));

if (values.save) {
  const text = ['# Results', circumstances(command), overview(measured), ...measured.map(part)];
  await writeFile(RESULTS, `${text.map(piece => piece.trim()).join('\n\n')}\n`);
}
