// npm run robot [-- --save]: puts the robot before every situation and prints what each took.
import { writeFile } from 'node:fs/promises';
import { isRight, play } from './play.ts';
import { SITUATIONS } from './situations/situations.ts';

const RESULTS = 'test/robot/results.json';
const totals: Record<string, { situations: number; calls: number; tokens: number }> = {};
let wrong = 0;

for (const [group, situations] of Object.entries(SITUATIONS)) {
  const total = { situations: situations.length, calls: 0, tokens: 0 };
  totals[group] = total;
  console.log(`\n${group}`);
  for (const situation of situations) {
    const played = await play(situation);
    total.calls += played.calls;
    total.tokens += played.tokens;
    const right = isRight(situation, played);
    if (!right) wrong++;
    const figures = `${String(played.calls).padStart(3)} calls ${String(played.tokens).padStart(5)} tokens`;
    console.log(`${right ? '  ' : '✗ '}${figures}  ${situation.title}: ${played.path.join(' → ')}, ${played.end}`);
    if (!right) {
      console.log(
        `    wanted ${situation.path.join(' → ')}, ${situation.end}; submits ${played.submits}/${situation.submits}`,
      );
    }
  }
}

const sum = (of: 'situations' | 'calls' | 'tokens'): number =>
  Object.values(totals).reduce((all, total) => all + total[of], 0);
console.log(
  `\n${sum('situations')} situations, ${sum('calls')} calls, ${sum('tokens')} tokens, ${wrong} ended wrongly`,
);
if (process.argv.includes('--save')) await writeFile(RESULTS, `${JSON.stringify(totals, null, 2)}\n`);
process.exitCode = wrong === 0 ? 0 : 1;
