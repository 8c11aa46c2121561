import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { SurroundingsFailure } from '../../src/base/failure.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { CALL_MS } from '../../src/base/limits.ts';
import { GatewayFailure } from '../../src/gateway/failure.ts';
import type { Accepted, Gateway, GatewayStatus, JobReport, Submit } from '../../src/gateway/gateway.ts';
import type { JobRecord } from '../../src/jobs/job.ts';
import type { JobCall } from '../../src/jobs/poller.ts';
import { JobService } from '../../src/jobs/service.ts';
import type { JobStore } from '../../src/jobs/store/job-store.ts';
import { openStore } from '../../src/jobs/store/open.ts';
import { HandClock, settled } from '../support/hand-clock.ts';

export const POLL_INTERVAL_MS = 5_000;
export const ORIGIN = 'https://gateway.example';

export const report = (status: GatewayStatus, more: Partial<JobReport> = {}): JobReport => ({
  status,
  outputs: [],
  ...more,
});

export const failure = (code: GatewayFailure['code'], facts: Partial<GatewayFailure['facts']> = {}): GatewayFailure =>
  new GatewayFailure(code, { operation: 'poll', ...facts });

const submitOf = (what = 'a', more: Partial<Submit> = {}): Submit => ({
  model: 'shotstack/template-update',
  inputs: { prompt: what },
  templateId: 'tpl-1',
  intent: { prompt: what },
  ...more,
});

/** A gateway whose answers are functions, which a test replaces. It gives the ids job-1, job-2 …. */
class ScriptedGateway implements Gateway {
  readonly origin: string;
  readonly submits: Submit[] = [];
  readonly polls: { id: string; at: number }[] = [];
  readonly cancels: string[] = [];
  onSubmit: (nth: number, signal: AbortSignal) => Promise<Accepted> = async nth => accepted(`job-${nth}`);
  onPoll: (id: string, nth: number) => Promise<JobReport> = async () => report('IN_QUEUE');
  onCancel: (id: string) => Promise<void> = async () => {};
  readonly #clock: HandClock;

  constructor(clock: HandClock, origin = ORIGIN) {
    this.#clock = clock;
    this.origin = origin;
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
  definition?: JsonObject;
}

const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});

interface ServiceOptions {
  maxSubmitsPerHour?: number;
  key?: string;
  origin?: string;
}

/** Job services on a hand clock and one SQLite file. */
export class Stage {
  readonly clock = new HandClock();
  readonly gateway = new ScriptedGateway(this.clock);
  readonly log: { event: string; facts: Record<string, unknown> }[] = [];
  /** Called before every use of the store; what it throws is the store's failure. */
  fault: (method: keyof JobStore) => Promise<void> | void = () => {};
  /** Changes what a method of the store has resolved to. */
  alter: (method: keyof JobStore, result: unknown) => unknown = (_method, result) => result;
  readonly store: JobStore;
  readonly service: JobService;
  readonly #folder = mkdtempSync(join(tmpdir(), 'jobs-'));
  readonly #stores: JobStore[] = [];

  private constructor(options: ServiceOptions) {
    this.store = this.#openStore(options);
    this.service = this.#serve(this.store, options);
    stages.push(this);
  }

  static async start(options: ServiceOptions = {}): Promise<Stage> {
    const stage = new Stage(options);
    await stage.store.list({ limit: 1 });
    return stage;
  }

  /** A further process on the same store. */
  async startService(options: ServiceOptions = {}): Promise<JobService> {
    const store = this.#openStore(options);
    await store.list({ limit: 1 });
    return this.#serve(store, options);
  }

  #serve(store: JobStore, { maxSubmitsPerHour = 0, origin }: ServiceOptions): JobService {
    return new JobService({
      gateway: origin === undefined ? this.gateway : new ScriptedGateway(this.clock, origin),
      store: faulty(store, this),
      clock: this.clock,
      log: (_level, event, facts = {}) => this.log.push({ event, facts }),
      pollIntervalMs: POLL_INTERVAL_MS,
      maxSubmitsPerHour,
    });
  }

  #openStore({ key = 'key', origin = ORIGIN }: ServiceOptions): JobStore {
    const store = openStore({ dataDir: this.#folder, key, origin, now: () => this.clock.now() });
    this.#stores.push(store);
    return store;
  }

  /** Deletes the store's file under the processes that use it. */
  deleteStore(): void {
    for (const end of ['', '-wal', '-shm']) rmSync(join(this.#folder, `jobs.sqlite${end}`), { force: true });
  }

  /** Moves the store's file away, and with the returned function back. */
  moveStore(): () => void {
    const move = (from: string, to: string): void => {
      for (const end of ['', '-wal', '-shm']) {
        const file = join(this.#folder, `${from}${end}`);
        if (existsSync(file)) renameSync(file, join(this.#folder, `${to}${end}`));
      }
    };
    move('jobs.sqlite', 'moved.sqlite');
    return () => {
      this.deleteStore();
      move('moved.sqlite', 'jobs.sqlite');
    };
  }

  async close(): Promise<void> {
    for (const store of this.#stores) await store.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** What stands in the store, the outbox left aside. */
  async stored(): Promise<Pick<JobRecord, 'status' | 'requestId'>[]> {
    return (await this.store.list({ limit: 20 })).map(shown);
  }

  /** A submit with the time that a call has by default. */
  submit(
    what = 'a',
    { lift = 0, service = this.service, signal = never(), limitMs = CALL_MS, ...more }: SubmitOptions = {},
  ) {
    return outcome(service.submit(submitOf(what, more), lift, this.call(signal, limitMs)));
  }

  /** A call that begins now. */
  call(signal = never(), limitMs = CALL_MS): JobCall {
    return { signal, deadline: this.clock.monotonic() + limitMs };
  }

  wait(requestId: string, waitMs = 0, { service = this.service, signal = never() } = {}) {
    return outcome(service.wait(requestId, waitMs, this.call(signal), () => {}));
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

  /** What the service lists. */
  async list(): Promise<Pick<JobRecord, 'status' | 'requestId'>[]> {
    return (await this.service.list({ limit: 20 })).records.map(shown);
  }
}

const shown = ({ status, requestId }: JobRecord): Pick<JobRecord, 'status' | 'requestId'> => ({
  status,
  ...(requestId ? { requestId } : {}),
});

const never = (): AbortSignal => new AbortController().signal;
export const away = (): SurroundingsFailure => new SurroundingsFailure('store_unavailable', { reason: 'held' });

function faulty(store: JobStore, stage: Stage): JobStore {
  return new Proxy(store, {
    get(target, name: keyof JobStore) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'close') return () => target.close();
      return async (...args: unknown[]) => {
        await stage.fault(name);
        return stage.alter(name, await Reflect.apply(member, target, args));
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
