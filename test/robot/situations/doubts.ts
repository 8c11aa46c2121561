import { SUBMITTING_MS } from '../../../src/base/limits.ts';
import {
  answer,
  complete,
  cutShort,
  dropped,
  inTurn,
  page,
  queued,
  silent,
  taken,
  unknownJob,
  withId,
} from '../answers.ts';
import type { Scene, Situation } from '../situation.ts';
import { after, LIST, UPDATE } from './calls.ts';

const ASKED = ['update_template', 'list_jobs'];
const LIFTED: Pick<Situation, 'tool' | 'args'> = {
  tool: 'update_template',
  args: ({ prompt }) => ({ prompt, allow: ['duplicate'] }),
};

/** Submits whose answer is lost or comes from something in between, restarts, and calls that are made twice. */
export const DOUBTS: Situation[] = [
  doubted('the connection drops before the answer', dropped),
  ...[502, 503, 500, 504].map(status => doubted(`a proxy answers the submit (${status})`, page(status))),
  doubted('an API gateway answers the submit (503)', answer(503, { message: 'Service Unavailable' })),
  doubted('the submit is answered with 303', answer(303, {}, { location: '/elsewhere' })),
  doubted('a login page answers the submit (200)', page(200)),
  doubted('an error has a trace id (500)', answer(500, {}, { 'x-request-id': 'trace-1' }), unknownJob),
  doubted('the answer names no job', answer(202, { fine: true })),
  found('an error names an id that is a job (500)', withId(500)),
  found('the answer is cut short, and its headers name the job', cutShort),
  {
    ...doubted('the same update again after the connection dropped', dropped),
    before: after(UPDATE),
  },
  {
    ...doubted('the same update again a day after the connection dropped', dropped),
    alone: true,
    before: async scene => {
      await after(UPDATE)(scene);
      scene.stage.age(25 * 3_600_000);
    },
    path: ['update_template'],
  },
  {
    ...doubted('the list shows a doubt', dropped),
    before: after(UPDATE),
    ...LIST,
    path: ['list_jobs'],
  },
  {
    ...doubted('the server was killed while it submitted', silent),
    alone: true,
    before: killedWhileSubmitting,
    path: ['update_template', 'list_jobs'],
  },
  lifted('the user lets an update in doubt be sent again', [UPDATE], LIFTED, ['update_template', 'get_status']),
  lifted('the lifted update is made again', [UPDATE, LIFTED], LIFTED, ['update_template']),
  { ...lifted('the list after a doubt was lifted', [UPDATE, LIFTED], LIST, ['list_jobs']), alone: true },
];

/** Answers that are synchronous, restarts, and calls that are made twice. */
export const SURVIVING: Situation[] = [
  {
    title: 'the gateway answers with the result at once (200)',
    gateway: { submit: answer(200, { outputs: ['https://cdn.example.com/a.mp4'] }) },
    ...UPDATE,
    path: ['update_template'],
    end: 'done',
    submits: 1,
  },
  again('the same update is made twice', after(UPDATE)),
  {
    ...again('the same update is made again by another server', async scene => {
      await after(UPDATE)(scene);
      await scene.stage.stop();
    }),
  },
  { ...again('the server is started anew half way', async () => {}), restart: true },
  {
    title: 'the id is lost after a restart',
    before: async scene => {
      await after(UPDATE)(scene);
      await scene.stage.stop();
    },
    ...LIST,
    path: ['list_jobs'],
    end: 'done',
    submits: 1,
  },
];

function doubted(title: string, submit: Handler, status = complete): Situation {
  return { title, gateway: { submit, status }, ...UPDATE, path: ASKED, end: 'ask_user', submits: 1 };
}

/** The job shows itself when the gateway is asked about the id. */
function found(title: string, submit: Handler): Situation {
  const gateway = { submit, status: inTurn(queued, complete) };
  return { title, gateway, ...UPDATE, path: ['update_template', 'get_status'], end: 'done', submits: 1 };
}

function lifted(title: string, calls: Made[], made: Made, path: string[]): Situation {
  const gateway = { submit: inTurn(dropped, taken) };
  return { title, gateway, before: after(...calls), ...made, path, end: 'done', submits: 2 };
}

function again(title: string, before: NonNullable<Situation['before']>): Situation {
  const gateway = { status: inTurn(queued, complete) };
  return { title, gateway, before, ...UPDATE, path: ['update_template', 'get_status'], end: 'done', submits: 1 };
}

/** A server that is killed once its submit has reached the gateway, which never answers; no request lasts so long. */
async function killedWhileSubmitting(scene: Scene): Promise<void> {
  const call = after(UPDATE)(scene).catch(() => {});
  while (scene.stage.submits(scene) === 0) await new Promise(resolve => setTimeout(resolve, 20));
  await scene.stage.kill();
  await call;
  scene.stage.age(SUBMITTING_MS);
}

type Made = Pick<Situation, 'tool' | 'args'>;
type Handler = typeof complete;
