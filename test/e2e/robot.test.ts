import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Next } from '../../src/guidance/next.ts';
import { accept, type Handler, json, RecordingGateway } from './recording-gateway.ts';
import { StdioServer } from './stdio-server.ts';

let gateway: RecordingGateway;

beforeAll(async () => {
  gateway = await RecordingGateway.start();
});
afterAll(async () => {
  await gateway.close();
});

/**
 * A program that knows nothing of video: it makes one call and from then on only obeys `next`, until that sends it
 * away. It writes down its waits instead of waiting.
 */
async function obey(
  server: StdioServer,
  tool: string,
  args: Record<string, unknown>,
): Promise<{ path: string[]; end: Next['action'] }> {
  const path: string[] = [];
  let call = { tool, args };
  for (let turn = 0; turn < 12; turn++) {
    const { next } = await server.call(call.tool, call.args);
    path.push(call.tool);
    if (next.action === 'repeat') path.push(`wait ${next.after_seconds}`);
    else if (next.action === 'call_tool') call = { tool: next.tool ?? '', args: next.arguments ?? {} };
    else return { path, end: next.action };
  }
  return { path, end: 'repeat' };
}

/** Answers the nth request with the nth of these, and any later one with the last. */
const inTurn =
  (...handlers: Handler[]): Handler =>
  (request, response, nth) =>
    (handlers[nth - 1] ?? handlers.at(-1))?.(request, response, nth);

const answer =
  (status: number, body: object, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    json(response, status, body, headers);
const queued = answer(200, { status: 'IN_QUEUE' });
const working = answer(200, { status: 'IN_PROGRESS' });
const complete = answer(200, { status: 'COMPLETED', result: { outputs: ['https://cdn.example.com/a.mp4'] } });
const taken =
  (id: string): Handler =>
  (_request, response) =>
    accept(response, id);

interface Story {
  /** Given the id of the job that is to come of it. */
  submit?: (id: string) => Handler;
  status?: Handler;
  cancel?: Handler;
  first?: 'update_template' | 'get_status' | 'cancel_job';
  path: string[];
  end: Next['action'];
  submits?: number;
}

const STORIES: Record<string, Story> = {
  'from a submit to its result': {
    status: inTurn(queued, working, complete),
    path: ['update_template', 'get_status'],
    end: 'done',
  },
  'from a submit to a failure, and the user': {
    status: inTurn(queued, answer(200, { status: 'FAILED', error: 'vendor' })),
    path: ['update_template', 'get_status'],
    end: 'ask_user',
  },
  'through an acknowledgement without a link': {
    status: answer(200, { status: 'COMPLETED', result: { message: 'updated' } }),
    path: ['update_template', 'get_status'],
    end: 'done',
  },
  'from a 400 to its arguments': {
    submit: () => answer(400, { error: 'x' }),
    path: ['update_template'],
    end: 'fix_arguments',
  },
  'from a 401 to the user': { submit: () => answer(401, { error: 'x' }), path: ['update_template'], end: 'ask_user' },
  'from a 402 to the user': { submit: () => answer(402, { error: 'x' }), path: ['update_template'], end: 'ask_user' },
  'from a 429 to a retry, and the result': {
    submit: id => inTurn(answer(429, { error: 'x' }, { 'retry-after': '20' }), taken(id)),
    status: inTurn(queued, complete),
    path: ['update_template', 'wait 20', 'update_template', 'get_status'],
    end: 'done',
    submits: 2,
  },
  'from a 500 to a retry, and the result': {
    submit: id => inTurn(answer(500, { error: 'x' }), taken(id)),
    status: complete,
    path: ['update_template', 'wait 10', 'update_template', 'get_status'],
    end: 'done',
    submits: 2,
  },
  'from a submission in doubt to the user': {
    submit: () => (_request, response) => void response.socket?.destroy(),
    path: ['update_template', 'list_jobs'],
    end: 'ask_user',
  },
  'from a proxy’s 504 to the doubt it leaves, without a second submit': {
    submit: () => answer(504, {}),
    path: ['update_template', 'wait 10', 'update_template', 'list_jobs'],
    end: 'ask_user',
  },
  'from a 409 to the end of the job': {
    first: 'cancel_job',
    cancel: answer(409, { error: 'started' }),
    status: inTurn(working, complete),
    path: ['cancel_job', 'get_status'],
    end: 'done',
    submits: 0,
  },
  'from a cancel to its end': {
    first: 'cancel_job',
    cancel: answer(200, { cancelled: true }),
    path: ['cancel_job'],
    end: 'done',
    submits: 0,
  },
  'from an unknown job to the jobs there are': {
    first: 'get_status',
    status: answer(404, { error: 'x' }),
    path: ['get_status', 'list_jobs'],
    end: 'done',
    submits: 0,
  },
  'out of a look that a gateway answers with 409': {
    first: 'get_status',
    status: answer(409, { error: 'x' }),
    path: ['get_status'],
    end: 'ask_user',
    submits: 0,
  },
};

describe.concurrent('a program that only obeys next', () => {
  it.each(Object.entries(STORIES))('gets %s', async (title, story) => {
    const { first = 'update_template', submit = taken, path, end, submits = 1 } = story;
    const id = `job-${Object.keys(STORIES).indexOf(title)}`;
    const prompt = `Prompt of ${id}`;
    gateway.script(prompt, submit(id));
    gateway.script(id, (request, response, nth) => {
      (request.method === 'GET' ? story.status : story.cancel)?.(request, response, nth);
    });
    const server = await StdioServer.start({ gateway: gateway.url });
    const call = first === 'update_template' ? { prompt } : { request_id: id };
    expect(await obey(server, first, call)).toEqual({ path, end });
    await server.stop();
    expect(gateway.about(prompt)).toHaveLength(submits);
  });
});
