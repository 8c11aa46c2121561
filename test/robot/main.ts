// npm run robot [-- --save]: puts the robot before every situation and prints what each took.
import { writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { CHAT_BUDGET, chat } from './chat.ts';
import { playGroup, wanted } from './play.ts';
import { SITUATIONS } from './situations/situations.ts';

const RESULTS = 'test/robot/results.json';
const totals: Record<string, { situations: number; calls: number; tokens: number }> = {};
let wrong = 0;

for (const [group, situations] of Object.entries(SITUATIONS)) {
  const total = { situations: situations.length, calls: 0, tokens: 0 };
  totals[group] = total;
  console.log(`\n${group}`);
  await playGroup(situations, ({ title, path, end, submits, calls, tokens }) => {
    total.calls += calls;
    total.tokens += tokens;
    const situation = situations.find(one => one.title === title);
    const right = situation !== undefined && isDeepStrictEqual({ path, end, submits }, wanted(situation));
    const figures = `${String(calls).padStart(3)} calls ${String(tokens).padStart(5)} tokens`;
    console.log(`${right ? '  ' : '✗ '}${figures}  ${title}: ${path.join(' → ')}, ${end}, ${submits} submits`);
    if (right || !situation) return;
    wrong++;
    console.log(`    wanted ${situation.path.join(' → ')}, ${situation.end}, ${situation.submits} submits`);
  });
}

const sum = (of: 'situations' | 'calls' | 'tokens'): number =>
  Object.values(totals).reduce((all, total) => all + total[of], 0);
console.log(
  `\n${sum('situations')} situations, ${sum('calls')} calls, ${sum('tokens')} tokens, ${wrong} ended wrongly`,
);
const { tools, tokens } = await chat();
console.log(`A whole chat (${tools.join(', ')}): ${tokens} tokens of replies, ${CHAT_BUDGET} at most`);
if (process.argv.includes('--save')) await writeFile(RESULTS, `${JSON.stringify(totals, null, 2)}\n`);
process.exitCode = wrong === 0 ? 0 : 1;
