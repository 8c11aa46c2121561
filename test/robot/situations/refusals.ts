import { answer, inTurn, refusal, taken, times } from '../answers.ts';
import type { Situation } from '../situation.ts';
import { after, FOLLOW, UPDATE } from './calls.ts';

const FAULTS = { 500: 'a fault of the gateway', 503: 'no capacity' };
const FOUR_TIMES = ['repeat', 'repeat', 'repeat', 'repeat'];

/** Refusals of a submit that pass: the repeat is held until its time. */
export const PASSING: Situation[] = [
  ...Object.entries(FAULTS).flatMap(([status, why]): Situation[] => [
    passing(`${why} once (${status})`, inTurn(refusal(Number(status)), taken), 2),
    {
      ...passing(`${why} each time (${status})`, refusal(Number(status)), 5),
      path: ['update_template', ...FOUR_TIMES],
      end: 'ask_user',
    },
  ]),
  passing('too many requests for a moment (429)', inTurn(...times(3, refusal(429)), taken), 4),
  {
    ...passing('too many requests, and a pause that no call can wait (429)', refusal(429, 60), 1),
    env: { SHOTSTACK_MCP_MAX_WAIT_SECONDS: '1' },
    path: ['update_template', ...FOUR_TIMES],
    end: 'ask_user',
  },
];

/** Refusals of a submit that last. */
export const LASTING: Situation[] = [
  stopping('too many requests, and a pause of two days (429)', refusal(429, 172_800)),
  stopping(
    'a quota is used up (429)',
    answer(429, { error: { code: 'insufficient_quota', message: 'Quota exceeded' } }),
  ),
  stopping('malformed (400)', answer(400, { error: 'x' }), 'fix_arguments'),
  stopping(
    'a field is refused (422)',
    answer(422, { detail: [{ loc: ['body', 'inputs', 'prompt'], msg: 'too long', type: 'value_error' }] }),
    'fix_arguments',
  ),
  stopping('too large (413)', answer(413, { error: 'x' }), 'fix_arguments'),
  stopping('a console key (401)', answer(401, { error: 'x' })),
  stopping('a key without the right (403)', answer(403, { error: 'This key may not use the model.' })),
  stopping('no credits (402)', answer(402, { error: 'x', required_credits: 12 })),
  stopping('no credits, with a trace id (402)', answer(402, { error: 'x', request_id: 'trace-1' })),
  stopping('a 404 to a submit', answer(404, { error: 'x' })),
  stopping('a redirect', answer(307, {}, { location: 'https://example.com/' })),
  stopping('a 200 that hides a 402', answer(200, { code: 402, message: 'balance' })),
];

/** What is wrong on this computer: settings, key, network, store, installation. */
export const SURROUNDINGS: Situation[] = [
  {
    ...stopping('nobody listens at the gateway'),
    env: { SKILLBOSS_BASE_URL: 'http://127.0.0.1:1', SHOTSTACK_MCP_MAX_WAIT_SECONDS: '1' },
    path: ['update_template', ...FOUR_TIMES],
    submits: 0,
  },
  surrounded('the gateway does not speak TLS', { SKILLBOSS_BASE_URL: 'https://GATEWAY' }),
  surrounded('no key', { SKILLBOSS_WHOLESALE_KEY: '' }),
  surrounded('a key that the host did not fill in', {
    SKILLBOSS_WHOLESALE_KEY: ['$', '{SKILLBOSS_WHOLESALE_KEY}'].join(''),
  }),
  surrounded('a setting that does not fit', { SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0.5' }),
  surrounded('the store cannot be opened', { SHOTSTACK_MCP_DATA_DIR: '/dev/null/store' }),
  {
    ...stopping('the hour’s updates are spent'),
    env: { SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '1' },
    before: after({ tool: 'update_template', args: ({ id }) => ({ prompt: `Something else ${id}` }) }),
    submits: 0,
  },
  { ...stopping('the installation is damaged'), without: 'service', submits: 0 },
  {
    title: 'the installation is damaged, and a job is asked about',
    without: 'service',
    ...FOLLOW,
    path: ['get_status'],
    end: 'ask_user',
    submits: 0,
  },
];

function passing(title: string, submit: Handler, submits: number): Situation {
  return {
    title,
    gateway: { submit },
    ...UPDATE,
    path: ['update_template', 'repeat', 'get_status'],
    end: 'done',
    submits,
  };
}

function stopping(title: string, submit: Handler = taken, end: 'ask_user' | 'fix_arguments' = 'ask_user'): Situation {
  return { title, gateway: { submit }, ...UPDATE, path: ['update_template'], end, submits: 1 };
}

function surrounded(title: string, env: Record<string, string>): Situation {
  return { ...stopping(title), env, submits: 0 };
}

type Handler = typeof taken;
