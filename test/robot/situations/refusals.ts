import { answer, ID, inTurn, refusal, taken } from '../answers.ts';
import type { Situation } from '../situation.ts';

const UPDATE = { tool: 'update_template', args: { prompt: 'Make the title red' } } as const;
const ONCE = {
  ...UPDATE,
  path: ['update_template', 'wait 20', 'update_template', 'get_status'],
  end: 'done',
  submits: 2,
} as const;
const FOR_GOOD = {
  ...UPDATE,
  path: [...Array.from({ length: 4 }, () => ['update_template', 'wait 20']).flat(), 'update_template'],
  end: 'ask_user',
  submits: 5,
} as const;
const PASSING = { 429: 'too many requests', 500: 'a fault of the gateway', 503: 'no capacity' };

/** Refusals of a submit, passing and lasting, and what this computer is in the way of. */
export const REFUSALS: Situation[] = [
  ...Object.entries(PASSING).flatMap(([status, why]): Situation[] => [
    {
      title: `${why} once (${status})`,
      gateway: { submit: inTurn(refusal(Number(status)), taken) },
      ...ONCE,
      path: [...ONCE.path],
    },
    {
      title: `${why} each time (${status})`,
      gateway: { submit: refusal(Number(status)) },
      ...FOR_GOOD,
      path: [...FOR_GOOD.path],
    },
  ]),
  { title: 'malformed (400)', gateway: { submit: answer(400, { error: 'x' }) }, ...stops('fix_arguments') },
  { title: 'a console key (401)', gateway: { submit: answer(401, { error: 'x' }) }, ...stops('ask_user') },
  { title: 'no credits (402)', gateway: { submit: answer(402, { required_credits: 12 }) }, ...stops('ask_user') },
  { title: 'a 404 to a submit', gateway: { submit: answer(404, {}) }, ...stops('ask_user') },
  {
    title: 'a redirect',
    gateway: { submit: answer(307, {}, { location: 'https://example.com/' }) },
    ...stops('ask_user'),
  },
  {
    title: 'a 200 that hides a 402',
    gateway: { submit: answer(200, { code: 402, message: 'balance' }) },
    ...stops('ask_user'),
  },
  {
    title: 'nobody listens at the gateway',
    env: { SKILLBOSS_BASE_URL: 'http://127.0.0.1:1' },
    ...UPDATE,
    path: [...Array.from({ length: 4 }, () => ['update_template', 'wait 10']).flat(), 'update_template'],
    end: 'ask_user',
    submits: 0,
  },
  { title: 'no key', env: { SKILLBOSS_WHOLESALE_KEY: '' }, ...stops('ask_user', 0) },
  {
    title: 'the hour’s updates are spent',
    env: { SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '1' },
    before: async stage => void (await stage.call({ ...UPDATE, args: { prompt: 'Something else' } })),
    ...stops('ask_user'),
  },
  {
    title: 'the store cannot be opened',
    env: { SHOTSTACK_MCP_DATA_DIR: '/dev/null/store' },
    ...stops('ask_user', 0),
  },
  { title: 'the installation is damaged', without: 'service', ...stops('ask_user', 0) },
  {
    title: 'the installation is damaged, and a job is asked about',
    without: 'service',
    tool: 'get_status',
    args: { request_id: ID },
    path: ['get_status'],
    end: 'ask_user',
    submits: 0,
  },
];

function stops(end: 'ask_user' | 'fix_arguments', submits = 1): Omit<Situation, 'title'> {
  return { ...UPDATE, path: ['update_template'], end, submits };
}
