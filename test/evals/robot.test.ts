import { describe, expect, it, test } from 'vitest';
import { play } from '../../evals/play.ts';
import saved from '../../evals/results.json' with { type: 'json' };
import { SITUATIONS } from '../../evals/situations/catalogue.ts';
import { PROBLEMS } from '../../src/guidance/problem-table.ts';

const met = new Set<string>();
const took: Record<string, { calls: number; tokens: number }> = {};

const ALL = Object.entries(SITUATIONS).flatMap(([group, situations]) =>
  situations.map(situation => ({ group, situation, title: situation.title })),
);

describe.concurrent('a program that only obeys next', () => {
  it.each(ALL)('$group: $title', async ({ group, situation }) => {
    const played = await play(situation);
    const { path, end, submits } = situation;
    expect({ path: played.path, end: played.end, submits: played.submits }).toEqual({ path, end, submits });
    for (const code of played.codes) met.add(code);
    const { calls, tokens } = took[group] ?? { calls: 0, tokens: 0 };
    took[group] = { calls: calls + played.calls, tokens: tokens + played.tokens };
  });
});

test('every problem is met', () => {
  expect([...met].sort()).toEqual(Object.keys(PROBLEMS).sort());
});

test('the saved results, which docs/guidance.md shows, are what they take', () => {
  expect(Object.keys(saved)).toEqual(Object.keys(SITUATIONS));
  for (const [group, { situations, calls, tokens: told }] of Object.entries(saved)) {
    expect([situations, calls], group).toEqual([SITUATIONS[group]?.length, took[group]?.calls]);
    // Ids and times differ from run to run.
    expect((took[group]?.tokens ?? 0) / told, group).toBeGreaterThan(0.95);
    expect((took[group]?.tokens ?? 0) / told, group).toBeLessThan(1.05);
  }
});
