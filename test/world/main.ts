import { parseArgs } from 'node:util';
import { runWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    /** Replays one world and prints what happened in it. */
    seed: { type: 'string' },
  },
});
const only = values.seed === undefined ? undefined : Number(values.seed);
const first = only ?? Number(values.from);
const last = only ?? first + Number(values.seeds) - 1;
let failures = 0;
let jobs = 0;
let calls = 0;
for (let seed = first; seed <= last && failures < 20; seed++) {
  const result = await runWorld(seed);
  jobs += result.jobs;
  calls += result.calls;
  if (only !== undefined) say(result.history.join('\n'));
  if (result.broken.length === 0) continue;
  failures++;
  say(`Seed ${seed} (npm run world -- --seed ${seed}):\n  ${result.broken.join('\n  ')}`);
}
say(`Seeds ${first} to ${last}: ${calls} calls, ${jobs} jobs, ${failures} worlds with broken promises.`);
process.exitCode = failures > 0 ? 1 : 0;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
