import { randomBytes } from 'node:crypto';
import { type Plan, planFor } from './directives.ts';

const RESULT_KEPT_MS = 7 * 24 * 3_600_000;
/** How long a transient refusal lasts: longer than a submit is repeated within a call, so that an agent sees it. */
const REFUSAL_MS = 12_000;

/** A job of the sandbox. Its state follows from the clock alone. */
export interface SandboxJob {
  id: string;
  recordId: string;
  plan: Plan;
  takenAt: number;
  cancelled: boolean;
  webhookUrl: string | null;
}

export type SandboxStatus = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** The sandbox's jobs and refusals: its whole memory. */
export class Ledger {
  readonly #jobs = new Map<string, SandboxJob>();
  readonly #refusals = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  take(prompt: string, times: { queueMs: number; workMs: number }, webhookUrl: string | null): SandboxJob {
    const id = randomBytes(16).toString('hex');
    const recordId = `rec_${randomBytes(8).toString('hex')}`;
    const job = { id, recordId, plan: planFor(prompt, times), takenAt: this.#now(), cancelled: false, webhookUrl };
    this.#jobs.set(id, job);
    return job;
  }

  /** The job, unless it is unknown or its result has expired. */
  find(id: string): SandboxJob | null {
    const job = this.#jobs.get(id);
    if (!job || (isOver(this.status(job)) && (job.plan.expired || this.#now() >= endOf(job) + RESULT_KEPT_MS)))
      return null;
    return job;
  }

  status(job: SandboxJob): SandboxStatus {
    if (job.cancelled) return 'CANCELLED';
    const age = this.#now() - job.takenAt;
    if (age < job.plan.queueMs) return 'IN_QUEUE';
    return age < job.plan.queueMs + job.plan.workMs ? 'IN_PROGRESS' : job.plan.end;
  }

  /** Milliseconds until the job ends by itself. */
  remaining(job: SandboxJob): number {
    return Math.max(0, endOf(job) - this.#now());
  }

  /** Milliseconds for which a transient refusal of this prompt still lasts; it starts with the first such prompt. */
  refusalLeft(prompt: string): number {
    const start = this.#refusals.get(prompt) ?? this.#now();
    this.#refusals.set(prompt, start);
    return Math.max(0, start + REFUSAL_MS - this.#now());
  }
}

const isOver = (status: SandboxStatus): boolean => status !== 'IN_QUEUE' && status !== 'IN_PROGRESS';

const endOf = (job: SandboxJob): number => job.takenAt + job.plan.queueMs + job.plan.workMs;
