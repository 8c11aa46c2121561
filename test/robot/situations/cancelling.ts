import { answer, cancelled, complete, failed, inTurn, page, refusal, times, unknownJob, working } from '../answers.ts';
import type { Situation } from '../situation.ts';
import { after, CANCEL, UPDATE } from './calls.ts';

const gone = answer(200, { status: 'CANCELLED' });
const late = answer(409, { error: 'a worker has started' });

/** Cancels: early, late, twice. */
export const CANCELLING: Situation[] = [
  cancelling('a queued job is cancelled', { cancel: cancelled, status: gone }, 'done'),
  {
    ...cancelling('it is cancelled twice', { cancel: cancelled, status: gone }, 'done'),
    before: after(UPDATE, CANCEL),
  },
  cancelling('a worker has started (409)', { cancel: late, status: inTurn(working, complete) }, 'done', ['get_status']),
  cancelling('a worker has started and the job fails', { cancel: late, status: inTurn(working, failed) }, 'ask_user', [
    'get_status',
  ]),
  cancelling('a cancel is confirmed, and the job runs all the same', { cancel: cancelled, status: complete }, 'done'),
  cancelling('the job had completed', { cancel: answer(200, { cancelled: false }), status: complete }, 'done'),
  {
    ...cancelling('the id is not known to cancel', { cancel: unknownJob, status: unknownJob }, 'done', ['list_jobs']),
    before: async () => {},
    submits: 0,
  },
  cancelling(
    'a cancel fails for a while (503)',
    { cancel: inTurn(...times(4, refusal(503, 0)), cancelled), status: gone },
    'done',
    ['repeat'],
  ),
  cancelling('a firewall answers a cancel (403)', { cancel: inTurn(page(403), cancelled), status: gone }, 'done'),
];

function cancelling(
  title: string,
  gateway: NonNullable<Situation['gateway']>,
  end: Situation['end'],
  further: string[] = [],
): Situation {
  return { title, gateway, before: after(UPDATE), ...CANCEL, path: ['cancel_job', ...further], end, submits: 1 };
}
