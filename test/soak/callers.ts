import { setTimeout as delay } from 'node:timers/promises';
import { goodDefinition } from '../definition/definitions.ts';
import { type CheckedReply, checkResult } from '../faults/envelope.ts';
import type { Random } from '../faults/faults.ts';
import type { WireServer } from '../faults/wire-server.ts';
import type { Jobs } from './jobs.ts';

/** No call may last longer. */
const LONGEST_CALL_MS = 55_000;

export interface CallersOptions {
  server: WireServer;
  jobs: Jobs;
  /** How many jobs are to be live. */
  live: number;
  random: Random;
}

/** Hosts that call without a pause, each when its last call is answered. */
export class Callers {
  readonly #options: CallersOptions;
  readonly codes = new Map<string, number>();
  /** How long each get_status took that only looked, milliseconds. */
  readonly lookMs: number[] = [];
  readonly wrong = new Set<string>();
  calls = 0;
  #stopped = false;
  #submitting = 0;

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  /** Calls, so many at a time, until `stop`. */
  async run(inFlight: number): Promise<void> {
    const caller = async (): Promise<void> => {
      while (!this.#stopped) await this.#callOnce();
    };
    await Promise.all(Array.from({ length: inFlight }, caller));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #callOnce(): Promise<void> {
    const { jobs, live, random } = this.#options;
    if (jobs.live.length + this.#submitting < live) return this.#submit();
    const id = jobs.any();
    if (id === undefined) return void (await delay(50));
    const n = random();
    if (n < 0.8) return this.#follow(id, n < 0.65 ? 0 : random() * 10);
    if (n < 0.9) return void (await this.#call('list_jobs', { limit: 20 }));
    if (n < 0.94) return void (await this.#call('validate_template', { template: goodDefinition() }));
    if (n < 0.95) return this.#cancel(id);
    await this.#call('get_status', { request_id: id, wait_seconds: 10 }, random() * 500);
  }

  async #submit(): Promise<void> {
    const { jobs } = this.#options;
    const prompt = jobs.nextPrompt();
    this.#submitting++;
    const reply = await this.#call('update_template', { prompt, template_id: prompt, template: goodDefinition() });
    this.#submitting--;
    if (reply?.job?.request_id) jobs.begin(reply.job.request_id);
  }

  async #follow(id: string, seconds: number): Promise<void> {
    const start = performance.now();
    const reply = await this.#call('get_status', { request_id: id, wait_seconds: seconds });
    if (seconds === 0) this.lookMs.push(performance.now() - start);
    if (reply?.job?.terminal) this.#options.jobs.end(id);
  }

  async #cancel(id: string): Promise<void> {
    const reply = await this.#call('cancel_job', { request_id: id });
    if (reply?.job?.terminal) this.#options.jobs.end(id);
  }

  /** A call; with `leaveAfter` the host cancels it after so many milliseconds and goes on. */
  async #call(tool: string, args: object, leaveAfter?: number): Promise<CheckedReply | null> {
    const { server } = this.#options;
    this.calls++;
    if (leaveAfter !== undefined) {
      await server.leave(tool, args, leaveAfter);
      return null;
    }
    const { result, error, ms } = await server.call(tool, args);
    if (ms > LONGEST_CALL_MS) this.wrong.add(`${tool} took ${Math.round(ms)} ms`);
    if (error) this.wrong.add(`${tool} was answered with a protocol error: ${error.message}`);
    const { reply, wrong } = error ? { reply: null, wrong: [] } : checkResult(result);
    for (const what of wrong) this.wrong.add(`${tool}: ${what}`);
    const code = reply?.error?.code ?? 'ok';
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    return reply;
  }
}
