import type { FaultGateway } from '../faults/fault-gateway.ts';
import type { Random } from '../faults/faults.ts';

/** The soak's jobs: how long each lives at the gateway, and how often it was asked about. */
export class Jobs {
  /** Ids of jobs that have not ended. */
  readonly live: string[] = [];
  /** The prompt of each submit that was made. */
  readonly prompts: string[] = [];
  /** The shortest time between two looks at one job that were no retries, milliseconds. */
  shortestGapMs = Number.POSITIVE_INFINITY;
  /** The most looks at one job in one minute, retries apart. */
  mostLooksInMinute = 0;
  looks = 0;
  retries = 0;
  readonly #random: Random;
  readonly #lives = new Map<string, { end: number; last: number; seen: number[] }>();

  constructor(gateway: FaultGateway, random: Random) {
    this.#random = random;
    gateway.stateOf = (job, again) => this.#look(job, again);
  }

  nextPrompt(): string {
    const prompt = `soak-${this.prompts.length + 1}-end`;
    this.prompts.push(prompt);
    return prompt;
  }

  begin(id: string): void {
    this.live.push(id);
    this.#lives.set(id, {
      end: performance.now() + 60_000 + this.#random() * 120_000,
      last: Number.NEGATIVE_INFINITY,
      seen: [],
    });
  }

  end(id: string): void {
    const at = this.live.indexOf(id);
    if (at === -1) return;
    this.live[at] = this.live.at(-1) ?? id;
    this.live.pop();
    this.#lives.delete(id);
  }

  any(): string | undefined {
    return this.live[Math.floor(this.#random() * this.live.length)];
  }

  #look(id: string, again: boolean): string {
    const now = performance.now();
    const life = this.#lives.get(id);
    if (again) this.retries++;
    else this.looks++;
    if (!life) return 'IN_QUEUE';
    if (!again) {
      this.shortestGapMs = Math.min(this.shortestGapMs, now - life.last);
      life.seen = [...life.seen.filter(seen => seen > now - 60_000), now];
      this.mostLooksInMinute = Math.max(this.mostLooksInMinute, life.seen.length);
    }
    life.last = now;
    if (now < life.end - 30_000) return 'IN_QUEUE';
    return now < life.end ? 'IN_PROGRESS' : 'COMPLETED';
  }
}
