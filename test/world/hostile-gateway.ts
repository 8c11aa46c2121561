import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/base/clock.ts';
import type { GatewayStatus } from '../../src/gateway/gateway.ts';
import { Dice } from '../support/random.ts';

/** A job that the gateway has really made. */
export interface TrueJob {
  id: string;
  /** The user's wish that it carries out, and the call that asked for it. */
  wish: string;
  call: number;
  madeAt: number;
  startsAt: number;
  endsAt: number;
  end: 'COMPLETED' | 'FAILED';
  cancelledAt?: number;
  /** From then on the gateway answers 404 for it. */
  forgottenAt: number;
  /** A poll was answered with the gateway's own 404. */
  denied: boolean;
}

/** A submit as it arrived. */
export interface Arrival {
  wish: string;
  call: number;
  at: number;
  /** The answer is the gateway's own refusal. */
  refused: boolean;
  job: TrueJob | undefined;
}

export interface HostileGatewayOptions {
  clock: Clock;
  seed: number;
  /** How often an answer is not the documented one, from 0 to 1. */
  hostility(): number;
  onSubmit(arrival: Arrival): void;
  /** A documented answer with the job's id was written whole. */
  onTold(job: TrueJob): void;
  /** Ids that stand in the store: those that an answer about another job may name. */
  storedIds(): string[];
  note(line: string): void;
}

/** How an answer goes out. */
interface Answer {
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

const FOREVER = Number.POSITIVE_INFINITY;
const HTML = '<html><body>Bad gateway</body></html>';

/** A gateway on loopback that takes a job or not and answers as the seed has it. Its jobs are the truth. */
export class HostileGateway {
  readonly jobs = new Map<string, TrueJob>();
  /** Requests that wait for the world's clock. */
  waiting = 0;
  readonly #options: HostileGatewayOptions;
  readonly #server: Server;
  readonly #asked = new Map<string, number>();
  /** Keys of another account, which sees none of these jobs. */
  readonly strangers = new Set<string>();

  private constructor(options: HostileGatewayOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 0;
  }

  static async start(options: HostileGatewayOptions): Promise<HostileGateway> {
    const gateway = new HostileGateway(options);
    await new Promise<void>(resolve => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  statusOf(job: TrueJob, at = this.#options.clock.monotonic()): GatewayStatus {
    if (job.cancelledAt !== undefined && job.cancelledAt <= at) return 'CANCELLED';
    if (at < job.startsAt) return 'IN_QUEUE';
    return at < job.endsAt ? 'IN_PROGRESS' : job.end;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    request.on('error', () => {});
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part);
    } catch {
      return;
    }
    const { url = '', headers } = request;
    const text = Buffer.concat(parts).toString();
    const subject = url === '/v1/run' ? text : url;
    const nth = (this.#asked.get(subject) ?? 0) + 1;
    this.#asked.set(subject, nth);
    const dice = new Dice(this.#options.seed, subject, nth);
    const stranger = this.strangers.has(headers.authorization?.split(' ')[1] ?? '');
    const id = url.split('/').at(-1) ?? '';
    const answer = url.endsWith('/v1/run')
      ? this.#submit(text, dice)
      : {
          answer: url.includes('/cancel/') ? this.#cancel(id, stranger, dice) : this.#poll(id, stranger, dice),
          job: undefined,
        };
    await this.#send(response, answer.answer, answer.job);
  }

  async #send(response: ServerResponse, answer: Answer, job: TrueJob | undefined): Promise<void> {
    const { clock, onTold, note } = this.#options;
    if (answer.delay) await this.#hold(response, clock.sleep(answer.delay));
    const shown = answer.cut ? 'cuts the connection' : `${answer.status} ${answer.body.slice(0, 90)}`;
    note(
      `gateway: ${shown}${answer.delay ? ` (after ${answer.delay / 1000} s)` : ''}${response.destroyed ? ' (nobody listens)' : ''}`,
    );
    if (response.destroyed) return;
    if (answer.cut && answer.body === '') {
      response.destroy();
      return;
    }
    const body = Buffer.from(answer.body);
    response.writeHead(answer.status, { 'content-length': body.length, ...answer.headers });
    if (answer.cut) {
      response.write(body.subarray(0, Math.max(1, body.length - 3)), () => setImmediate(() => response.destroy()));
      return;
    }
    response.end(body, () => {
      if (job && answer.tells) onTold(job);
    });
  }

  /** Counts a request as waiting until its time has come or its client is gone. */
  async #hold(response: ServerResponse, time: Promise<void>): Promise<void> {
    this.waiting++;
    const gone = new Promise<void>(resolve => response.once('close', resolve));
    await Promise.race([time, gone]);
    this.waiting--;
    if (!response.destroyed) await time;
  }

