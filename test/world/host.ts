import { Pool } from 'undici';
import type { Clock } from '../../src/base/clock.ts';
import { SurroundingsFailure } from '../../src/base/failure.ts';
import { CALL_MS } from '../../src/base/limits.ts';
import { SkillbossGateway } from '../../src/gateway/skillboss.ts';
import { JobService } from '../../src/jobs/service.ts';
import { type JobStore, UncertainReservation } from '../../src/jobs/store/job-store.ts';
import { openStore } from '../../src/jobs/store/open.ts';
import { TemplateUpdateModel } from '../../src/models/template-update.ts';
import { Repeats } from '../../src/tools/repeats.ts';
import type { Reply } from '../../src/tools/reply.ts';
import type { Dice } from '../support/random.ts';
import { carryOut } from './local-tools.ts';

/** How the store of every process fails. */
export type StoreFault = 'none' | 'away' | 'flaky';

export interface HostOptions {
  name: string;
  clock: Clock;
  /** The job store's folder. */
  folder: string;
  baseUrl: string;
  key: string;
  dice: Dice;
  storeFault(): StoreFault;
  /** Real work that is on its way: the world's clock waits for it. */
  work: Work;
  note(line: string): void;
}

/** Counts what does not wait for the world's clock. */
export class Work {
  pending = 0;

  async during<T>(work: Promise<T>): Promise<T> {
    this.pending++;
    try {
      return await work;
    } finally {
      this.pending--;
    }
  }
}

const forever = new Promise<never>(() => {});

/** One process of the server, as a host has started it. It can be killed at any instant. */
export class Host {
  readonly name: string;
  readonly service: JobService;
  alive = true;
  readonly #options: HostOptions;
  readonly #store: JobStore;
  readonly #gateway: SkillbossGateway;
  readonly #clock: Clock;
  readonly #repeats: Repeats;
  readonly #model = new TemplateUpdateModel('nested');

  constructor(options: HostOptions) {
    const { name, clock, folder, baseUrl, key, dice, work } = options;
    this.name = name;
    this.#options = options;
    this.#clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        if (!this.alive) await forever;
      },
    };
    this.#store = openStore({ dataDir: folder, key, origin: baseUrl, now: () => clock.now() });
    this.#gateway = new SkillbossGateway({
      baseUrl,
      key,
      clock: this.#clock,
      random: () => dice.random(),
      log: () => {},
      createDispatcher: origin => this.#countingPool(origin, work),
    });
    this.#repeats = new Repeats(this.#clock);
    this.service = new JobService({
      gateway: this.#gateway,
      store: async () => this.#faultyStore(),
      clock: this.#clock,
      log: () => {},
      pollMs: 5_000,
      maxSubmitsPerHour: 0,
    });
  }

  /** Calls a tool as an agent does. Never resolves once the process is killed. */
  async call(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<Reply> {
    const deadline = this.#clock.monotonic() + CALL_MS;
    const call = { deadline, signal, maxWaitSeconds: 45, progress: () => {} } as never;
    const now = () => this.#clock.now();
    const reply = await this.#repeats.run(name as never, args, call, () =>
      carryOut(name, args, { jobs: this.service, model: this.#model, signal, deadline, now }),
    );
    if (!this.alive) await forever;
    return reply;
  }

  /** Ends the process without any cleanup. */
  async kill(): Promise<void> {
    this.alive = false;
    await this.#gateway.close();
    await this.#store.close();
  }

  /** Ends it as a host does that closes its streams. */
  async quit(): Promise<void> {
    await this.service.drain();
    await this.service.close();
    await this.kill();
  }

  /** A store whose calls never come back once the process is dead, and fail as the world has it. */
  #faultyStore(): JobStore {
    const { storeFault, dice, work, note } = this.#options;
    return new Proxy(this.#store, {
      get: (target, name: keyof JobStore) => {
        const member = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        if (name === 'close') return async () => {};
        return async (...args: unknown[]) => {
          if (!this.alive) await forever;
          const fault = storeFault();
          if (fault === 'away' || (fault === 'flaky' && dice.chance(0.2))) {
            note(`${this.name}: the store is away at ${name}`);
            throw away();
          }
          const result = await work.during<unknown>(Reflect.apply(member, target, args));
          if (!this.alive) await forever;
          if (fault === 'flaky' && dice.chance(0.15)) {
            note(`${this.name}: the store does not answer after ${name}`);
            const { kind, row } = (result ?? {}) as { kind?: string; row?: never };
            throw kind === 'reserved' && row ? new UncertainReservation(row, away()) : away();
          }
          return result;
        };
      },
    });
  }

  #countingPool(origin: string, work: Work): Pool {
    const pool = new Pool(origin, { connections: 128, headersTimeout: 0, bodyTimeout: 0 });
    const request = pool.request.bind(pool);
    pool.request = (async (options: Parameters<Pool['request']>[0]) => {
      const response = await work.during(request(options));
      work.pending++;
      response.body.once('close', () => work.pending--);
      return response;
    }) as Pool['request'];
    return pool;
  }
}

const away = (): SurroundingsFailure => new SurroundingsFailure('store_unavailable', { reason: 'held' });

