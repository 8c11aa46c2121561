import type { ArgumentsCode, Failure, SurroundingsCode } from '../base/failure.ts';
import type { GatewayCode } from '../gateway/failure.ts';
import type { Next, ToolName } from './next.ts';

export type Code = GatewayCode | ArgumentsCode | SurroundingsCode;

/** Where whoever set the server up changes a setting. */
export const IN_HOST = 'in the host’s MCP configuration, then restart the host';

/** Who can put a problem right. */
export type FixBy = 'agent' | 'user' | 'operator' | 'wait';

/** What is said of a failure. */
export interface ProblemText {
  fixBy: FixBy;
  action: Next['action'];
  /** For `call_tool`: the tool; left out, it is get_status for the job that the failure names. */
  tool?: ToolName;
  /** For `repeat`: seconds to wait when the gateway named none. */
  after?: number;
  /** What happened: one or two sentences. */
  message: string;
  /** The cure, step by step; never empty. */
  steps: string[];
  /** Why `action` comes next, in words that are not in `steps`. */
  reason: string;
}

/** A row of the problem table: the fixed facts of a code, for the docs, and the words for one failure. */
export interface ProblemRow<F extends Failure> {
  /** HTTP statuses that lead here. */
  http: readonly number[];
  fixBy: FixBy;
  action: Next['action'];
  tool?: ToolName;
  after?: number;
  /** What the code means, one sentence without facts (guides and docs show it). */
  meaning: string;
  words(failure: F): Partial<ProblemText> & Pick<ProblemText, 'message' | 'steps' | 'reason'>;
}