  #submit(text: string, dice: Dice): { answer: Answer; job: TrueJob | undefined } {
    const { clock, note, onSubmit, hostility } = this.#options;
    const wish = /wish [A-Z]/.exec(text)?.[0] ?? '?';
    const call = Number(/call (\d+)/.exec(text)?.[1] ?? 0);
    const hostile = dice.chance(hostility());
    const kind = hostile ? dice.weighted({ accepted: 2, refused: 3, doubtful: 5 }) : 'accepted';
    const makes = kind === 'accepted' || (kind === 'doubtful' && dice.chance(0.6));
    const job = makes ? this.#make(wish, call, dice) : undefined;
    note(`gateway: submit of ${wish} (call ${call}): ${job ? `makes ${job.id}` : 'makes no job'}`);
    onSubmit({ wish, call, at: clock.monotonic(), refused: kind === 'refused', job });
    if (kind === 'refused') return { answer: refusal(dice), job };
    if (kind === 'doubtful') return { answer: this.#doubtful(job, dice), job };
    return { answer: hostile && job ? this.#accepted(job, dice) : documented(job), job };
  }

  #make(wish: string, call: number, dice: Dice): TrueJob {
    const madeAt = this.#options.clock.monotonic();
    const startsAt = madeAt + (dice.chance(0.05) ? 2_400_000 : dice.pick([0, 2_000, 20_000, 60_000]));
    const job: TrueJob = {
      id: `job-${call}-${this.jobs.size + 1}`,
      wish,
      call,
      madeAt,
      startsAt,
      endsAt: startsAt + (dice.chance(0.05) ? 3_600_000 : dice.pick([5_000, 60_000, 180_000])),
      end: dice.chance(0.75) ? 'COMPLETED' : 'FAILED',
      forgottenAt: dice.chance(0.05) ? madeAt + 30_000 : FOREVER,
      denied: false,
    };
    if (dice.chance(0.1)) job.id = `${9007199254740993n + BigInt(this.jobs.size)}`;
    this.jobs.set(job.id, job);
    return job;
  }

  /** Answers that accept, in other shapes than the documented one. */
  #accepted(job: TrueJob, dice: Dice): Answer {
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
  #doubtful(job: TrueJob | undefined, dice: Dice): Answer {
    const others = this.#options.storedIds();
    const other = others[dice.between(0, others.length - 1)];
    const id = job && dice.chance(0.6) ? job.id : `trace-${dice.between(1, 1e9)}`;
    const delay = dice.chance(0.2) ? dice.pick([12_000, 38_000, 90_000]) : 0;
    const kind = dice.weighted({
      status: 6,
      bare: 2,
      hint: 4,
      header: 1,
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
        return { status: 202, body: JSON.stringify({ request_id: other, status: 'IN_QUEUE' }), delay };
      case 'broken':
        return { status: 202, body: `warning: NaN\n{"request_id": "${id}", "cost": NaN}`, delay };
    }
  }

  #poll(id: string, stranger: boolean, dice: Dice): Answer {
    const { clock, hostility } = this.#options;
    const job = this.jobs.get(id);
    const now = clock.monotonic();
    const notYet = job !== undefined && now - job.madeAt < 20_000 && dice.chance(hostility() / 3);
    const hostile = dice.chance(hostility() * 0.6) ? this.#noise(id, dice) : undefined;
    if (hostile) return hostile;
    if (!job || stranger || notYet || now >= job.forgottenAt) {
      if (job) job.denied = true;
      return NOT_FOUND;
    }
    const status = this.statusOf(job);
    const result = status === 'COMPLETED' ? { result: { outputs: [{ url: `https://cdn.example/${id}.mp4` }] } } : {};
    const error = status === 'FAILED' ? { error: 'the vendor failed' } : {};
    return { status: 200, body: JSON.stringify({ request_id: id, status, ...result, ...error }) };
  }

  #cancel(id: string, stranger: boolean, dice: Dice): Answer {
    const { clock, hostility, note } = this.#options;
    const job = this.jobs.get(id);
    const hostile = dice.chance(hostility());
    if (hostile && dice.chance(0.5)) return this.#noise(id, dice);
    if (!job || stranger || clock.monotonic() >= job.forgottenAt) return NOT_FOUND;
    const done = { status: 200, body: JSON.stringify({ request_id: id, cancelled: true, status: 'CANCELLED' }) };
    if (hostile) return dice.chance(0.5) ? done : TOO_LATE;
    const status = this.statusOf(job);
    if (status === 'IN_PROGRESS') return TOO_LATE;
    if (status !== 'IN_QUEUE')
      return { status: 200, body: JSON.stringify({ request_id: id, cancelled: false, status }) };
    job.cancelledAt = clock.monotonic();
    note(`gateway: cancels ${id}`);
    return done;
  }

  /** Answers to a poll or a cancel that say nothing of the job. */
  #noise(id: string, dice: Dice): Answer {
    const delay = dice.chance(0.2) ? dice.pick([3_000, 9_000, 20_000]) : 0;
    const other = [...this.jobs.keys()].find(known => known !== id) ?? 'job-0';
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
}

const NOT_FOUND: Answer = { status: 404, body: JSON.stringify({ error: 'unknown request_id' }) };
const TOO_LATE: Answer = { status: 409, body: JSON.stringify({ error: 'a worker has started' }) };

function documented(job: TrueJob | undefined): Answer {
  const id = job?.id ?? '';
  const body = JSON.stringify({ request_id: id, status: 'IN_QUEUE', status_url: `https://x/v1/run/status/${id}` });
  return { status: 202, body, headers: { 'x-request-id': id, 'x-record-id': `rec-${id}` }, tells: true };
}

/** The gateway's own refusals, which make no job. */
function refusal(dice: Dice): Answer {
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
