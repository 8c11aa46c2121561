import { answer, failed } from '../answers.ts';
import type { Scene, Situation } from '../situation.ts';
import { SAVE } from './calls.ts';

/** The id of a job of the sandbox, which a test cannot know beforehand. */
const ids = new WeakMap<Scene['stage'], string>();

const submitted = async ({ stage }: Scene): Promise<void> => {
  const { job } = (await stage.call({ tool: 'update_template', args: { prompt: 'p' } })) as {
    job?: { request_id: string };
  };
  ids.set(stage, job?.request_id ?? '');
};
const SAVED: Pick<Situation, 'tool' | 'args'> = {
  tool: 'download_result',
  args: ({ stage }) => ({ request_id: ids.get(stage) ?? '' }),
};

/** Results to be saved. */
export const DOWNLOADS: Situation[] = [
  {
    title: 'a result is saved while its job runs',
    sandbox: true,
    before: submitted,
    ...SAVED,
    path: ['download_result'],
    end: 'done',
    submits: 0,
  },
  refused('the job failed', { gateway: { status: failed } }),
  refused('no folder is allowed', { env: { SHOTSTACK_MCP_ALLOWED_DIRS: '' } }),
  refused('the link leads to a private place', {
    gateway: { status: answer(200, { status: 'COMPLETED', result: { outputs: ['https://10.0.0.1/a.mp4'] } }) },
  }),
];

function refused(title: string, difference: Pick<Situation, 'gateway' | 'env'>): Situation {
  return { title, ...difference, ...SAVE, path: ['download_result'], end: 'ask_user', submits: 0 };
}
