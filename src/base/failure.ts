/** One thing wrong with the arguments or the definition, and what would be right. */
export interface Issue {
  /** Where, as in `timeline.tracks[0].clips[2].asset.type`. */
  path: string;
  message: string;
  /** The value found there, shortened. */
  received?: unknown;
  /** The values that are allowed there. */
  allowed?: unknown[] | undefined;
  /** A value, or the name of an argument, that was probably meant. */
  suggestion?: string | undefined;
}

/** A call that cannot be done: thrown where it is found out, turned into a reply by `guidance`. It carries facts, no advice. */
export abstract class Failure<Code extends string = string, Facts = unknown> extends Error {
  /** The row of the problem table. */
  readonly code: Code;
  readonly facts: Facts;

  constructor(code: Code, facts: Facts) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

export type ArgumentsCode = 'invalid_arguments' | 'invalid_template' | 'definition_unknown' | 'webhook_refused';

/** The guards that a word in `allow` lifts; `duplicate` has further words (see `jobs/lift.ts`). */
type Guard = 'invalid_template' | 'rename_only';

export interface ArgumentsFacts {
  issues: Issue[];
  /** The guard that refused; its name in `allow` lifts it. */
  guard?: Guard;
  /** Issues that are not listed. */
  unlisted?: number;
  /** The arguments to call with instead, where they are certain. */
  instead?: Record<string, unknown>;
}

/** The arguments cannot be used as they are. Nothing was sent. */
export class ArgumentsFailure extends Failure<ArgumentsCode, ArgumentsFacts> {}

/** The failure for one argument; `path` names it. */
export const invalidArgument = (path: string, message: string, more: Partial<Issue> = {}): ArgumentsFailure =>
  new ArgumentsFailure('invalid_arguments', { issues: [{ path, message, ...more }] });

export type SurroundingsCode =
  | 'file_refused'
  | 'missing_key'
  | 'invalid_setting'
  | 'spend_guard'
  | 'store_unavailable'
  | 'download_failed'
  | 'internal_error';

export interface SurroundingsFacts {
  /** From the closed list of the layer that threw it. */
  reason?: string;
  /** The file, folder, database or host that is meant, without a password. */
  place?: string;
  /** An error code, or a short sentence of ours on what was seen. */
  cause?: string;
  httpStatus?: number;
  /** The very same call may well succeed. */
  transient?: boolean;
  /** The setting that cannot be used, its value unless it is secret, and what it takes. */
  setting?: { name: string; value?: string; expected: string; placeholder?: boolean };
  /** Submits of the last hour, and when the next is free (milliseconds since the epoch). */
  spent?: { used: number; nextFreeAt: number };
  issues?: Issue[];
}

/** The key, a setting, the store, a file or a link is not as it must be. */
export class SurroundingsFailure extends Failure<SurroundingsCode, SurroundingsFacts> {
  constructor(code: SurroundingsCode, facts: SurroundingsFacts = {}) {
    super(code, facts);
  }
}
