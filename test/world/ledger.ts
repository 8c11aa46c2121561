import { DUPLICATE_MS, OUTBOX_KEPT_MS } from '../../src/base/limits.ts';
import type { GatewayStatus } from '../../src/gateway/gateway.ts';
import type { Job } from '../../src/jobs/shown-job.ts';
import type { Reply } from '../../src/tools/reply.ts';
import type { HandClock } from '../support/hand-clock.ts';
import type { TrueJob } from './answers.ts';
import type { Arrival } from './hostile-gateway.ts';

/** One call of a tool by an agent. */
export interface CallMade {
  number: number;
  wish: string;
  templateId: string;
  tool: string;
  host: string;
  /** Whether the user has agreed to a duplicate. */
  lifted: boolean;
  /** Of all calls, repeats included. */
  order: number;
  startedAt: number;
}

/** The longest that a call may take: hosts end it after 60 s. */
const LONGEST_CALL_MS = 55_000;
/** Calls in a row without a live answer. */
const MOST_DEAD_CALLS = 6;

/** Records what happens in a world, and each promise that is broken. */
export class Ledger {
  readonly broken: string[] = [];
  calls = 0;
  /** Ids that a list has shown while the store could be used. */
  readonly stored = new Set<string>();
  readonly #clock: HandClock;
  readonly #note: (line: string) => void;
  readonly #storeIsWell: () => boolean;
  #order = 0;
  readonly #arrivals: (Arrival & { order: number })[] = [];
  /** Ids of jobs that a reply said to have failed or to be cancelled while the store could be used. */
  readonly #failed = new Set<string>();
  readonly #jobs: TrueJob[] = [];
  readonly #calls = new Map<number, CallMade>();
  readonly #yeses = new Map<string, number>();
  readonly #excess = new Map<string, number>();
  /** Jobs whose ids were told to a process that is still alive. */
  readonly #told = new Map<string, { host: string; at: number }>();
  /** Jobs of which no process can know any more: the store was replaced, and their process is dead. */
  readonly #forgotten = new Set<TrueJob>();
  /** Jobs that were in doubt when the user agreed to a duplicate. */
  readonly #settled = new Set<TrueJob>();
  /** Jobs that a reply said to be gone: they are doubts, although their ids were told. */
  readonly #gone = new Set<TrueJob>();
  /** Processes that were killed or have quit. */
  readonly #ended = new Set<string>();
  /** Calls whose reply said that no job was made. */
  readonly #denied = new Map<number, string>();
  #clockMovedAhead = Number.NEGATIVE_INFINITY;
  #storeReplacedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: HandClock, note: (line: string) => void, storeIsWell: () => boolean) {
    this.#clock = clock;
    this.#note = note;
    this.#storeIsWell = storeIsWell;
  }

  breaks(promise: string): void {
    this.#note(`BROKEN: ${promise}`);
    this.broken.push(promise);
  }

  starts(call: Omit<CallMade, 'number' | 'order' | 'startedAt'>): CallMade {
    const made = { ...call, number: ++this.calls, order: ++this.#order, startedAt: this.#clock.monotonic() };
    this.#calls.set(made.number, made);
    return made;
  }

  /** The very same call again; what was said of it before is over. */
  again(call: CallMade): CallMade {
    this.#denied.delete(call.number);
    call.startedAt = this.#clock.monotonic();
    call.order = ++this.#order;
    return call;
  }

  /** The user has said yes to one more job for this wish. */
  saysYes(wish: string): void {
    this.#yeses.set(wish, (this.#yeses.get(wish) ?? 0) + 1);
  }

  clockMoved(ms: number): void {
    if (ms > 0) this.#clockMovedAhead = this.#clock.monotonic();
  }

  storeReplaced(hosts: readonly string[]): void {
    this.#storeReplacedAt = this.#clock.monotonic();
    this.stored.clear();
    const now = this.#clock.monotonic();
    for (const job of this.#jobs) {
      const { host = '', startedAt = 0 } = this.#calls.get(job.call) ?? {};
      // Only the old store recorded the owner of the id that a misnamed job was given.
      if (!hosts.includes(host) || now - startedAt > OUTBOX_KEPT_MS || job.misnamed) this.#forgotten.add(job);
    }
  }

  hostEnded(host: string): void {
    this.#ended.add(host);
    for (const [id, told] of this.#told) if (told.host === host) this.#told.delete(id);
    if (this.#storeReplacedAt === Number.NEGATIVE_INFINITY) return;
    // What it kept in memory for the store that was replaced may not have been written yet.
    for (const job of this.#jobs) if (this.#calls.get(job.call)?.host === host) this.#forgotten.add(job);
  }

  /** A submit has reached the gateway. */
  arrived(arrival: Arrival, statusOf: (job: TrueJob) => GatewayStatus): void {
    this.#arrivals.push({ ...arrival, order: this.#calls.get(arrival.call)?.order ?? 0 });
    if (arrival.job) this.#made(arrival.job, statusOf);
    if (!this.#calls.get(arrival.call)?.lifted || arrival.refused) return;
    // The user has accepted whatever earlier doubts may have made.
    for (const job of this.#jobs)
      if (job.wish === arrival.wish && job !== arrival.job && (!this.#told.has(job.id) || this.#gone.has(job)))
        this.#settled.add(job);
  }

  #made(job: TrueJob, statusOf: (job: TrueJob) => GatewayStatus): void {
    const others = this.#jobs.filter(
      other => other.wish === job.wish && !this.#isForgotten(other) && !this.#settled.has(other),
    );
    const counted = others.filter(other => this.#counts(other, statusOf(other)));
    this.#jobs.push(job);
    const call = this.#calls.get(job.call);
    if (!call) throw new Error(`${job.id} was made for call ${job.call}, which nobody made.`);
    if (this.#denied.has(job.call))
      this.breaks(`${job.id} was made by call ${job.call} after it said that there is none.`);
    if (this.#madeBy(call).length > 1) this.breaks(`Call ${job.call} made two jobs.`);
    if (counted.length === 0) return;
    const excess = (this.#excess.get(job.wish) ?? 0) + 1;
    this.#excess.set(job.wish, excess);
    const yeses = this.#yeses.get(job.wish) ?? 0;
    if (excess > yeses) {
      this.breaks(
        `${job.id} is one more job for ${job.wish} beside ${counted.map(({ id }) => id).join(', ')}, and the user said yes ${yeses} times.`,
      );
    }
  }

  /** Whether no process and no store can know of a job any more. */
  #isForgotten(job: TrueJob): boolean {
    const kept = this.#clock.monotonic() - job.madeAt <= OUTBOX_KEPT_MS;
    return this.#forgotten.has(job) || (job.madeAt <= this.#storeReplacedAt && !kept);
  }

  /** The jobs of a call since it was last made. */
  #madeBy({ number, order }: CallMade): TrueJob[] {
    return this.#arrivals.flatMap(arrival =>
      arrival.job && arrival.call === number && arrival.order === order ? [arrival.job] : [],
    );
  }

  /** Whether a job keeps an equal one from being made without a yes. */
  #counts(job: TrueJob, status: GatewayStatus): boolean {
    const movedAhead = this.#clockMovedAhead >= job.madeAt;
    if (status === 'IN_QUEUE' || status === 'IN_PROGRESS') return true;
    if (status !== 'COMPLETED') return false;
    const templateOf = (call: number) => this.#calls.get(call)?.templateId;
    // A, B and A again is an undo, unless B is known to have come to nothing.
    const own = this.#arrivals.findIndex(arrival => arrival.job === job);
    const order = this.#arrivals[own]?.order ?? 0;
    const superseded = this.#arrivals.some(
      (later, i) =>
        // Which of two calls at once was first is not said.
        (i > own || later.order > order) &&
        later.wish !== job.wish &&
        templateOf(later.call) === templateOf(job.call) &&
        !later.refused &&
        !(later.job && this.#failed.has(later.job.id)),
    );
    // A process that was killed may have reserved a row without sending anything.
    const reserved = [...this.#calls.values()].some(
      call =>
        call.tool === 'update_template' &&
        call.order > order &&
        call.wish !== job.wish &&
        call.templateId === templateOf(job.call) &&
        this.#ended.has(call.host),
    );
    return !superseded && !reserved && this.#clock.monotonic() - job.endsAt < DUPLICATE_MS && !movedAhead;
  }

  /** An answer that names the job as documented has reached a process. */
  told(job: TrueJob, hosts: readonly string[]): void {
    const host = this.#calls.get(job.call)?.host ?? '';
    if (hosts.includes(host)) this.#told.set(job.id, { host, at: this.#clock.monotonic() });
  }

  /** A reply, how many calls of its chain had no live answer until now, and how many agents may make the same calls. */
  replied(
    call: CallMade,
    reply: Reply,
    deadCalls: number,
    sharers: number,
    statusOf: (id: string) => GatewayStatus | undefined,
  ): void {
    const took = this.#clock.monotonic() - call.startedAt;
    if (took > LONGEST_CALL_MS) this.breaks(`Call ${call.number} (${call.tool}) took ${took / 1000} s.`);
    // Equal calls of several agents are counted together.
    if (deadCalls > MOST_DEAD_CALLS * sharers) {
      this.breaks(`Call ${call.number} is the ${deadCalls}th in a row without a live answer.`);
    }
    const text = [reply.summary, reply.error?.message, ...(reply.error?.steps ?? []), reply.next.reason].join(' ');
    const own = this.#madeBy(call);
    if (/no job was made|nothing is billed|nothing was sent now|nothing was submitted/i.test(text) || reply.duplicate) {
      this.#denied.set(call.number, text);
      if (own.length > 0) this.breaks(`Call ${call.number} made ${own[0]?.id} and says: ${text}`);
    }
    const { status, request_id: id } = reply.job ?? {};
    if (this.#storeIsWell() && !text.includes('store is away')) {
      if (id !== undefined && (status === 'FAILED' || status === 'CANCELLED')) this.#failed.add(id);
      const known = [...(reply.jobs ?? []), ...(call.tool === 'get_status' && reply.job ? [reply.job] : [])];
      for (const { request_id: storedId } of known) if (storedId !== undefined) this.stored.add(storedId);
    }
    if (reply.cancelled && id !== undefined && statusOf(id) !== 'CANCELLED') {
      this.breaks(`Call ${call.number} says that ${id} is cancelled, and it is ${statusOf(id)}.`);
    }
    this.#judgeGone(call, reply);
    for (const job of [reply.job, ...(reply.jobs ?? [])]) if (job) this.#judge(call, job, statusOf);
  }

  /** A job that is said to be gone must be one that the gateway has forgotten. */
  #judgeGone({ number }: CallMade, { error }: Reply): void {
    if (error?.code !== 'job_gone' && error?.code !== 'result_expired') return;
    const job = this.#jobs.find(({ id }) => id === error.request_id);
    if (job) this.#gone.add(job);
    if (!job || this.#clockMovedAhead >= job.madeAt || this.#clock.monotonic() >= job.forgottenAt) return;
    this.breaks(`Call ${number} says that ${job.id} is gone, and the gateway has it.`);
  }

  /** What is said of a job’s bill must be true. */
  #judge(call: CallMade, job: Job, statusOf: (id: string) => GatewayStatus | undefined): void {
    const truth = job.request_id === undefined ? undefined : statusOf(job.request_id);
    if (truth === undefined) return;
    const says = `Call ${call.number} says of ${job.request_id} ${job.status}, billed: ${job.billed}, and it is ${truth}`;
    if (job.billed === true && truth !== 'COMPLETED') this.breaks(says);
    if (job.billed === false && job.terminal && truth === 'COMPLETED') this.breaks(says);
    if (job.terminal && job.status !== truth) this.breaks(says);
  }

  /** Every job that the gateway made must be in the list, by its id or as a doubt. */
  compare(listed: readonly Job[]): void {
    const ids = new Set(listed.map(({ request_id: id }) => id));
    for (const wish of new Set(this.#jobs.map(job => job.wish))) {
      const missing = this.#jobs.filter(job => job.wish === wish && !ids.has(job.id) && !this.#isForgotten(job));
      const doubts = listed.filter(({ name, status }) => name === wish && status === 'UNKNOWN');
      if (missing.length > doubts.length) {
        this.breaks(
          `${missing.map(({ id }) => id).join(', ')} of ${wish} are not listed, and there are ${doubts.length} doubts.`,
        );
      }
    }
    for (const wish of new Set([...this.#calls.values()].map(call => call.wish))) this.#compareDoubts(wish, listed);
    for (const [id] of this.#told) {
      const job = this.#jobs.find(one => one.id === id);
      if (job && !ids.has(id) && !this.#isForgotten(job)) this.breaks(`The id ${id} was told and is not in the store.`);
    }
  }

  /** A doubt must come of a request that left and was not refused, or of a process that ended. */
  #compareDoubts(wish: string, listed: readonly Job[]): void {
    const doubts = listed.filter(({ name, status }) => name === wish && status === 'UNKNOWN').length;
    const calls = [...this.#calls.values()].filter(call => call.wish === wish && call.tool === 'update_template');
    const cutOff = calls.filter(({ host }) => this.#ended.has(host)).length;
    const open = this.#arrivals.filter(
      ({ refused, call }) =>
        !refused && this.#calls.get(call)?.wish === wish && !this.#ended.has(this.#calls.get(call)?.host ?? ''),
    ).length;
    if (doubts > cutOff + open)
      this.breaks(`${wish} has ${doubts} doubts, and at most ${cutOff + open} requests are in doubt.`);
  }
}
