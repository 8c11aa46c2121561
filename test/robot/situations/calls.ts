import type { RobotCall } from '../robot.ts';
import type { Scene, Situation } from '../situation.ts';

type Made = Pick<Situation, 'tool' | 'args'>;

export const UPDATE: Made = { tool: 'update_template', args: ({ prompt }) => ({ prompt }) };
export const FOLLOW: Made = { tool: 'get_status', args: ({ id }) => ({ request_id: id }) };
export const CANCEL: Made = { tool: 'cancel_job', args: ({ id }) => ({ request_id: id }) };
export const SAVE: Made = { tool: 'download_result', args: ({ id }) => ({ request_id: id }) };
export const LIST: Made = { tool: 'list_jobs', args: {} };

/** Makes these calls before the robot starts, whatever their replies are. */
export const after =
  (...calls: Made[]): NonNullable<Situation['before']> =>
  async scene => {
    for (const { tool, args } of calls) await scene.stage.call(callOf(tool, args, scene));
  };

const callOf = (tool: string, args: Made['args'], scene: Scene): RobotCall => ({
  tool,
  args: typeof args === 'function' ? args(scene) : args,
});
