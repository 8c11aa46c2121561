import { beforeAll, describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../src/guidance/explain.ts';
import { CHAT_BUDGET, chat } from './chat.ts';
import { type Played, playGroup, wanted } from './play.ts';
import saved from './results.json' with { type: 'json' };
import { SITUATIONS } from './situations/situations.ts';

/** What came of each situation, by its title. */
const played = new Map<string, Played>();

describe('a program that only obeys next', () => {
  beforeAll(async () => {
    const groups = Object.values(SITUATIONS).values();
    // Each of these plays one group after the other, so that no more servers run at a time.
    const lane = async (): Promise<void> => {
      for (const group of groups) await playGroup(group, came => played.set(came.title, came));
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
  }, 600_000);

  for (const [group, situations] of Object.entries(SITUATIONS)) {
    it.each(situations.map(situation => [situation.title, situation] as const))(`${group}: %s`, (title, situation) =>
      expect(played.get(title)).toMatchObject(wanted(situation)),
    );
  }

  it(`has a whole chat for at most ${CHAT_BUDGET} tokens of replies`, async () => {
    const { tools, tokens } = await chat();
    expect(tools).toEqual(['validate_template', 'update_template', 'get_status']);
    expect(tokens).toBeLessThanOrEqual(CHAT_BUDGET);
  });

  it('meets every problem', () => {
    const met = [...played.values()].flatMap(({ codes }) => codes);
    expect([...new Set(met)].sort()).toEqual(Object.keys(PROBLEMS).sort());
  });

  it('has saved results of the situations that there are', () => {
    const counts = Object.fromEntries(Object.entries(saved).map(([group, { situations }]) => [group, situations]));
    expect(counts).toEqual(Object.fromEntries(Object.entries(SITUATIONS).map(([group, all]) => [group, all.length])));
  });
});
