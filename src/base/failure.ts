/** What the agent was doing at the gateway when something went wrong. */
export type Operation = 'submit' | 'status' | 'cancel';

/** One thing wrong with the arguments or the template, and what would be right. */
export interface Issue {
  /** Where, as in `timeline.tracks[0].clips[2].asset.type`. */
  path: string;
  message: string;
  /** What stood there, shortened. */
  received?: unknown;
  /** The values that are allowed there. */
  allowed?: unknown[];
  /** A value, or the name of an argument, that was probably meant. */
  suggestion?: string;
}

/** Why a call could not be done; each code has one row in the problem table. */
export type Code =
  | 'invalid_arguments'
  | 'invalid_template'
  | 'webhook_refused'
  | 'file_refused'
  | 'missing_key'
  | 'spend_guard'
  | 'invalid_request'
  | 'unauthorized'
  | 'insufficient_credits'
  | 'job_not_found'
  | 'result_expired'
  | 'not_cancellable'
  | 'rate_limited'
  | 'server_error'
  | 'upstream_unavailable'
  | 'network_error'
  | 'submission_unknown'
  | 'unexpected_response'
  | 'store_unavailable'
  | 'download_failed'
  | 'internal_error';

/** What is known about a failure. Texts from outside stand in `upstreamMessage` only. */
export interface Facts {
  /** The tool that was called; known once the reply is made. */
  tool?: string;
  operation?: Operation;
  httpStatus?: number;
  /** The gateway's own words: data, already cleaned and capped. */
  upstreamMessage?: string | null;
  /** Seconds the gateway asked to be left alone. */
  retryAfterSeconds?: number | null;
  requestId?: string | null;
  recordId?: string | null;
  /** Credits that the gateway says the request takes (402). */
  requiredCredits?: number | null;
  issues?: Issue[];
  /** The word in `allow` that lifts the guard that refused. */
  liftedBy?: string;
  /** One sentence of ours on what was seen, such as "The connection was refused." */
  detail?: string;
  /** One sentence of ours on what would help. */
  cure?: string;
  /** Whether the very same call may well succeed, where the code alone does not tell. */
  passing?: boolean;
}

/** A call that cannot be done, thrown wherever that is found out and turned into a reply in one place. */
export class Failure extends Error {
  readonly code: Code;
  readonly facts: Facts;

  constructor(code: Code, facts: Facts = {}) {
    super(code);
    this.name = 'Failure';
    this.code = code;
    this.facts = facts;
  }
}
