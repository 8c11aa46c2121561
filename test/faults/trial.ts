import { goodDefinition } from '../definition/definitions.ts';
import { type CheckedReply, checkResult } from './envelope.ts';
import type { FaultGateway } from './fault-gateway.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import type { Answer, WireServer } from './wire-server.ts';

/** No call may last longer. */
const LONGEST_CALL_MS = 55_000;

/** What came of a scenario. */
export interface Verdict {
  scenario: Scenario;
  /** The code of each call's problem, or `ok`. */
  outcomes: string[];
  slowestMs: number;
  wrong: string[];
}

/** Plays one scenario through a server, and holds what came of it against the gateway's truth. */
export class Trial {
  readonly #server: WireServer;
  readonly #gateway: FaultGateway;
  readonly #scenario: Scenario;
  readonly #wrong: string[] = [];
  readonly #outcomes: string[] = [];
  #slowestMs = 0;

  constructor(server: WireServer, gateway: FaultGateway, seed: number) {
    this.#server = server;
    this.#gateway = gateway;
    this.#scenario = scenarioOf(seed);
  }

  /** The prompt, the template and the beginning of the job's id, all of them this scenario's alone. */
  static nameOf(seed: number): string {
    return `seed-${seed}-end`;
  }

  async play(): Promise<Verdict> {
    const { seed, tool, own, faults, repeats, status, cancel } = this.#scenario;
    const name = Trial.nameOf(seed);
    const bad = { faults, repeats, status, cancel };
    const clean = { ...bad, faults: [] };
    const prompt = { ...this.#update(name) };
    let id = `${name}-elsewhere`;
    if (tool === 'update_template' || tool === 'list_jobs' || tool === 'validate_template') {
      this.#gateway.subjects.set(`submit ${name}`, bad);
    } else if (own && this.#scenario.door === 'open') {
      this.#gateway.subjects.set(`submit ${name}`, clean);
      const reply = await this.#submit(prompt, name);
      id = reply?.job?.request_id ?? id;
    }
    this.#gateway.subjects.set(`status ${id}`, tool === 'cancel_job' ? { ...clean, repeats: false } : bad);
    this.#gateway.subjects.set(`cancel ${id}`, bad);
    await this.#focus(tool, name, id, prompt);
    return { scenario: this.#scenario, outcomes: this.#outcomes, slowestMs: this.#slowestMs, wrong: this.#wrong };
  }

  async #focus(tool: Scenario['tool'], name: string, id: string, update: object): Promise<void> {
    switch (tool) {
      case 'update_template':
        await this.#submit(update, name);
        // Whoever was not told makes the very same call again.
        if (this.#scenario.own) await this.#submit(update, name);
        return;
      case 'list_jobs':
        await Promise.all([this.#submit(update, name), this.#call('list_jobs', { limit: 5 })]);
        await this.#call('list_jobs', { template_id: name });
        return;
      case 'validate_template':
        await Promise.all([
          this.#submit(update, name),
          this.#call('validate_template', { template: goodDefinition(), template_id: name }),
        ]);
        return;
      case 'get_status':
        await this.#call(tool, { request_id: id, wait_seconds: this.#scenario.waitSeconds });
        return;
      default:
        await this.#call(tool, { request_id: id });
    }
  }

  #update(name: string): object {
    const template = this.#scenario.withTemplate ? { template: goodDefinition() } : {};
    return { prompt: name, template_id: name, ...template };
  }

  /** One call of update_template: it may leave twice only if each but the last was refused. */
  async #submit(args: object, name: string): Promise<CheckedReply | null> {
    const before = this.#gateway.submits.get(name)?.length ?? 0;
    const reply = await this.#call('update_template', args);
    const all = this.#gateway.submits.get(name) ?? [];
    const sent = all.slice(before);
    if (sent.slice(0, -1).some(submit => !submit.refused)) {
      this.#wrong.push(`submitted ${sent.length} times in one call: ${JSON.stringify(sent)}`);
    }
    if (all.filter(submit => submit.requestId !== null).length > 1) {
      this.#wrong.push(`two jobs of the very same call: ${JSON.stringify(all)}`);
    }
    const last = sent.at(-1);
    if (last?.told && reply?.job?.request_id !== last.requestId) {
      this.#wrong.push(`the job ${last.requestId} was told and came out as ${reply?.job?.request_id}`);
    }
    return reply;
  }

  async #call(tool: string, args: object): Promise<CheckedReply | null> {
    const answer: Answer & { ms: number } = await this.#server.call(tool, args);
    this.#slowestMs = Math.max(this.#slowestMs, answer.ms);
    if (answer.ms > LONGEST_CALL_MS) this.#wrong.push(`${tool} took ${Math.round(answer.ms)} ms`);
    if (answer.error) {
      this.#wrong.push(`${tool} was answered with a protocol error: ${JSON.stringify(answer.error)}`);
      return null;
    }
    const { reply, wrong } = checkResult(answer.result);
    this.#wrong.push(...wrong.map(what => `${tool}: ${what}`));
    const mine = reply?.job?.request_id ?? null;
    if (mine !== null && !mine.startsWith(Trial.nameOf(this.#scenario.seed))) {
      this.#wrong.push(`${tool} answered with another call's job, ${mine}`);
    }
    if (reply?.job?.outputs.some(({ url }) => !url.includes(Trial.nameOf(this.#scenario.seed)))) {
      this.#wrong.push(`${tool} answered with another job's outputs`);
    }
    this.#outcomes.push(reply?.error?.code ?? (reply?.duplicate ? 'duplicate' : 'ok'));
    return reply;
  }
}

/** Whether the store knows every job that the gateway has made of a seed's calls. */
export async function findLost(server: WireServer, gateway: FaultGateway, seed: number): Promise<string[]> {
  const name = Trial.nameOf(seed);
  const made = (gateway.submits.get(name) ?? []).filter(submit => submit.requestId !== null);
  if (made.length === 0) return [];
  const { result } = await server.call('list_jobs', { template_id: name });
  const jobs = checkResult(result).reply?.jobs ?? [];
  return made.flatMap(({ requestId, told }) => {
    if (jobs.some(job => job.request_id === requestId)) return [];
    if (!told && jobs.some(job => job.status === 'UNKNOWN')) return [];
    return [`the job ${requestId} is lost (${told ? 'its id was told whole' : 'its id was never told whole'})`];
  });
}
