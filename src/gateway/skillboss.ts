import { type Clock, slept } from '../base/clock.ts';
import type { JsonObject } from '../base/json.ts';
import { ATTEMPT_MS, CANCEL_MS, POLL_MS, SUBMIT_REPEAT_MS, SUBMIT_REQUEST_MS } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { type Redact, redactor } from '../base/redact.ts';
import { callEnded, GatewayFailure, type Operation } from './failure.ts';
import type { Accepted, Gateway, JobReport, Submit } from './gateway.ts';
import { type Attempt, HttpClient, type HttpClientOptions } from './http.ts';
import { isMalformed, judgeCancel, judgePoll, judgeSubmit } from './outcome.ts';
import type { RequestContext } from './read-answer.ts';
import { planRetry } from './retry.ts';

export interface SkillbossOptions extends Pick<HttpClientOptions, 'proxies' | 'limits'> {
  /** Origin of the gateway, without a path or a trailing slash. */
  baseUrl: string;
  key: string;
  clock: Clock;
  /** A number in [0, 1). */
  random: () => number;
  log: Log;
  /** The most that one operation may take with all its attempts and pauses, milliseconds; by default as in limits.ts. */
  budgets?: Partial<Record<Operation, number>>;
}

const BUDGETS: Record<Operation, number> = { submit: SUBMIT_REQUEST_MS, poll: POLL_MS, cancel: CANCEL_MS };
/** The most that one attempt may take. A submit that is given up leaves a doubt, so it has the whole budget. */
const ATTEMPTS: Record<Operation, number> = { submit: SUBMIT_REQUEST_MS, poll: ATTEMPT_MS, cancel: ATTEMPT_MS };

/** One operation at the gateway. */
interface Request<T> {
  operation: Operation;
  path: string;
  body?: Buffer;
  requestId?: string;
  signal?: AbortSignal;
  /** Monotonic time by which all attempts have ended. */
  end: number;
  /** Monotonic time by which a further attempt has to begin; `end` by default. */
  repeatBy?: number;
  judge(attempt: Attempt, asked: RequestContext): T;
}

/** SkillBoss's `POST /v1/run` and its status and cancel calls, over HTTP. */
export class SkillbossGateway implements Gateway {
  readonly origin: string;
  readonly #http: HttpClient;
  readonly #redact: Redact;
  readonly #options: SkillbossOptions;

  constructor(options: SkillbossOptions) {
    const { baseUrl, key, proxies, limits } = options;
    this.origin = baseUrl;
    this.#options = options;
    this.#redact = redactor(key);
    this.#http = new HttpClient({ origin: baseUrl, key, proxies, limits });
  }

  async submit(submit: Submit, signal: AbortSignal): Promise<Accepted> {
    const end = this.#endOf('submit');
    const repeatBy = this.#options.clock.monotonic() + SUBMIT_REPEAT_MS;
    const send = (inputs: JsonObject): Promise<Accepted> => {
      const body = Buffer.from(JSON.stringify(requestBody(submit, inputs)));
      return this.#exchange({ operation: 'submit', path: '/v1/run', body, signal, end, repeatBy, judge: judgeSubmit });
    };
    const { inputs, alternative } = submit;
    try {
      const accepted = await send(inputs);
      alternative?.onAccepted(inputs);
      return accepted;
    } catch (refusal) {
      if (!alternative || !asksFor(alternative, refusal)) throw refusal;
      const accepted = await send(alternative.inputs).catch((second: unknown) => {
        throw isInvalidRequest(second) ? withNote(refusal) : second;
      });
      alternative.onAccepted(alternative.inputs);
      return accepted;
    }
  }

  poll(requestId: string): Promise<JobReport> {
    const path = `/v1/run/status/${encodeURIComponent(requestId)}`;
    return this.#exchange({ operation: 'poll', path, requestId, end: this.#endOf('poll'), judge: judgePoll });
  }

  cancel(requestId: string, signal: AbortSignal): Promise<void> {
    const path = `/v1/run/cancel/${encodeURIComponent(requestId)}`;
    const end = this.#endOf('cancel');
    return this.#exchange({ operation: 'cancel', path, requestId, signal, end, judge: judgeCancel });
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #endOf(operation: Operation): number {
    const { clock, budgets } = this.#options;
    return clock.monotonic() + (budgets?.[operation] ?? BUDGETS[operation]);
  }

  /** Attempts until one is final. */
  async #exchange<T>(request: Request<T>): Promise<T> {
    const { operation, path, body, requestId, signal, end, repeatBy = end, judge } = request;
    const { clock, random, log } = this.#options;
    const method = operation === 'poll' ? 'GET' : 'POST';
    for (let attempt = 1; ; attempt++) {
      const left = Math.ceil(end - clock.monotonic());
      if (signal?.aborted) throw callEnded(operation, requestId);
      const sent = await this.#http.send(method, path, body, Math.max(1, Math.min(left, ATTEMPTS[operation])));
      try {
        return judge(sent, { operation, ...(requestId && { requestId }), redact: this.#redact, now: clock.now() });
      } catch (failure) {
        if (!(failure instanceof GatewayFailure)) throw failure;
        const delay = planRetry(failure, attempt, random());
        const final = delay === undefined || clock.monotonic() + delay >= repeatBy;
        log(final ? 'warn' : 'info', 'gateway_attempt_failed', {
          operation,
          attempt,
          code: failure.code,
          http_status: failure.facts.httpStatus,
          cause: failure.facts.cause,
          retry_in_ms: final ? undefined : Math.round(delay),
        });
        if (final || !(await slept(clock, delay, signal))) throw failure;
      }
    }
  }
}

/** The body of `POST /v1/run`. */
function requestBody({ model, webhookUrl }: Submit, inputs: JsonObject): JsonObject {
  return { model, inputs, async: true, ...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }) };
}

/** Whether an error is the gateway's refusal of the request as it was written. */
const isInvalidRequest = (error: unknown): error is GatewayFailure =>
  error instanceof GatewayFailure && error.code === 'invalid_request';

function asksFor(alternative: NonNullable<Submit['alternative']>, error: unknown): error is GatewayFailure {
  if (!(error instanceof GatewayFailure) || !isMalformed(error)) return false;
  const { upstreamMessage } = error.facts;
  return upstreamMessage !== undefined && alternative.isWanted(upstreamMessage);
}

const withNote = ({ code, facts }: GatewayFailure): GatewayFailure =>
  new GatewayFailure(code, { ...facts, alternativeRefused: true });
