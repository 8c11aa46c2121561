import { GatewayFailure, SurroundingsFailure } from '../../src/base/failure.ts';
import type { Accepted, Gateway, GatewayStatus, JobReport, Submit } from '../../src/gateway/gateway.ts';
import type { JobRecord } from '../../src/jobs/job.ts';
import { JobService } from '../../src/jobs/service.ts';
import type { JobStore } from '../../src/jobs/store/job-store.ts';
import { HandClock, settled } from '../support/hand-clock.ts';
import { MemoryStore } from './memory-store.ts';

export const POLL_INTERVAL_MS = 5_000;
export const ORIGIN = 'https://gateway.example';

export const report = (status: GatewayStatus, more: Partial<JobReport> = {}): JobReport => ({
  status,
  outputs: [],
  ...more,
});

export const failure = (code: GatewayFailure['code'], facts: Partial<GatewayFailure['facts']> = {}): GatewayFailure =>
  new GatewayFailure(code, { operation: 'poll', ...facts });

export const submitOf = (what = 'a', more: Partial<Submit> = {}): Submit => ({
  model: 'shotstack/template-update',
  inputs: { prompt: what },
  templateId: 'tpl-1',
  intent: { prompt: what },
  ...more,
});

/** A gateway whose answers are functions, which a test replaces. It gives the ids job-1, job-2 …. */
export class ScriptedGateway implements Gateway {
  readonly origin = ORIGIN;
  readonly submits: Submit[] = [];
  readonly polls: { id: string; at: number }[] = [];
  readonly cancels: string[] = [];
  onSubmit: (nth: number, signal: AbortSignal) => Promise<Accepted> = async nth => accepted(`job-${nth}`);
  onPoll: (id: string, nth: number) => Promise<JobReport> = async () => report('IN_QUEUE');
  onCancel: (id: string) => Promise<void> = async () => {};
  readonly #clock: HandClock;

  constructor(clock: HandClock) {
    this.#clock = clock;
  }

  async submit(submit: Submit, signal: AbortSignal): Promise<Accepted> {
    return this.onSubmit(this.submits.push(submit), signal);
  }

  async poll(id: string): Promise<JobReport> {
    return this.onPoll(id, this.polls.push({ id, at: this.#clock.monotonic() }));
  }

  async cancel(id: string): Promise<void> {
    this.cancels.push(id);
    return this.onCancel(id);
  }

  async close(): Promise<void> {}
}

export const accepted = (requestId: string, more: Partial<Accepted> = {}): Accepted => ({
  requestId,
  status: 'IN_QUEUE',
  outputs: [],
  ...more,
});

interface SubmitOptions {
  lift?: number;
  service?: JobService;
  signal?: AbortSignal;
  /** The time that the call has. */
  limitMs?: number;
  templateId?: string;
}

/** One job service on a hand clock. `fault` is asked before every use of the store; what it throws is the store's failure. */
export class Stage {
  readonly clock: HandClock;
  readonly gateway: ScriptedGateway;
  readonly store: MemoryStore;
  readonly log: { event: string; facts: Record<string, unknown> }[] = [];
  fault: (method: keyof JobStore | 'open') => Promise<void> | void = () => {};
  readonly service: JobService;

  constructor({ maxSubmitsPerHour = 0 } = {}) {
    this.clock = new HandClock();
    this.gateway = new ScriptedGateway(this.clock);
    this.store = new MemoryStore(ORIGIN, () => this.clock.now());
    this.service = this.startService({ maxSubmitsPerHour });
  }

  /** A further process on the same store. */
  startService({ maxSubmitsPerHour = 0 } = {}): JobService {
    const guarded = faulty(this.store, method => this.fault(method));
    return new JobService({
      gateway: this.gateway,
      store: async () => {
        await this.fault('open');
        return guarded;
      },
      clock: this.clock,
      log: (_level, event, facts = {}) => this.log.push({ event, facts }),
      pollMs: POLL_INTERVAL_MS,
      maxSubmitsPerHour,
    });
  }

  /** A submit with the time that a call has by default. */
  submit(
    what = 'a',
    { lift = 0, service = this.service, signal = never(), limitMs = 50_000, ...more }: SubmitOptions = {},
  ) {
    const deadline = this.clock.monotonic() + limitMs;
    return outcome(service.submit(submitOf(what, more), lift, { signal, deadline }));
  }

  wait(requestId: string, waitMs = 0, { service = this.service, signal = never() } = {}) {
    return outcome(service.wait(requestId, waitMs, signal, () => {}));
  }

  /** Lets time pass until the promise is settled. */
  async until<T>(promise: Promise<T>, limitMs = 300_000): Promise<T> {
    let done = false;
    void promise.then(
      () => (done = true),
      () => (done = true),
    );
    for (let ms = 0; !done && ms < limitMs; ms += 100) await this.clock.pass(100);
    await settled();
    if (!done) throw new Error(`Not settled within ${limitMs} ms.`);
    return promise;
  }

  /** The store cannot be used until the returned function is called. */
  takeStoreAway(): () => void {
    this.fault = () => {
      throw away();
    };
    return () => {
      this.fault = () => {};
    };
  }

  async list(): Promise<Pick<JobRecord, 'status' | 'requestId'>[]> {
    const { records } = await this.service.list({ limit: 20 });
    return records.map(({ status, requestId }) => ({ status, ...(requestId ? { requestId } : {}) }));
  }
}

export const never = (): AbortSignal => new AbortController().signal;
export const away = (): SurroundingsFailure => new SurroundingsFailure('store_unavailable', { reason: 'held' });

function faulty(store: JobStore, fault: (method: keyof JobStore) => Promise<void> | void): JobStore {
  return new Proxy(store, {
    get(target, name: keyof JobStore) {
      const member = target[name];
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        await fault(name);
        return Reflect.apply(member, target, args);
      };
    },
  });
}

/** A promise's value or the failure it was rejected with, so that neither is left unhandled. */
async function outcome<T>(work: Promise<T>): Promise<T | GatewayFailure | SurroundingsFailure> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GatewayFailure || error instanceof SurroundingsFailure) return error;
    throw error;
  }
}

/** A promise together with the means to settle it later. */
export function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
