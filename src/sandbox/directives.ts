/** How the sandbox lets a job run; changed by a directive in the prompt. */
export interface Plan {
  /** Answers the submit with this error instead of taking the job. */
  refuse: number | null;
  /** Takes the job, then drops the connection without an answer. */
  drop: boolean;
  queueMs: number;
  workMs: number;
  end: 'COMPLETED' | 'FAILED';
  /** Under which name the result holds its link; `none` is an acknowledgement without one. */
  result: 'outputs' | 'videos' | 'generated_images' | 'none';
  /** The result is gone already. */
  expired: boolean;
}

/** Refusals that last for a while after they are first met; then the submit is taken. */
export const TRANSIENT_REFUSALS: readonly number[] = [429, 500, 503];
/** What a proxy in between would answer: it leaves a doubt, though the sandbox makes no job. */
export const PROXY_ANSWERS: readonly number[] = [502, 504];
/** Refusals that last. */
export const LASTING_REFUSALS: readonly number[] = [400, 401, 402];

/** Every word that `[sandbox:…]` in a prompt takes, beside the status codes, and what it does. */
export const DIRECTIVES: Record<string, { meaning: string; change: Partial<Plan> }> = {
  queued: { meaning: 'stays in the queue for a minute, so that it can be cancelled', change: { queueMs: 60_000 } },
  started: { meaning: 'skips the queue, so that cancelling answers 409', change: { queueMs: 0 } },
  slow: { meaning: 'takes two minutes', change: { workMs: 120_000 } },
  failed: { meaning: 'ends FAILED', change: { end: 'FAILED' } },
  videos: { meaning: 'has its link under videos', change: { result: 'videos' } },
  images: { meaning: 'has its link under generated_images', change: { result: 'generated_images' } },
  acknowledged: { meaning: 'completes without a link', change: { result: 'none' } },
  expired: { meaning: 'completes, and its result is gone at once (404)', change: { expired: true } },
  lost: { meaning: 'is taken, but the connection drops before the answer', change: { drop: true } },
};

/** The plan for a prompt: the given times, changed by every directive in it. Unknown words change nothing. */
export function planFor(prompt: string, times: { queueMs: number; workMs: number }): Plan {
  const plan: Plan = { refuse: null, drop: false, ...times, end: 'COMPLETED', result: 'outputs', expired: false };
  for (const [, word = ''] of prompt.matchAll(/\[sandbox:([a-z0-9]+)\]/g)) {
    if ([...TRANSIENT_REFUSALS, ...PROXY_ANSWERS, ...LASTING_REFUSALS].includes(Number(word)))
      plan.refuse = Number(word);
    if (Object.hasOwn(DIRECTIVES, word)) Object.assign(plan, DIRECTIVES[word]?.change);
  }
  return plan;
}
