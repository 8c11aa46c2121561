import type { Reply } from './reply.ts';

/** How often in a row one tool may refuse arguments, whatever is wrong with them. */
const MOST_IN_ROW = 5;
/** So often one tool may refuse arguments for the same reason before it takes any. */
const MOST_EQUAL = 3;

/** Refusals of one tool since it last took its arguments. */
interface Count {
  /** How often it was refused for each reason. */
  reasons: Map<string, number>;
  inRow: number;
}

/** Counts refused arguments, and asks the user about a tool that keeps refusing. */
export class Refusals {
  readonly #counts = new Map<string, Count>();

  /** The reply as it is, or as a question to the user once there were too many refusals. */
  after(tool: string, reply: Reply): Reply {
    const { reasons, inRow } = this.#counts.get(tool) ?? { reasons: new Map<string, number>(), inRow: 0 };
    this.#counts.delete(tool);
    if (reply.next.action !== 'fix_arguments') return reply;
    const reason = reasonOf(reply);
    const equal = (reasons.get(reason) ?? 0) + 1;
    // A definition that is corrected step by step is refused for another reason each time.
    const counts = reply.error !== undefined && reply.error.code !== 'invalid_template';
    const refused = inRow + (counts ? 1 : 0);
    if (equal >= MOST_EQUAL) {
      return askUser(
        reply,
        `${tool} was refused for the same reason ${equal} times: show the user the issues and ask how to go on.`,
      );
    }
    if (refused >= MOST_IN_ROW) {
      return askUser(
        reply,
        `${tool} was refused ${refused} times in a row: tell the user what is wrong and ask how to go on.`,
      );
    }
    this.#counts.set(tool, { reasons: reasons.set(reason, equal), inRow: refused });
    return reply;
  }
}

/** The reply with the user as the one who must act. */
export function askUser(reply: Reply, reason: string): Reply {
  const { error } = reply;
  return { ...reply, ...(error ? { error: { ...error, fix_by: 'user' } } : {}), next: { action: 'ask_user', reason } };
}

/** Equal for two refusals for the same reason. */
function reasonOf({ error, validation }: Reply): string {
  const issues = error?.issues ?? validation?.issues ?? [];
  return JSON.stringify([error?.code, error?.upstream_message, issues.map(({ path, message }) => [path, message])]);
}
