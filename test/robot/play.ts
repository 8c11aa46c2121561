import { createHash } from 'node:crypto';
import { type Course, obey } from './robot.ts';
import type { Scene, Situation } from './situation.ts';
import { Stage } from './stage.ts';

/** What came of a situation. */
export interface Played extends Course {
  title: string;
  calls: number;
  tokens: number;
  submits: number;
  /** The problems that were met. */
  codes: string[];
}

/** Runs the robot in the situations of a group, one after the other; those with equal settings share a server. */
export async function playGroup(situations: readonly Situation[], onPlayed: (played: Played) => void): Promise<void> {
  const stages = new Map<string, Stage>();
  try {
    for (const situation of situations) {
      const { alone, env, sandbox, without } = situation;
      const needs = JSON.stringify(alone ? situation : { env, sandbox, without });
      const stage = stages.get(needs) ?? (await Stage.set(situation));
      stages.set(needs, stage);
      onPlayed(await play(situation, stage));
    }
  } finally {
    await Promise.all([...stages.values()].map(stage => stage.strike()));
  }
}

async function play({ title, gateway, before, restart, tool, args }: Situation, stage: Stage): Promise<Played> {
  const id = createHash('sha256').update(title).digest('hex').slice(0, 32);
  const scene: Scene = { stage, id, prompt: `Make the title red ${id}` };
  stage.direct(scene, gateway ?? {});
  await before?.(scene);
  const start = stage.tokens;
  let calls = 0;
  const codes: string[] = [];
  const course = await obey(
    async next => {
      if (restart && calls === 1) await stage.stop();
      calls++;
      const told = await stage.call(next);
      if (told.error) codes.push(told.error.code);
      return told;
    },
    { tool, args: typeof args === 'function' ? args(scene) : args },
  );
  return { ...course, title, calls, tokens: stage.tokens - start, submits: stage.submits(scene), codes };
}

/** What must come of a situation, to be compared with what came of it. */
export const wanted = ({ path, end, submits }: Situation): Pick<Played, 'path' | 'end' | 'submits'> => ({
  path,
  end,
  submits,
});
