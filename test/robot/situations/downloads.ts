import { answer, failed, ID } from '../answers.ts';
import type { Situation } from '../situation.ts';
import type { Stage } from '../stage.ts';

/** The id of a job of the sandbox, which a test cannot know beforehand. */
const ids = new WeakMap<Stage, string>();

const submitted = async (stage: Stage): Promise<void> => {
  const { job } = (await stage.call({ tool: 'update_template', args: { prompt: 'p' } })) as {
    job?: { request_id: string };
  };
  ids.set(stage, job?.request_id ?? '');
};
const SAVE = { tool: 'download_result', args: (stage: Stage) => ({ request_id: ids.get(stage) ?? ID }) };

/** Results to be saved. */
export const DOWNLOADS: Situation[] = [
  {
    title: 'a result is saved',
    sandbox: true,
    before: async stage => {
      await submitted(stage);
      await stage.call({ tool: 'get_status', args: { request_id: ids.get(stage), wait_seconds: 45 } });
    },
    ...SAVE,
    path: ['download_result'],
    end: 'done',
    submits: 0,
  },
  {
    title: 'a result is to be saved while its job runs',
    sandbox: true,
    before: submitted,
    ...SAVE,
    path: ['download_result'],
    end: 'done',
    submits: 0,
  },
  {
    title: 'the job failed',
    gateway: { status: failed },
    ...SAVE,
    path: ['download_result'],
    end: 'ask_user',
    submits: 0,
  },
  {
    title: 'no folder is allowed',
    env: { SHOTSTACK_MCP_ALLOWED_DIRS: '' },
    ...SAVE,
    path: ['download_result'],
    end: 'ask_user',
    submits: 0,
  },
  {
    title: 'the link leads to a private place',
    gateway: { status: answer(200, { status: 'COMPLETED', result: { outputs: ['https://10.0.0.1/a.mp4'] } }) },
    ...SAVE,
    path: ['download_result'],
    end: 'ask_user',
    submits: 0,
  },
];
