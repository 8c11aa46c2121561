import type { Handler } from '../../support/recording-gateway.ts';
import { answer, complete, failed, inTurn, page, queued, refusal, times, unknownJob, working } from '../answers.ts';
import type { Situation } from '../situation.ts';
import { after, FOLLOW, UPDATE } from './calls.ts';

const DAY_MS = 24 * 3_600_000;
const FOLLOWED = ['update_template', 'get_status'];

const NOT_A_NUMBER = '{"status":"COMPLETED","result":{"outputs":["https://cdn.example.com/a.mp4"],"score":NaN}}';

/** An answer that gives its length twice. */
const twoLengths: Handler = (_request, response) =>
  void response.socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}');

/** Jobs that queue, run and end. */
export const FOLLOWING: Situation[] = [
  submitted('a job queues, runs and completes', inTurn(queued, working, complete), 'done'),
  submitted('a job fails', inTurn(queued, failed), 'ask_user'),
  submitted(
    'a job completes without a link',
    answer(200, { status: 'COMPLETED', result: { message: 'updated' } }),
    'done',
  ),
  submitted('a job was cancelled by somebody else', inTurn(queued, answer(200, { status: 'CANCELLED' })), 'done'),
  submitted(
    'a job is COMPLETED with an error beside it',
    answer(200, { status: 'COMPLETED', error: 'The template was not saved.' }),
    'ask_user',
  ),
  submitted(
    'a job is COMPLETED before its result is there',
    inTurn(answer(200, { status: 'COMPLETED', result: null }), complete),
    'done',
  ),
  submitted('the job does not show at first (404)', inTurn(unknownJob, complete), 'done'),
  submitted('a login page answers a poll', inTurn(page(200), complete), 'done'),
  submitted('a proxy answers a poll (502)', inTurn(page(502), complete), 'done'),
  submitted('an ingress answers a poll (404)', inTurn(page(404), complete), 'done'),
  {
    title: 'a job takes longer than a call',
    gateway: { status: inTurn(queued, working, working, complete) },
    tool: 'get_status',
    args: ({ id }) => ({ request_id: id, wait_seconds: 0 }),
    path: ['get_status', 'get_status'],
    end: 'done',
    submits: 0,
  },
  polled('a job was submitted elsewhere', inTurn(queued, working, complete), 'done'),
  { ...polled('the id is not known', unknownJob, 'done'), path: ['get_status', 'list_jobs'] },
  polled('polls are refused for a while (429)', inTurn(refusal(429), complete), 'done'),
  {
    ...polled('polls fail for a while (500)', inTurn(...times(4, refusal(500, 0)), complete), 'done'),
    args: ({ id }) => ({ request_id: id, wait_seconds: 0 }),
    path: ['get_status', 'repeat'],
  },
  {
    ...polled('polls are answered by a login page for good', page(200), 'ask_user'),
    env: { SHOTSTACK_MCP_MAX_WAIT_SECONDS: '1' },
    path: ['get_status', 'repeat', 'repeat', 'repeat', 'repeat'],
  },
  polled('polls are to pause for two days (429)', refusal(429, 172_800), 'ask_user'),
  polled('a poll is answered with 409', answer(409, { error: 'conflict' }), 'ask_user'),
  {
    ...polled('the gateway has a new word for a status, for good', answer(200, { status: 'PAUSED' }), 'ask_user'),
    env: { SHOTSTACK_MCP_MAX_WAIT_SECONDS: '1' },
    path: ['get_status', 'repeat', 'repeat', 'repeat', 'repeat'],
  },
  submitted(
    'polls are answered in other words: a new one, an empty 202, an error in a 200, “processing”, “succeeded”',
    inTurn(
      answer(200, { status: 'WARMING_UP' }),
      page(202, ''),
      answer(200, { error: 'Try again' }),
      answer(200, { status: 'processing' }),
      answer(200, { id: 'r-1', status: 'succeeded', output: 'https://cdn.example.com/a.mp4' }),
    ),
    'done',
  ),
  submitted('a job’s result is JSON with NaN in it', page(200, NOT_A_NUMBER), 'done'),
  submitted('the parser refuses the answer to a poll', inTurn(twoLengths, complete), 'done'),
  {
    ...polled('the job is gone (404 that lasts)', unknownJob, 'ask_user'),
    before: async scene => {
      await after(UPDATE)(scene);
      scene.stage.age(120_000, scene.id);
    },
    submits: 1,
  },
  {
    ...polled('the result is more than seven days old', inTurn(queued, unknownJob), 'done'),
    before: async scene => {
      await after(UPDATE, { tool: 'get_status', args: ({ id }) => ({ request_id: id, wait_seconds: 0 }) })(scene);
      scene.stage.age(8 * DAY_MS, scene.id);
    },
    submits: 1,
  },
  {
    ...polled('a job is live for longer than half an hour', working, 'ask_user'),
    args: ({ id }) => ({ request_id: id, wait_seconds: 1 }),
    before: async scene => {
      await after(UPDATE)(scene);
      scene.stage.age(31 * 60_000, scene.id);
    },
    submits: 1,
  },
];

function submitted(title: string, status: Script, end: Situation['end']): Situation {
  return { title, gateway: { status }, ...UPDATE, path: FOLLOWED, end, submits: 1 };
}

function polled(title: string, status: Script, end: Situation['end']): Situation {
  return { title, gateway: { status }, ...FOLLOW, path: ['get_status'], end, submits: 0 };
}

type Script = NonNullable<NonNullable<Situation['gateway']>['status']>;
