import { type Course, obey } from './robot.ts';
import type { Situation } from './situation.ts';
import { Stage } from './stage.ts';

/** What came of a situation. */
export interface Played extends Course {
  calls: number;
  tokens: number;
  submits: number;
  /** The problems that were met. */
  codes: string[];
}

/** Puts the robot before a situation. */
export async function play(situation: Situation): Promise<Played> {
  const stage = await Stage.set(situation);
  try {
    const { tool, args, restart } = situation;
    const before = stage.tokens;
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
      { tool, args: typeof args === 'function' ? args(stage) : args },
    );
    return { ...course, calls, tokens: stage.tokens - before, submits: stage.submits(), codes };
  } finally {
    await stage.strike();
  }
}

/** Whether it ended as it had to. */
export function isRight({ path, end, submits }: Situation, played: Played): boolean {
  return played.path.join() === path.join() && played.end === end && played.submits === submits;
}
