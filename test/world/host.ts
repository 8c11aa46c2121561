import { subscribe } from 'node:diagnostics_channel';
import type { Clock } from '../../src/base/clock.ts';
import { SurroundingsFailure } from '../../src/base/failure.ts';
import { CALL_MS, MAX_WAIT_SECONDS } from '../../src/base/limits.ts';
import { SkillbossGateway } from '../../src/gateway/skillboss.ts';
import { JobService } from '../../src/jobs/service.ts';
import { type JobStore, UncertainReservation } from '../../src/jobs/store/job-store.ts';
import { openStore } from '../../src/jobs/store/open.ts';
import { TemplateUpdateModel } from '../../src/models/template-update.ts';
import { Repeats } from '../../src/tools/repeats.ts';
import type { Reply } from '../../src/tools/reply.ts';
import { callTool, findTool } from '../../src/tools/tools.ts';
import type { Dice } from '../support/random.ts';

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

/** What does not wait for the world's clock: the store's work, and requests on their way. */
export class Work {
  #stored = 0;

  get pending(): number {
    return this.#stored + requests.size;
  }

  async during<T>(work: Promise<T>): Promise<T> {
    this.#stored++;
    try {
      return await work;
    } finally {
      this.#stored--;
    }
  }
}

/** Requests of this process that undici has not finished. */
const requests = new Set<unknown>();
subscribe('undici:request:create', message => requests.add(requestOf(message)));
subscribe('undici:request:trailers', message => requests.delete(requestOf(message)));
subscribe('undici:request:error', message => requests.delete(requestOf(message)));

const requestOf = (message: unknown): unknown => (message as { request: unknown }).request;

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
    const { name, clock, folder, baseUrl, key, dice } = options;
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
    });
    this.#repeats = new Repeats(this.#clock);
    this.service = new JobService({
      gateway: this.#gateway,
      store: this.#faultyStore(),
      clock: this.#clock,
      log: () => {},
      pollIntervalMs: 12_000,
      maxSubmitsPerHour: 0,
    });
  }

  /** Calls a tool as an agent does. Never resolves once the process is killed. */
  async call(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<Reply> {
    const tool = findTool(name);
    if ('meant' in tool) throw new Error(`There is no tool ${name}.`);
    const call = {
      jobs: async () => this.service,
      templateUpdates: async () => this.#model,
      files: notUsed,
      downloads: notUsed,
      resolve: notUsed,
      clock: this.#clock,
      maxWaitSeconds: MAX_WAIT_SECONDS,
      deadline: this.#clock.monotonic() + CALL_MS,
      signal,
      progress: () => {},
    };
    const log = (_level: string, event: string, fields?: Record<string, unknown>): void => {
      if (event === 'internal_error') this.#options.note(`BROKEN: ${JSON.stringify(fields)}`);
    };
    const reply = await callTool(tool, args, call, { sandbox: false, log, repeats: this.#repeats });
    if (!this.alive) await forever;
    return reply.structuredContent as unknown as Reply;
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
}

const away = (): SurroundingsFailure => new SurroundingsFailure('store_unavailable', { reason: 'held' });

async function notUsed(): Promise<never> {
  throw new Error('The world has none.');
}
