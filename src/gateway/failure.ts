import { Failure } from '../base/failure.ts';
import type { PermanentFault } from '../net/faults.ts';

/** The three requests to the gateway. */
export type Operation = 'submit' | 'poll' | 'cancel';

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

export interface GatewayFacts {
  operation: Operation;
  /** The status as it was judged: of a 200 with `{code: 500}` it is 500. */
  httpStatus?: number;
  /** The gateway's own words: data, cleaned and capped. */
  upstreamMessage?: string;
  /** The job that the call was about, or that is known to exist. Never a hint. */
  requestId?: string;
  recordId?: string;
  /** Seconds that the gateway asked to wait. */
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
  permanent?: PermanentFault;
  /** The answer was not in the gateway's own words: something in between wrote it. */
  fromIntermediary?: boolean;
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
  /** It was handed over so long ago that `list_jobs` no longer asks the user about it. */
  old?: boolean;
  /** The job in doubt belongs to another tenant: only its time may be shown. */
  otherTenant?: boolean;
}

const CALL_ENDED = 'CALL_ENDED';

/** The call ended before the gateway could be asked, or before it answered a poll or a cancel. */
export const callEnded = (operation: Operation, requestId?: string): GatewayFailure =>
  new GatewayFailure('network_error', {
    operation,
    ...(requestId === undefined ? {} : { requestId }),
    cause: CALL_ENDED,
    transient: true,
  });

export const isCallEnded = ({ cause }: GatewayFacts): boolean => cause === CALL_ENDED;

/** The gateway refused, could not be reached, or left it open whether a job exists. */
export class GatewayFailure extends Failure<GatewayCode, GatewayFacts> {
  /** Whether a job may exist although no usable answer came. */
  get doubt(): boolean {
    return this.code === 'submission_unknown';
  }
}
