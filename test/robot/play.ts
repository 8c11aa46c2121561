import { createHash } from 'node:crypto';
import { type Course, obey } from './robot.ts';
import { type Scene, type Situation, sharesStage } from './situation.ts';
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

/** Puts the robot before the situations of a group, one after the other; those that can share a server do. */
export async function playGroup(situations: readonly Situation[], onPlayed: (played: Played) => void): Promise<void> {
  const shared = await Stage.set();
  try {
    for (const situation of situations) {
      if (sharesStage(situation)) onPlayed(await play(situation, shared));
      else onPlayed(await playAlone(situation));
    }
  } finally {
    await shared.strike();
  }
}

async function playAlone(situation: Situation): Promise<Played> {
  const stage = await Stage.set(situation);
  try {
    return await play(situation, stage);
  } finally {
    await stage.strike();
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
