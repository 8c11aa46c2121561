import type { Clock } from '../base/clock.ts';
import { type Code, type Facts, Failure, type Operation } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import { redactor } from '../base/redact.ts';
import { cleanText } from '../base/text.ts';
import type { TemplateInputs } from '../config.ts';
import { codeForStatus } from '../guidance/problems.ts';
import { type Body, jsonBody } from './body.ts';
import { type Gateway, type JobReport, REQUEST_ID, type Submission, type TemplateUpdate } from './gateway.ts';
import { type HttpAnswer, type HttpBreak, HttpClient, type HttpHeaders, type TimeLimits } from './http.ts';
import { requestBody } from './inputs.ts';
import { type AttemptEnd, planRetry } from './retry.ts';
import { longestPause, parseRetryAfter } from './retry-after.ts';
import {
  hiddenStatus,
  namesLiveJob,
  namesOtherJob,
  parseErrorBody,
  parseReport,
  parseSubmitted,
  saysCancelled,
} from './wire.ts';

export interface SkillbossOptions {
  baseUrl: string;
  key: string;
  templateInputs: TemplateInputs;
  clock: Clock;
  /** A number in [0, 1). */
  random: () => number;
  log: Log;
  limits?: Partial<TimeLimits>;
  /** The most that one operation may take with all its attempts and pauses, milliseconds. */
  budgets?: Partial<Record<Operation, number>>;
}

const LIMITS: TimeLimits = { connect: 5_000, headers: 10_000, body: 10_000 };
/**
 * A submit carries pictures up and is not given up early: an end without an answer leaves a job in doubt. A cancel may
 * be followed by a look, and both must fit into one call.
 */
const BUDGETS: Record<Operation, number> = { submit: 35_000, status: 30_000, cancel: 20_000 };

/** The least time for which a submit is worth sending, milliseconds. */
const LEAST_MS = 15_000;

/** One operation at the gateway. */
interface Request {
  operation: Operation;
  path: string;
  body?: Body;
  signal?: AbortSignal | undefined;
  requestId?: string;
  withinMs?: number;
}

type Answer = HttpAnswer & { retryAfterSeconds: number | null };

/** SkillBoss's `POST /v1/run` and its status and cancel calls, over HTTP. */
export class SkillbossGateway implements Gateway {
  readonly #http: HttpClient;
  readonly #options: SkillbossOptions;
  readonly #budgets: Record<Operation, number>;

  constructor(options: SkillbossOptions) {
    const limits = { ...LIMITS, ...options.limits };
    this.#options = options;
    this.#budgets = { ...BUDGETS, ...options.budgets };
    this.#http = new HttpClient(options.baseUrl, options.key, redactor(options.key), limits);
  }

