import {
  answer,
  cancelled,
  complete,
  cutShort,
  dropped,
  failed,
  ID,
  inTurn,
  queued,
  silent,
  unknownJob,
  working,
} from '../answers.ts';
import type { Situation } from '../situation.ts';
import type { Stage } from '../stage.ts';

const UPDATE = { tool: 'update_template', args: { prompt: 'Make the title red' } } as const;
const ASK = { tool: 'get_status', args: { request_id: ID } } as const;
const CANCEL = { tool: 'cancel_job', args: { request_id: ID } } as const;
const submitted = async (stage: Stage): Promise<void> => void (await stage.call(UPDATE));

/** Jobs that queue, run and end. */
export const FOLLOWING: Situation[] = [
  {
    title: 'a job queues, runs and completes',
    gateway: { status: inTurn(queued, working, complete) },
    ...UPDATE,
    path: ['update_template', 'get_status'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'a job fails',
    gateway: { status: inTurn(queued, failed) },
    ...UPDATE,
    path: ['update_template', 'get_status'],
    end: 'ask_user',
    submits: 1,
  },
  {
    title: 'a job completes without a link',
    gateway: { status: answer(200, { status: 'COMPLETED', result: { message: 'updated' } }) },
    ...UPDATE,
    path: ['update_template', 'get_status'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'a job takes longer than a call',
    gateway: { status: inTurn(queued, working, working, complete) },
    tool: 'get_status',
    args: { request_id: ID, wait_seconds: 0 },
    path: ['get_status', 'get_status'],
    end: 'done',
    submits: 0,
  },
  {
    title: 'a job was cancelled by somebody else',
    gateway: { status: inTurn(queued, answer(200, { status: 'CANCELLED' })) },
    ...UPDATE,
    path: ['update_template', 'get_status'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'a job was submitted elsewhere',
    gateway: { status: inTurn(queued, working, complete) },
    ...ASK,
    path: ['get_status'],
    end: 'done',
    submits: 0,
  },
  {
    title: 'the id is not known',
    gateway: { status: unknownJob },
    ...ASK,
    path: ['get_status', 'list_jobs'],
    end: 'done',
    submits: 0,
  },
  {
    title: 'the result is more than seven days old',
    gateway: { status: inTurn(queued, unknownJob) },
    before: async stage => {
      await submitted(stage);
      await stage.call({ tool: 'get_status', args: { request_id: ID, wait_seconds: 0 } });
      await stage.stop();
      stage.age(8 * 24 * 3_600_000);
    },
    ...ASK,
    path: ['get_status'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'looks are refused for a while (429)',
    gateway: { status: inTurn(answer(429, {}, { 'retry-after': '20' }), complete) },
    ...ASK,
    path: ['get_status', 'wait 20', 'get_status'],
    end: 'done',
    submits: 0,
  },
  {
    title: 'looks are refused for good (500)',
    gateway: { status: answer(500, {}, { 'retry-after': '20' }) },
    ...ASK,
    path: [...Array.from({ length: 4 }, () => ['get_status', 'wait 20']).flat(), 'get_status'],
    end: 'ask_user',
    submits: 0,
  },
  {
    title: 'a look is answered with 409',
    gateway: { status: answer(409, {}) },
    ...ASK,
    path: ['get_status'],
    end: 'ask_user',
    submits: 0,
  },
  {
    title: 'the gateway has a new word for a status',
    gateway: { status: answer(200, { status: 'PAUSED' }) },
    ...ASK,
    path: ['get_status'],
    end: 'ask_user',
    submits: 0,
  },
];

/** Cancels: early, late, twice. */
export const CANCELLING: Situation[] = [
  {
    title: 'a queued job is cancelled',
    gateway: { cancel: cancelled },
    before: submitted,
    ...CANCEL,
    path: ['cancel_job'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'it is cancelled twice',
    gateway: { cancel: inTurn(cancelled, answer(200, {})) },
    before: async stage => {
      await submitted(stage);
      await stage.call(CANCEL);
    },
    ...CANCEL,
    path: ['cancel_job'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'a worker has started (409)',
    gateway: { cancel: answer(409, {}), status: inTurn(working, complete) },
    before: submitted,
    ...CANCEL,
    path: ['cancel_job', 'get_status'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'a worker has started and the job fails',
    gateway: { cancel: answer(409, {}), status: inTurn(working, failed) },
    ...CANCEL,
    path: ['cancel_job', 'get_status'],
    end: 'ask_user',
    submits: 0,
  },
  {
    title: 'the job had completed',
    gateway: { cancel: answer(200, { cancelled: false }), status: complete },
    ...CANCEL,
    path: ['cancel_job'],
    end: 'done',
    submits: 0,
  },
  {
    title: 'the id is not known to cancel',
    gateway: { cancel: unknownJob },
    ...CANCEL,
    path: ['cancel_job', 'list_jobs'],
    end: 'done',
    submits: 0,
  },
  {
    title: 'cancelling is refused for a while (503)',
    gateway: { cancel: inTurn(answer(503, {}, { 'retry-after': '20' }), cancelled) },
    ...CANCEL,
    path: ['cancel_job', 'wait 20', 'cancel_job'],
    end: 'done',
    submits: 0,
  },
];

/** Answers that never come, restarts, and calls that are made twice. */
export const SURVIVING: Situation[] = [
  {
    title: 'the connection drops before the answer',
    gateway: { submit: dropped },
    ...UPDATE,
    path: ['update_template', 'list_jobs'],
    end: 'ask_user',
    submits: 1,
  },
  {
    title: 'the same update again after the connection dropped',
    gateway: { submit: dropped },
    before: submitted,
    ...UPDATE,
    path: ['update_template', 'list_jobs'],
    end: 'ask_user',
    submits: 1,
  },
  {
    title: 'the answer is cut short, and its headers name the job',
    gateway: { submit: cutShort, status: inTurn(working, complete) },
    ...UPDATE,
    path: ['update_template', 'list_jobs', 'get_status'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'a proxy answers the submit (504)',
    gateway: { submit: answer(504, {}) },
    ...UPDATE,
    path: ['update_template', 'wait 10', 'update_template', 'list_jobs'],
    end: 'ask_user',
    submits: 1,
  },
  {
    title: 'the answer names no job',
    gateway: { submit: answer(202, { fine: true }) },
    ...UPDATE,
    path: ['update_template', 'list_jobs'],
    end: 'ask_user',
    submits: 1,
  },
  {
    title: 'the server is started anew half way',
    gateway: { status: inTurn(queued, working, complete) },
    restart: true,
    ...UPDATE,
    path: ['update_template', 'get_status'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'the server was killed while it submitted',
    gateway: { submit: silent },
    before: killedWhileSubmitting,
    ...UPDATE,
    path: ['update_template', 'list_jobs'],
    end: 'ask_user',
    submits: 1,
  },
  {
    title: 'the id is lost after a restart',
    before: async stage => {
      await submitted(stage);
      await stage.stop();
    },
    tool: 'list_jobs',
    args: {},
    path: ['list_jobs'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'the same update is made twice',
    gateway: { status: inTurn(queued, complete) },
    before: submitted,
    ...UPDATE,
    path: ['update_template', 'get_status'],
    end: 'done',
    submits: 1,
  },
  {
    title: 'the same update is made again by another server',
    gateway: { status: inTurn(queued, complete) },
    before: async stage => {
      await submitted(stage);
      await stage.stop();
    },
    ...UPDATE,
    path: ['update_template', 'get_status'],
    end: 'done',
    submits: 1,
  },
];

/** A server that is killed once its submit has reached the gateway, which never answers. */
async function killedWhileSubmitting(stage: Stage): Promise<void> {
  const call = stage.call(UPDATE).catch(() => {});
  while (stage.submits() === 0) await new Promise(resolve => setTimeout(resolve, 20));
  await stage.kill();
  await call;
}
