import { expect, test } from 'vitest';
import { playMatrix } from './matrix.ts';
import { isSlow, scenarioOf } from './scenario.ts';

const SEEDS = 60;

test(`nothing is submitted twice, lost, untyped, late or let out (${SEEDS} seeds; npm run faults plays more, and the slow ones)`, {
  timeout: 120_000,
}, async () => {
  const seeds: number[] = [];
  for (let seed = 1; seeds.length < SEEDS; seed++) if (!isSlow(scenarioOf(seed))) seeds.push(seed);
  const { verdicts, wrong, submits } = await playMatrix(seeds, 1);
  expect(verdicts.flatMap(({ scenario, wrong: found }) => found.map(what => `seed ${scenario.seed}: ${what}`))).toEqual(
    [],
  );
  expect(wrong).toEqual([]);
  expect(verdicts).toHaveLength(SEEDS);
  expect(submits.told).toBeGreaterThan(0);
});