  async submit(update: TemplateUpdate, signal?: AbortSignal, withinMs = Number.POSITIVE_INFINITY): Promise<Submission> {
    if (withinMs < LEAST_MS) {
      throw new Failure('network_error', {
        operation: 'submit',
        detail: 'Too little time was left to send the request.',
      });
    }
    const body = jsonBody(requestBody(update, this.#options.templateInputs));
    const answer = await this.#exchange({ operation: 'submit', path: '/v1/run', body, signal, withinMs });
    const parsed = parseSubmitted(answer.json);
    if (!parsed || !REQUEST_ID.test(parsed.requestId)) {
      throw new Failure('submission_unknown', {
        ...trace('submit', answer.headers),
        httpStatus: answer.status,
        detail: 'The gateway accepted the request, but its answer names no usable request_id.',
      });
    }
    return { ...parsed, recordId: recordId(answer.headers) };
  }

  async status(requestId: string): Promise<JobReport> {
    const path = `/v1/run/status/${checked(requestId)}`;
    const answer = await this.#exchange({ operation: 'status', path, requestId });
    if (namesOtherJob(answer.json, requestId)) {
      const detail = 'The answer was about another job, so it belonged to another request.';
      throw new Failure('network_error', { operation: 'status', requestId, detail });
    }
    const report = parseReport(answer.json);
    if (!report) {
      const { status } = (answer.json ?? {}) as { status?: unknown };
      throw new Failure('unexpected_response', {
        operation: 'status',
        requestId,
        recordId: recordId(answer.headers),
        httpStatus: answer.status,
        upstreamMessage: typeof status === 'string' ? cleanText(status) : null,
        detail:
          typeof status === 'string'
            ? 'It names a status that this version does not know.'
            : 'It is not a job’s status.',
      });
    }
    return { ...report, recordId: recordId(answer.headers) };
  }

  async cancel(requestId: string, signal?: AbortSignal): Promise<boolean> {
    const answer = await this.#exchange({
      operation: 'cancel',
      path: `/v1/run/cancel/${checked(requestId)}`,
      signal,
      requestId,
    });
    return saysCancelled(answer.json);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** Attempts until one is final; resolves with an answer in the 200s, rejects with a Failure for anything else. */
  async #exchange(request: Request): Promise<Answer> {
    const { operation, path, body = null, signal, requestId, withinMs = Number.POSITIVE_INFINITY } = request;
    const { clock, random, log } = this.#options;
    const method = operation === 'status' ? 'GET' : 'POST';
    const end = clock.monotonic() + Math.min(this.#budgets[operation], withinMs);
    for (let attempt = 1; ; attempt++) {
      const left = Math.max(1, Math.ceil(end - clock.monotonic()));
      const reached = await this.#http.send(method, path, body, AbortSignal.timeout(left));
      const answer = reached.kind === 'answer' ? understand(operation, reached, clock.now()) : null;
      if (answer && answer.status < 300) return answer;

      const failure = answer
        ? refused(operation, answer, requestId)
        : unreached(operation, reached as HttpBreak, requestId);
      const delay = planRetry(operation, attemptEnd(answer, reached.kind), attempt, random());
      // A submit given up for lack of time leaves a job in doubt, so it does not set out with little left.
      const least = operation === 'submit' ? LEAST_MS : 0;
      const final = delay === null || clock.monotonic() + delay + least >= end;
      log(final ? 'warn' : 'info', 'gateway_attempt_failed', {
        operation,
        attempt,
        code: failure.code,
        retry_in_ms: final ? null : delay,
      });
      if (final) throw failure;
      try {
        await clock.sleep(delay, signal);
      } catch {
        throw failure;
      }
    }
  }
}

/** Reads what an answer means: the status that a 200 may hide, and the pause asked for in its header or body. */
function understand(operation: Operation, answer: HttpAnswer, now: number): Answer {
  const submitting = operation === 'submit';
  let { status } = answer;
  if (status < 300) status = hiddenStatus(answer.json, submitting) ?? status;
  else if (submitting && namesLiveJob(answer.json)) status = 202;
  const said = parseErrorBody(answer.json);
  return {
    ...answer,
    status,
    retryAfterSeconds: longestPause(parseRetryAfter(answer.headers.retryAfter, now), said.retryAfterSeconds),
  };
}

function attemptEnd(answer: Answer | null, kind: HttpAnswer['kind'] | HttpBreak['kind']): AttemptEnd {
  if (kind !== 'answer') return { kind };
  const seconds = answer?.retryAfterSeconds ?? null;
  return { kind, status: answer?.status ?? 0, retryAfterMs: seconds === null ? null : seconds * 1000 };
}

function refused(operation: Operation, answer: Answer, requestId: string | undefined): Failure {
  const said = parseErrorBody(answer.json);
  // Markup and broken JSON are not for people, and their escapes may spell what was kept out of plain text.
  const plain = answer.json === undefined && !/^\s*[<{["]/.test(answer.text) ? cleanText(answer.text) : null;
  const { status } = answer;
  return new Failure(codeFor(operation, status), {
    operation,
    httpStatus: status,
    upstreamMessage: said.message ?? plain,
    retryAfterSeconds: answer.retryAfterSeconds,
    requiredCredits: said.requiredCredits,
    recordId: recordId(answer.headers),
    requestId: requestId ?? null,
    ...(status < 400 ? { detail: 'It is a redirect, and redirects are not followed.' } : {}),
  });
}

function codeFor(operation: Operation, status: number): Code {
  // 404 speaks of a job, and a submit names none; 409 answers a cancel only.
  if ((status === 404 && operation === 'submit') || (status === 409 && operation !== 'cancel'))
    return 'unexpected_response';
  const code = codeForStatus(status);
  // Such answers come from something in between (524: the gateway took the request and did not answer in time).
  const lost = code === 'unexpected_response' && (status === 408 || status >= 500);
  return operation === 'submit' && lost ? 'submission_unknown' : code;
}

function unreached(operation: Operation, end: HttpBreak, requestId: string | undefined): Failure {
  if (operation === 'submit' && end.kind === 'broken') {
    return new Failure('submission_unknown', {
      ...trace(operation, end.headers),
      detail: `The connection broke or timed out before a whole answer was in (${end.cause}).`,
    });
  }
  return new Failure('network_error', {
    operation,
    requestId: requestId ?? null,
    detail:
      end.kind === 'not_sent'
        ? `No connection came about (${end.cause}).`
        : `The connection broke or timed out (${end.cause}).`,
  });
}

/** What the headers of an otherwise useless answer tell of the job. */
function trace(operation: Operation, headers: HttpHeaders | null): Facts {
  const id = headers?.requestId ?? '';
  return { operation, requestId: REQUEST_ID.test(id) ? id : null, recordId: headers && recordId(headers) };
}

function recordId(headers: HttpHeaders): string | null {
  return headers.recordId && cleanText(headers.recordId.slice(0, 200));
}

/** The id for a URL: whatever could lead elsewhere than to one job is refused. */
function checked(requestId: string): string {
  if (REQUEST_ID.test(requestId)) return requestId;
  throw new Failure('invalid_arguments', {
    issues: [
      {
        path: 'request_id',
        message: 'This is not an id that the gateway gives out.',
        received: requestId.slice(0, 100),
      },
    ],
  });
}
