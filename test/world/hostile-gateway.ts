import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/base/clock.ts';
import type { GatewayStatus } from '../../src/gateway/gateway.ts';
import { Dice } from '../support/random.ts';
import {
  type Answer,
  accepted,
  documented,
  doubtful,
  NOT_FOUND,
  noise,
  refusal,
  TOO_LATE,
  type TrueJob,
} from './answers.ts';

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

const FOREVER = Number.POSITIVE_INFINITY;

/** A gateway on loopback that takes a job or not and answers as the seed has it. Its jobs are the truth. */
export class HostileGateway {
  readonly jobs = new Map<string, TrueJob>();
  /** Requests that wait for the world's clock. */
  waiting = 0;
  readonly #options: HostileGatewayOptions;
  readonly #server: Server;
  readonly #asked = new Map<string, number>();
  /** The account that each key belongs to; a job is seen by its own account alone. */
  readonly accounts = new Map<string, number>();

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
    const account = this.accounts.get(headers.authorization?.split(' ')[1] ?? '') ?? 0;
    const id = url.split('/').at(-1) ?? '';
    const answer = url.endsWith('/v1/run')
      ? this.#submit(text, account, dice)
      : {
          answer: url.includes('/cancel/') ? this.#cancel(id, account, dice) : this.#poll(id, account, dice),
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

  #submit(text: string, account: number, dice: Dice): { answer: Answer; job: TrueJob | undefined } {
    const { clock, note, onSubmit, hostility, storedIds } = this.#options;
    const wish = /wish [A-Z]/.exec(text)?.[0] ?? '?';
    const call = Number(/call (\d+)/.exec(text)?.[1] ?? 0);
    const hostile = dice.chance(hostility());
    const kind = hostile ? dice.weighted({ accepted: 2, refused: 3, doubtful: 5 }) : 'accepted';
    const makes = kind === 'accepted' || (kind === 'doubtful' && dice.chance(0.6));
    const job = makes ? this.#make(wish, call, account, dice) : undefined;
    note(`gateway: submit of ${wish} (call ${call}): ${job ? `makes ${job.id}` : 'makes no job'}`);
    onSubmit({ wish, call, at: clock.monotonic(), refused: kind === 'refused', job });
    if (kind === 'refused') return { answer: refusal(dice), job };
    if (kind === 'doubtful') {
      const ids = storedIds();
      return { answer: doubtful(job, ids[dice.between(0, ids.length - 1)], dice), job };
    }
    return { answer: hostile && job ? accepted(job, dice) : documented(job), job };
  }

  #make(wish: string, call: number, account: number, dice: Dice): TrueJob {
    const madeAt = this.#options.clock.monotonic();
    const startsAt = madeAt + (dice.chance(0.05) ? 2_400_000 : dice.pick([0, 2_000, 20_000, 60_000]));
    const job: TrueJob = {
      id: `job-${call}-${this.jobs.size + 1}`,
      wish,
      call,
      account,
      madeAt,
      startsAt,
      endsAt: startsAt + (dice.chance(0.05) ? 3_600_000 : dice.pick([5_000, 60_000, 180_000])),
      end: dice.chance(0.75) ? 'COMPLETED' : 'FAILED',
      forgottenAt: dice.chance(0.05) ? madeAt + 30_000 : FOREVER,
    };
    if (dice.chance(0.1)) job.id = `${9007199254740993n + BigInt(this.jobs.size)}`;
    this.jobs.set(job.id, job);
    return job;
  }

  #poll(id: string, account: number, dice: Dice): Answer {
    const { clock, hostility } = this.#options;
    const job = this.jobs.get(id);
    const now = clock.monotonic();
    const notYet = job !== undefined && now - job.madeAt < 20_000 && dice.chance(hostility() / 3);
    if (dice.chance(hostility() * 0.6)) return noise(id, this.#otherThan(id), dice);
    if (!job || job.account !== account || notYet || now >= job.forgottenAt) return NOT_FOUND;
    const status = this.statusOf(job);
    const result = status === 'COMPLETED' ? { result: { outputs: [{ url: `https://cdn.example/${id}.mp4` }] } } : {};
    const error = status === 'FAILED' ? { error: 'the vendor failed' } : {};
    return { status: 200, body: JSON.stringify({ request_id: id, status, ...result, ...error }) };
  }

  #cancel(id: string, account: number, dice: Dice): Answer {
    const { clock, hostility, note } = this.#options;
    const job = this.jobs.get(id);
    const hostile = dice.chance(hostility());
    if (hostile && dice.chance(0.5)) return noise(id, this.#otherThan(id), dice);
    if (!job || job.account !== account || clock.monotonic() >= job.forgottenAt) return NOT_FOUND;
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

  #otherThan(id: string): string {
    return [...this.jobs.keys()].find(known => known !== id) ?? 'job-0';
  }
}
