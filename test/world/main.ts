import { parseArgs } from 'node:util';
import { runWorld, SETTINGS } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
});
const only = values.seed === undefined ? undefined : Number(values.seed);
const first = only ?? Number(values.from);
const last = only ?? first + Number(values.seeds) - 1;
let failures = 0;
let jobs = 0;
let calls = 0;
const start = performance.now();
for (let seed = first; seed <= last; seed++) {
  const result = await runWorld(seed, { ...SETTINGS, hosts: 1 + (seed % 3) });
  jobs += result.jobs;
  calls += result.calls;
  if (only !== undefined) console.log(result.history.join('\n'));
  if (result.broken.length === 0) continue;
  failures++;
  console.log(`Seed ${seed} (replay it with --seed ${seed}):\n  ${result.broken.join('\n  ')}`);
  if (failures >= 20) break;
}
const seconds = (performance.now() - start) / 1000;
console.log(
  `${last - first + 1} worlds, ${calls} calls, ${jobs} jobs, ${failures} with broken promises, ${seconds.toFixed(0)} s.`,
);
process.exitCode = failures > 0 ? 1 : 0;
