import { createHash } from 'node:crypto';
import type { Next } from '../guidance/next.ts';
import type { Problem } from '../guidance/problems.ts';

/** So often the very same call may fail before the user is to hear of it. */
const PATIENCE = 5;
/** The most calls that are remembered. */
const MOST_CALLS = 1_000;

/** Counts how often the very same call failed in a row: whoever obeys `next` would else repeat it for ever. */
export class Repeats {
  readonly #failures = new Map<string, number>();

  /** What is said of a failure, given those before it. */
  after<T extends { error: Problem; next: Next }>(tool: string, args: unknown, told: T): T {
    if (told.next.action !== 'repeat') return told;
    const call = keyOf(tool, args);
    const failures = (this.#failures.get(call) ?? 0) + 1;
    this.#failures.delete(call);
    if (failures < PATIENCE) {
      this.#failures.set(call, failures);
      for (const oldest of this.#failures.keys()) if (this.#failures.size > MOST_CALLS) this.#failures.delete(oldest);
      return told;
    }
    return {
      ...told,
      error: { ...told.error, fix_by: 'user' },
      next: {
        action: 'ask_user',
        reason: `This very call failed ${PATIENCE} times in a row: tell the user what steps says, and make it again only if they want that.`,
      },
    };
  }

  /** The call has succeeded. */
  forget(tool: string, args: unknown): void {
    if (this.#failures.size > 0) this.#failures.delete(keyOf(tool, args));
  }
}

function keyOf(tool: string, args: unknown): string {
  return createHash('sha256')
    .update(`${tool} ${JSON.stringify(args)}`)
    .digest('base64');
}
