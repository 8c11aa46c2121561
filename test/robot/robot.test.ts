import { describe, expect, it, test } from 'vitest';
import { PROBLEMS } from '../../src/guidance/problem-table.ts';
import { play } from './play.ts';
import saved from './results.json' with { type: 'json' };
import { SITUATIONS } from './situations/situations.ts';

const met = new Set<string>();

const ALL = Object.entries(SITUATIONS).flatMap(([group, situations]) =>
  situations.map(situation => ({ group, situation, title: situation.title })),
);

describe.concurrent('a program that only obeys next', () => {
  it.each(ALL)('$group: $title', async ({ situation }) => {
    const played = await play(situation);
    const { path, end, submits } = situation;
    expect({ path: played.path, end: played.end, submits: played.submits }).toEqual({ path, end, submits });
    for (const code of played.codes) met.add(code);
  });
});

test('every problem is met', () => {
  expect([...met].sort()).toEqual(Object.keys(PROBLEMS).sort());
});

test('the saved results name the situations that there are', () => {
  const counts = Object.fromEntries(Object.entries(saved).map(([group, { situations }]) => [group, situations]));
  expect(counts).toEqual(Object.fromEntries(Object.entries(SITUATIONS).map(([group, all]) => [group, all.length])));
});
