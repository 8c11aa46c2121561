import { createHash, randomUUID } from 'node:crypto';
import { aborted, type Clock } from '../base/clock.ts';
import { CALL_MS, MAX_WAIT_SECONDS } from '../base/limits.ts';
import { askUser, Refusals } from './refusals.ts';
import type { Reply } from './reply.ts';
import type { IncomingCall } from './tool.ts';

/** How often in a row one call may be answered with `repeat` without a result. */
const MOST_FAILURES = 5;
/** The most calls that are remembered. */
const MOST_CALLS = 200;
/** What a call keeps of its time for its requests after it was held; a submit keeps more. */
const REQUEST_MS = CALL_MS - MAX_WAIT_SECONDS * 1000;
const SUBMIT_MS = 20_000;
const PROGRESS_MS = 5_000;

/** A call that was answered with `repeat`. */
interface PendingRepeat {
  reply: Reply;
  /** Monotonic time from which it may be repeated. */
  readyAt: number;
  failures: number;
}

/**
 * Paces calls, since agents cannot sleep, and ends endless loops: a repeat that comes too early is held until its time; a
 * call that keeps failing, and a tool that keeps refusing, ask the user.
 */
export class Repeats {
  readonly #clock: Clock;
  readonly #awaited = new Map<string, PendingRepeat>();
  /** Held calls; one that was cancelled before its time resolves to null. */
  readonly #held = new Map<string, Promise<Reply | null>>();
  readonly #refusals = new Refusals();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Carries a call out once its time has come. Two equal calls that are held are carried out once. */
  async run(tool: string, args: unknown, call: IncomingCall, work: () => Promise<Reply>): Promise<Reply> {
    const key = this.#awaited.size > 0 ? keyOf(tool, args) : null;
    const awaited = key === null ? undefined : this.#awaited.get(key);
    if (key === null || !awaited || awaited.readyAt <= this.#clock.monotonic()) {
      return this.#after(tool, args, await work());
    }
    for (let first = this.#held.get(key); first; first = this.#held.get(key)) {
      const reply = await Promise.race([first, aborted(call.signal)]);
      if (reply) return reply;
      if (call.signal.aborted) return this.#left(tool, key, awaited);
    }
    const held = this.#hold(tool, key, awaited, call, async () => this.#after(tool, args, await work())).finally(() =>
      this.#held.delete(key),
    );
    this.#held.set(key, held);
    return (await held) ?? this.#left(tool, key, awaited);
  }

  async #hold(
    tool: string,
    key: string,
    awaited: PendingRepeat,
    call: IncomingCall,
    work: () => Promise<Reply>,
  ): Promise<Reply | null> {
    const start = this.#clock.monotonic();
    const end = Math.min(awaited.readyAt, start + roomToHold(tool, call, start));
    try {
      for (let now = start; now < end; now = this.#clock.monotonic()) {
        // Progress must only grow, and what the tool reports afterwards begins at 0.
        const seconds = Math.ceil((awaited.readyAt - now) / 1000);
        call.progress((now - start) / 1e6, null, `waits ${seconds} s before it repeats the call`);
        await this.#clock.sleep(Math.min(PROGRESS_MS, end - now), call.signal);
      }
      return end < awaited.readyAt ? this.#left(tool, key, awaited) : await work();
    } catch (error) {
      if (call.signal.aborted) return null;
      throw error;
    }
  }

  /** The answer to a call that is still too early: what is left to wait. */
  #left(tool: string, key: string, awaited: PendingRepeat): Reply {
    awaited.failures++;
    const { reply } = awaited;
    const seconds = Math.max(1, Math.ceil((awaited.readyAt - this.#clock.monotonic()) / 1000));
    const left: Reply = {
      ...reply,
      summary: `${tool} was called too early: the gateway was not asked, ${seconds} s are left to wait.`,
      ...(reply.error ? { error: { ...reply.error, retry_after_seconds: seconds } } : {}),
      next: { ...reply.next, after_seconds: seconds },
    };
    if (awaited.failures < MOST_FAILURES) return left;
    this.#awaited.delete(key);
    return askUser(
      left,
      `The very same call still has to wait ${seconds} s: tell the user, and make it again once they say so.`,
    );
  }

  #after(tool: string, args: unknown, reply: Reply): Reply {
    return this.#refusals.after(tool, this.#afterFailure(tool, args, reply));
  }

  #afterFailure(tool: string, args: unknown, reply: Reply): Reply {
    const { action, after_seconds: seconds = 0 } = reply.next;
    if (action !== 'repeat' && this.#awaited.size === 0) return reply;
    const key = keyOf(tool, args);
    // A job's state or a part of a download is a result; a list that waits for a submit is not.
    const brings = reply.ok && reply.jobs === undefined;
    const failures = (this.#awaited.get(key)?.failures ?? 0) + (brings ? 0 : 1);
    this.#awaited.delete(key);
    if (action !== 'repeat') return reply;
    if (failures >= MOST_FAILURES) {
      return askUser(
        reply,
        `This very call brought nothing ${MOST_FAILURES} times in a row: tell the user what the reply says, and make it again only if they want that.`,
      );
    }
    this.#awaited.set(key, { reply, readyAt: this.#clock.monotonic() + seconds * 1000, failures });
    for (const oldest of this.#awaited.keys()) if (this.#awaited.size > MOST_CALLS) this.#awaited.delete(oldest);
    return reply;
  }
}

/** How long a call may be held, milliseconds: a submit keeps the smaller of 20 s and its whole time for itself. */
function roomToHold(tool: string, { deadline, maxWaitSeconds }: IncomingCall, now: number): number {
  const keep = tool === 'update_template' ? SUBMIT_MS : REQUEST_MS;
  return Math.max(0, Math.min(maxWaitSeconds * 1000, deadline - now - keep));
}

/** Equal for two equal calls. */
function keyOf(tool: string, args: unknown): string {
  try {
    return createHash('sha256')
      .update(JSON.stringify([tool, args]))
      .digest('base64');
  } catch {
    // Nested too deep: it is refused, and no repeat of it is awaited.
    return randomUUID();
  }
}
