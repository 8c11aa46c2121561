import type { Dice } from '../support/random.ts';

/** A job that the gateway has really made. */
export interface TrueJob {
  id: string;
  /** The user's wish that it carries out, and the call that asked for it. */
  wish: string;
  call: number;
  account: number;
  madeAt: number;
  startsAt: number;
  endsAt: number;
  end: 'COMPLETED' | 'FAILED';
  cancelledAt?: number;
  /** From then on the gateway answers 404 for it. */
  forgottenAt: number;
  /** Its submit was answered with another job's id. */
  misnamed?: true;
}

/** How an answer goes out. */
export interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
  /** Milliseconds before it. */
  delay?: number;
  /** The connection ends within the body. */
  cut?: boolean;
  /** It names the job as documented. */
  tells?: boolean;
}

const HTML = '<html><body>Bad gateway</body></html>';

/** Answers that accept, in other shapes than the documented one. */
export function accepted(job: TrueJob, dice: Dice): Answer {
  const { id } = job;
  const outputs = [{ url: `https://cdn.example/${id}.mp4` }];
  const late = dice.chance(0.3) ? dice.pick([12_000, 36_000, 50_000, 100_000]) : 0;
  const shape = dice.weighted({
    documented: 4,
    number: /^\d+$/.test(id) ? 4 : 0,
    data: 1,
    job: 1,
    running: 1,
    sync: 1,
  });
  const answer = (body: string, status = 202): Answer => ({ status, body, delay: late, tells: true });
  switch (shape) {
    case 'documented':
      return { ...documented(job), delay: late };
    case 'number':
      return answer(`{"request_id": ${id}, "status": "IN_QUEUE"}`);
    case 'data':
      return answer(JSON.stringify({ data: { request_id: id, status: 'IN_QUEUE' } }));
    case 'job':
      return answer(JSON.stringify({ job: { request_id: id }, error: null }));
    case 'running':
      return answer(JSON.stringify({ request_id: id, status: 'COMPLETED' }));
    case 'sync':
      job.startsAt = job.madeAt;
      job.endsAt = job.madeAt;
      job.end = 'COMPLETED';
      return answer(JSON.stringify({ request_id: id, outputs }), 200);
  }
}

/** Answers from which nobody can tell whether there is a job. */
export function doubtful(job: TrueJob | undefined, other: string | undefined, dice: Dice): Answer {
  const id = job && dice.chance(0.6) ? job.id : `trace-${dice.between(1, 1e9)}`;
  const delay = dice.chance(0.2) ? dice.pick([12_000, 38_000, 90_000]) : 0;
  const kind = dice.weighted({
    status: 6,
    bare: 2,
    hint: 4,
    header: 1,
    location: 1,
    cut: 2,
    reset: 2,
    silence: 1,
    hidden: 1,
    nothing: 1,
    // Another job's id, as a proxy that mixes up its answers gives it.
    foreign: job && other ? 2 : 0,
    broken: 1,
  });
  switch (kind) {
    case 'status': {
      const status = dice.pick([502, 504, 408, 409, 499, 303, 520, 522, 524, 530, 205, 500, 503]);
      const retry = dice.chance(0.3) ? { 'retry-after': `${dice.pick([1, 5, 900])}` } : {};
      return { status, body: dice.pick(['', HTML, 'upstream error']), headers: retry, delay };
    }
    case 'bare': {
      const status = dice.pick([500, 503]);
      return { status, body: JSON.stringify({ message: 'Service Unavailable' }), delay };
    }
    case 'hint':
      return {
        status: dice.pick([500, 503, 504, 207]),
        body: JSON.stringify({ error: 'late', request_id: id }),
        delay,
      };
    case 'header':
      return { status: 502, body: '', headers: { 'x-request-id': id }, delay };
    case 'location':
      return { status: dice.pick([201, 303]), body: '', headers: { location: `/v1/run/status/${id}` }, delay };
    case 'cut':
      return { status: 202, body: JSON.stringify({ status: 'IN_QUEUE', request_id: id }), cut: true, delay };
    case 'reset':
      return { status: 0, body: '', cut: true, delay };
    case 'silence':
      return { status: 0, body: '', cut: true, delay: 120_000 };
    case 'hidden':
      return { status: 200, body: JSON.stringify({ code: 504, message: 'Gateway timeout' }), delay };
    case 'nothing':
      return { status: 202, body: dice.pick(['', '{}', HTML, 'accepted']), delay };
    case 'foreign':
      if (job) job.misnamed = true;
      return { status: 202, body: JSON.stringify({ request_id: other, status: 'IN_QUEUE' }), delay };
    case 'broken':
      return { status: 202, body: `warning: NaN\n{"request_id": "${id}", "cost": NaN}`, delay };
  }
}

