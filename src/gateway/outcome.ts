import { isObject, omitUndefined } from '../base/json.ts';
import { type GatewayCode, type GatewayFacts, GatewayFailure, type Operation } from './failure.ts';
import type { Accepted, JobReport } from './gateway.ts';
import type { Attempt } from './http.ts';
import {
  factsOf,
  header,
  isSuccess,
  type ParsedAnswer,
  type RequestContext,
  read,
  recordIdOf,
  traceId,
} from './read-answer.ts';
import { readReport, readResult } from './report.ts';
import { ownState, stateWords } from './state.ts';
import { type Body, hintIn, isEmpty, isProxyPhrase, isQuota, partsOf, readError, requestIdsOf } from './wire.ts';

/** Statuses with a meaning that the gateway documents, or that is the same everywhere. */
const CODES: Record<number, GatewayCode> = {
  400: 'invalid_request',
  401: 'unauthorized',
  402: 'insufficient_credits',
  403: 'unauthorized',
  404: 'job_not_found',
  409: 'not_cancellable',
  410: 'job_not_found',
  413: 'invalid_request',
  422: 'invalid_request',
  429: 'rate_limited',
  503: 'upstream_unavailable',
};
const TRANSIENT: ReadonlySet<GatewayCode> = new Set(['rate_limited', 'server_error', 'upstream_unavailable']);

/**
 * What became of a submit. Returns the job, or throws what the first match says:
 *
 * | what came | means |
 * | --- | --- |
 * | the request was not handed over whole, and no refusal or id came | refused: `network_error`, transient unless it lasts |
 * | 2xx, JSON without an error, with an id | accepted; COMPLETED only with outputs beside the id |
 * | 2xx, JSON without an error or id, with outputs, a result or COMPLETED | accepted, COMPLETED |
 * | 2xx with an error's `code` and no id | as that status |
 * | 4xx but 408, 409 and 499; 3xx but 303 | refused; ids in it are trace ids |
 * | 500 or 503 in the gateway's own words, without an id | refused, transient |
 * | anything else | in doubt, with a hint if the answer holds an id |
 */
export function judgeSubmit(attempt: Attempt, asked: RequestContext): Accepted {
  const answer = attempt.answer && read(attempt.answer, attempt, asked);
  const accepted = answer && acceptedIn(answer, asked);
  if (accepted) return accepted;
  if (answer && isRefusal(answer, asked)) throw refusal(answer, asked);
  const failure = doubt(attempt, answer, asked);
  throw attempt.handedOver || failure.facts.hint !== undefined ? failure : unreached(attempt, asked);
}

/**
 * What a poll says of the job. An answer that is not in the gateway's own words, or is about another job, says nothing of
 * it and is transient (`fromIntermediary`).
 */
export function judgePoll(attempt: Attempt, asked: RequestContext): JobReport {
  const answer = readAnswer(attempt, asked);
  const report = isSuccess(answer.status) ? readReport(answer.body.json, asked.redact) : undefined;
  if (!report) throw refusal(answer, asked);
  const named = requestIdsOf(answer.body, asked.redact);
  if (named.length > 0 && !named.some(id => id === asked.requestId))
    throw fromIntermediary(answer, asked, 'an answer about another job');
  return omitUndefined<JobReport>({ ...report, recordId: recordIdOf(answer, asked) });
}

/** Returns when a cancel was taken; whether it was effective is for a poll to say. */
export function judgeCancel(attempt: Attempt, asked: RequestContext): void {
  const answer = readAnswer(attempt, asked);
  const { json, text } = answer.body;
  if (!isSuccess(answer.status) || !(isObject(json) || text === '')) throw refusal(answer, asked);
}

/** Whether a submit was refused as malformed, so that its inputs may be wanted in another layout. */
export const isMalformed = ({ code, facts }: GatewayFailure): boolean =>
  code === 'invalid_request' && facts.httpStatus === 400;

/** The answer to a poll or a cancel, as far as there is one. */
function readAnswer(attempt: Attempt, asked: RequestContext): ParsedAnswer {
  const { answer, fault } = attempt;
  if (!answer) throw unreached(attempt, asked);
  const seen = read(answer, attempt, asked);
  if (fault && isSuccess(seen.status) && seen.body.json === undefined) throw unreached(attempt, asked);
  return seen;
}

function acceptedIn({ status, body, headers }: ParsedAnswer, { redact }: RequestContext): Accepted | undefined {
  const parts = partsOf(body.json);
  const isError = parts.some(part => !isEmpty(part.error) || readError(part).status !== undefined);
  if (!isSuccess(status) || parts.length === 0 || isError) return undefined;
  const [id] = requestIdsOf(body, redact);
  const results = parts.map(part => ({ part, state: stateWords(part).map(ownState)[0], ...readResult(part, redact) }));
  const made = results.find(
    ({ outputs, part, state }) =>
      outputs.some(({ found }) => !found) && (state === 'COMPLETED' || part.status === undefined),
  );
  const ended = made ?? results.find(({ part, state }) => !isEmpty(part.result) || state === 'COMPLETED');
  if (id === undefined && (!ended || (!made && hintIn(body, redact) !== undefined))) return undefined;
  const completed = id === undefined ? ended : made;
  return omitUndefined<Accepted>({
    requestId: id ?? traceId(headers, redact),
    status: completed ? 'COMPLETED' : 'IN_QUEUE',
    outputs: completed?.outputs ?? [],
    recordId: header(headers, 'x-record-id', redact),
    costUsd: results.map(({ costUsd }) => costUsd).find(cost => cost !== undefined),
    lowBalance: parts.some(part => !isEmpty(part._balance_warning)) ? true : undefined,
  });
}

