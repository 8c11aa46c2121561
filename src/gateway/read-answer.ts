import { isObject, omitUndefined } from '../base/json.ts';
import type { Redact } from '../base/redact.ts';
import { cleanText } from '../base/text.ts';
import type { GatewayFacts, Operation } from './failure.ts';
import type { Answer, Attempt } from './http.ts';
import { parseJson, parseLoosely } from './loose-json.ts';
import { readReport } from './report.ts';
import { parseRetryAfter } from './retry-after.ts';
import { stateWords } from './state.ts';
import {
  type Body,
  type ErrorBody,
  hintIn,
  isRequestId,
  jsonText,
  partsOf,
  readError,
  readRefusedFields,
} from './wire.ts';

/** What is judged. */
export interface RequestContext {
  operation: Operation;
  /** The job that is polled or cancelled. */
  requestId?: string;
  redact: Redact;
  /** Milliseconds since the epoch. */
  now: number;
}

/** An answer as it is judged. */
export interface ParsedAnswer {
  headers: Answer['headers'];
  /** The status; for a success that carries an error's code and no job, that code. */
  status: number;
  body: Body;
  error: ErrorBody;
  /** See `isOwn`. */
  own: boolean;
}

/** Reads an answer; what it means is for `outcome.ts` to say. */
export function read({ status, headers, text }: Answer, { fault }: Attempt, asked: RequestContext): ParsedAnswer {
  // What a submit's broken JSON says is only a hint.
  const json = asked.operation === 'submit' ? parseJson(text) : parseLoosely(text);
  const body: Body = { text, json, whole: fault === undefined };
  const error = readError(json);
  const hidden = isSuccess(status) && !namesJob(body, asked) ? error.status : undefined;
  return { headers, status: hidden ?? status, body, error, own: isOwn(body, error, hidden !== undefined) };
}

/**
 * Whether the gateway itself wrote an answer that is not about a job: a JSON object whose `error` or `detail` says
 * something, or a success that carries an error's `code`. A bare `{"message"}` is what API gateways in between write;
 * HTML, plain text and empty bodies come from proxies, ingresses, login and maintenance pages. The standard phrase of the
 * status is enough here; what refuses a submit has to say more (`isRefusal`).
 */
function isOwn({ json }: Body, error: ErrorBody, hidden: boolean): boolean {
  return isObject(json) && (error.own !== undefined || hidden);
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Whether a success is about a job, so that an error's code in it may be the job's: for a submit an id, else a state. */
const namesJob = (body: Body, { operation, redact }: RequestContext): boolean =>
  operation === 'submit' ? hintIn(body, redact) !== undefined : readReport(body.json, redact) !== undefined;

/** What a failure says of the answer that it comes of. */
export function factsOf(
  answer: ParsedAnswer,
  { operation, requestId, redact, now }: RequestContext,
  further: { [K in keyof GatewayFacts]?: GatewayFacts[K] | undefined },
): GatewayFacts {
  const { status, headers, body, error } = answer;
  const { json, text } = body;
  const [state] = isSuccess(status) ? partsOf(json).flatMap(stateWords) : [];
  // Markup and broken JSON are not for people.
  const plain = json === undefined && !/^\s*[<{["]/.test(text) ? text : undefined;
  const refused = readRefusedFields(json);
  const message = refused.map(({ path, words }) => `${path}: ${words}`).join('; ') || (error.message ?? plain);
  // The JSON of a doubt may hold a hint, which is never shown.
  const isShown = operation !== 'submit' || (status >= 300 && status < 500);
  const isAlone = isObject(json) && Object.keys(json).length === 1 && state !== undefined;
  const data = isShown && !isAlone ? jsonText(json) : undefined;
  const said = message === undefined ? (data ?? state ?? '') : [state, message].filter(Boolean).join(': ');
  const fields = refused.map(({ path }) => path).filter(path => FIELD.test(path));
  return omitUndefined<GatewayFacts>({
    operation,
    requestId,
    httpStatus: status,
    upstreamMessage: cleanText(said, redact),
    recordId: header(headers, 'x-record-id', redact),
    retryAfterSeconds: parseRetryAfter(headers, json, status === 429, now),
    fields: fields.length > 0 ? fields : undefined,
    ...further,
  });
}

/** Of the request: nothing that could read as a sentence. */
const FIELD = /^[\w.[\]-]{1,200}$/;

export const recordIdOf = ({ headers }: ParsedAnswer, { redact }: RequestContext): string | undefined =>
  header(headers, 'x-record-id', redact);

/** `x-request-id`, which is the job's id in a submit's answer, and anybody's trace id in others. */
export function traceId(headers: Answer['headers'], redact: Redact): string | undefined {
  const id = header(headers, 'x-request-id', redact);
  return isRequestId(id, redact) ? id : undefined;
}

/** A header that came once, cleaned. */
export function header(headers: Answer['headers'], name: string, redact: Redact): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? cleanText(value, redact, 200) : undefined;
}