/** Answers to a poll or a cancel that say nothing of the job. */
export function noise(id: string, other: string, dice: Dice): Answer {
  const delay = dice.chance(0.2) ? dice.pick([3_000, 9_000, 20_000]) : 0;
  return dice.pick<Answer>([
    { status: 500, body: JSON.stringify({ error: 'internal' }), delay },
    { status: 503, body: HTML, delay },
    { status: 502, body: '', delay },
    {
      status: 429,
      body: JSON.stringify({ error: 'slow down' }),
      headers: { 'retry-after': dice.pick(['1', '30', '900']) },
    },
    { status: 200, body: '<html>Maintenance</html>', delay },
    { status: 404, body: '<html>default backend - 404</html>', delay },
    { status: 403, body: '<html>Sign in</html>', delay },
    { status: 200, body: JSON.stringify({ request_id: other, status: 'COMPLETED' }), delay },
    dice.chance(0.2)
      ? { status: 200, body: JSON.stringify({ request_id: id, status: 'BLOOMING' }), delay }
      : { status: 504, body: '' },
    { status: 200, body: JSON.stringify({ request_id: id, status: 'IN_QUEUE' }), cut: true, delay },
    { status: 0, body: '', cut: true, delay },
  ]);
}

export const NOT_FOUND: Answer = { status: 404, body: JSON.stringify({ error: 'unknown request_id' }) };
export const TOO_LATE: Answer = { status: 409, body: JSON.stringify({ error: 'a worker has started' }) };

export function documented(job: TrueJob | undefined): Answer {
  const id = job?.id ?? '';
  const body = JSON.stringify({ request_id: id, status: 'IN_QUEUE', status_url: `https://x/v1/run/status/${id}` });
  return { status: 202, body, headers: { 'x-request-id': id, 'x-record-id': `rec-${id}` }, tells: true };
}

/** The gateway's own refusals, which make no job. */
export function refusal(dice: Dice): Answer {
  const trace = dice.chance(0.3) ? { request_id: `trace-${dice.between(1, 1e9)}` } : {};
  return dice.pick<Answer>([
    { status: 400, body: JSON.stringify({ error: { message: 'malformed prompt', ...trace } }) },
    { status: 402, body: JSON.stringify({ error: 'balance too low', required_credits: 3, ...trace }) },
    { status: 401, body: JSON.stringify({ error: 'console keys are refused' }) },
    { status: 404, body: JSON.stringify({ error: 'no such model' }) },
    {
      status: 429,
      body: JSON.stringify({ error: 'slow down', ...trace }),
      headers: { 'retry-after': dice.pick(['1', '8', '60', '900']) },
    },
    {
      status: 500,
      body: JSON.stringify({ error: 'internal error, please retry' }),
      headers: { 'x-request-id': 'trace-1' },
    },
    { status: 503, body: JSON.stringify({ error: { message: 'no capacity in the discount pool' } }) },
    { status: 429, body: JSON.stringify({ error: 'monthly quota exceeded' }) },
  ]);
}