/** Whether an answer to a submit says that no job was made. */
function isRefusal({ status, body, error, own }: ParsedAnswer, { redact }: RequestContext): boolean {
  if (status >= 300 && status < 500) return ![303, 408, 409, 499].includes(status);
  if (status !== 500 && status !== 503) return false;
  return own && !isProxyPhrase(error.own ?? '') && hintIn(body, redact) === undefined;
}

/** The failure of an answer that does not do what was asked. */
function refusal(answer: ParsedAnswer, asked: RequestContext): GatewayFailure {
  const { operation } = asked;
  const { status, error, own } = answer;
  if (operation !== 'submit' && !own && saysNothing(operation, answer)) return fromIntermediary(answer, asked);
  const code = codeFor(operation, answer);
  return new GatewayFailure(
    code,
    factsOf(answer, asked, {
      transient: TRANSIENT.has(code) ? true : undefined,
      fromIntermediary: own || isSuccess(status) ? undefined : true,
      requiredCredits: error.requiredCredits,
    }),
  );
}

function codeFor(operation: Operation, { status, body, error }: ParsedAnswer): GatewayCode {
  const code = CODES[status];
  // A submit names no job, and nothing but a cancel is too late.
  if ((code === 'job_not_found' && operation === 'submit') || (code === 'not_cancellable' && operation !== 'cancel'))
    return 'unexpected_response';
  // fal refuses a key whose balance is used up with 403.
  const mayBeQuota = status === 429 || (status === 403 && operation === 'submit');
  if (mayBeQuota && isQuota(body.json, error.message)) return 'insufficient_credits';
  const passes = status >= 500 || status === 408 || status === 425 || isSuccess(status);
  return code ?? (passes ? 'server_error' : 'unexpected_response');
}

/** Whether an answer that the gateway did not write says nothing of the job or the key. */
function saysNothing(operation: Operation, { status, body }: ParsedAnswer): boolean {
  if (isSuccess(status)) return status !== 202 && !isUnknownState(body);
  return status >= 300 && status < 500 && status !== 429 && !(status === 409 && operation === 'cancel');
}

/** A report with an unknown state: it has a `request_id`, or a state word that is not about a server's health. */
function isUnknownState({ json }: Body): boolean {
  return partsOf(json).some(
    part =>
      !isEmpty(part.request_id) ||
      stateWords(part).some(word => !/^(ok|okay|up|alive|healthy|pass|ready)?$/i.test(word.trim())),
  );
}

const fromIntermediary = (answer: ParsedAnswer, asked: RequestContext, cause?: string): GatewayFailure =>
  new GatewayFailure('server_error', factsOf(answer, asked, { transient: true, fromIntermediary: true, cause }));

function doubt(attempt: Attempt, answer: ParsedAnswer | undefined, asked: RequestContext): GatewayFailure {
  const { fault } = attempt;
  const facts = {
    hint: hintOf(attempt, answer, asked),
    cause: fault?.cause,
    // A caller that waits and repeats would submit a second time.
    retryAfterSeconds: undefined,
    fromIntermediary: answer && !answer.own && !isSuccess(answer.status) ? true : undefined,
  };
  return new GatewayFailure(
    'submission_unknown',
    answer ? factsOf(answer, asked, facts) : omitUndefined<GatewayFacts>({ operation: asked.operation, ...facts }),
  );
}

/** The id that an answer in doubt names: in its body, else anywhere in what arrived, else as `x-request-id`. */
function hintOf(
  { fault, handedOver, bytes = '' }: Attempt,
  answer: ParsedAnswer | undefined,
  { redact }: RequestContext,
): string | undefined {
  const named =
    (answer && hintIn(answer.body, redact)) ??
    hintIn({ text: bytes, json: undefined, whole: fault === undefined }, redact);
  // Before the whole request was handed over, x-request-id can only be a trace id.
  if (named !== undefined || !handedOver) return named;
  const trace = /^x-request-id: *(\S+)\r$/im.exec(bytes)?.[1];
  return traceId(answer?.headers ?? {}, redact) ?? traceId({ 'x-request-id': trace }, redact);
}

/** No answer: the request provably never left whole, or it was one that may be repeated. */
function unreached({ fault }: Attempt, { operation, requestId }: RequestContext): GatewayFailure {
  const { cause, permanent } = fault ?? {};
  const transient = permanent === undefined ? true : undefined;
  return new GatewayFailure(
    'network_error',
    omitUndefined<GatewayFacts>({ operation, requestId, cause, permanent, transient }),
  );
}
