/** The three requests to the gateway. */
export type Operation = 'submit' | 'poll' | 'cancel';

/** One thing wrong with the arguments or the definition, and what would be right. */
export interface Issue {
  /** Where, as in `timeline.tracks[0].clips[2].asset.type`. */
  path: string;
  message: string;
  /** The value found there, shortened. */
  received?: unknown;
  /** The values that are allowed there. */
  allowed?: unknown[];
  /** A value, or the name of an argument, that was probably meant. */
  suggestion?: string;
}

/** A call that cannot be done: thrown where it is found out, turned into a reply by `guidance`. It carries facts, no advice. */
export abstract class Failure extends Error {
  /** The row of the problem table. */
  abstract readonly code: Code;
}

export type Code = GatewayCode | ArgumentsCode | SurroundingsCode;

export type GatewayCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'insufficient_credits'
  | 'job_not_found'
  | 'job_gone'
  | 'result_expired'
  | 'not_cancellable'
  | 'rate_limited'
  | 'server_error'
  | 'upstream_unavailable'
  | 'network_error'
  | 'submission_unknown'
  | 'unexpected_response';

/** Why the network fails for as long as nobody changes something. */
export type LastingFault =
  | 'unknown_ca'
  | 'expired_certificate'
  | 'wrong_name'
  | 'plain_http'
  | 'proxy_refused'
  | 'proxy_needed';

export interface GatewayFacts {
  operation: Operation;
  /** The status as it was judged: of a 200 with `{code: 500}` it is 500. */
  httpStatus?: number;
  /** The gateway's own words: data, cleaned and capped. */
  upstreamMessage?: string;
  /** The job that the call was about, or that is known to exist. Never a hint. */
  requestId?: string;
  recordId?: string;
  /** Seconds for which the gateway asked to be left alone. */
  retryAfterSeconds?: number;
  /** Credits that the gateway says the request takes (402). */
  requiredCredits?: number;
  /** Fields of the request that the gateway refuses (422), as in `inputs.prompt`; its words are in `upstreamMessage`. */
  fields?: string[];
  /** The refused inputs were sent in their other layout too, which was refused as well. */
  alternativeRefused?: boolean;
  /** May pass by itself, so that the same request may succeed later. */
  transient?: boolean;
  /** An id found in an answer that leaves a doubt: asked about, never shown. */
  hint?: string;
  /** What broke: an error code such as ECONNRESET, or a few words of ours. */
  cause?: string;
  /** Set when the network fault will not pass by itself. */
  lasting?: LastingFault;
  /** The answer was not in the gateway's own words: something in between wrote it. */
  foreign?: boolean;
  /** A 404 within a minute of the submit: the gateway does not know the job yet. */
  notYet?: boolean;
  /** Origin that the job belongs to, when it is not the present one. */
  otherOrigin?: string;
  /** The job was submitted with another key than the present one. */
  otherKey?: boolean;
  /** The template of the submit in doubt. */
  templateId?: string;
  /** Milliseconds since the epoch when the submit in doubt was reserved. */
  submittedAt?: number;
  /** The word in `allow` that sends the call all the same. */
  lift?: string;
  /** The request was handed over before this call: nothing was sent by it. */
  earlier?: boolean;
  /** The job in doubt belongs to another tenant: only its time may be shown. */
  otherTenant?: boolean;
}

/** The gateway refused, could not be reached, or left it open whether a job exists. */
export class GatewayFailure extends Failure {
  readonly code: GatewayCode;
  readonly facts: GatewayFacts;

  constructor(code: GatewayCode, facts: GatewayFacts) {
    super(code);
    this.code = code;
    this.facts = facts;
  }

  /** Whether a job may exist although no usable answer came. */
  get doubt(): boolean {
    return this.code === 'submission_unknown';
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
  /** What the call is to be made with instead, where one thing is certain. */
  instead?: Record<string, unknown>;
}

/** The arguments cannot be used as they are. Nothing was sent. */
export class ArgumentsFailure extends Failure {
  readonly code: ArgumentsCode;
  readonly facts: ArgumentsFacts;

  constructor(code: ArgumentsCode, facts: ArgumentsFacts) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

export type SurroundingsCode =
  | 'file_refused'
  | 'missing_key'
  | 'invalid_setting'
  | 'spend_guard'
  | 'store_unavailable'
  | 'download_failed'
  | 'internal_error';

/** Why the store cannot be used. */
export type StoreReason =
  | 'held'
  | 'corrupt'
  | 'lost'
  | 'newer'
  | 'unwritable'
  | 'no_driver'
  | 'no_home'
  | 'no_locks'
  | 'side_files'
  | 'full'
  | 'bad_address'
  | 'unreachable'
  | 'certificate'
  | 'no_rights'
  | 'no_database'
  | 'role_refused'
  | 'read_only'
  | 'too_many_clients'
  | 'row_refused';

/** Why a file or folder may not be used. */
export type FileReason =
  | 'not_allowed'
  | 'none_allowed'
  | 'private_name'
  | 'data_folder'
  | 'symbolic_link'
  | 'not_a_file'
  | 'first_folder_missing'
  | 'unwritable'
  | 'no_space'
  | 'name_taken'
  | 'cannot_open';

/** Why a result was not saved. */
export type DownloadReason =
  | 'link_refused'
  | 'link_expired'
  | 'too_large'
  | 'not_a_file'
  | 'encoded'
  | 'empty'
  | 'broken';

type Reason = StoreReason | FileReason | DownloadReason;

export interface SurroundingsFacts {
  reason?: Reason;
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
export class SurroundingsFailure extends Failure {
  readonly code: SurroundingsCode;
  readonly facts: SurroundingsFacts;

  constructor(code: SurroundingsCode, facts: SurroundingsFacts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}
