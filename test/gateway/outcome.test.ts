import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/base/redact.ts';
import { type GatewayCode, type GatewayFacts, GatewayFailure } from '../../src/gateway/failure.ts';
import type { Attempt } from '../../src/gateway/http.ts';
import { judgeCancel, judgePoll, judgeSubmit } from '../../src/gateway/outcome.ts';
import type { RequestContext } from '../../src/gateway/read-answer.ts';
import { fc } from '../support/properties.ts';

const KEY = 'wk-live-0123456789';
const asked = { redact: redactor(KEY), now: Date.parse('2026-03-01T12:00:00Z') };
const HTML = '<html><title>Sign in</title><body>Sign in to continue</body></html>';
const LINK = 'https://cdn.example.com/a.mp4';

/** A whole answer; a body that is no text is sent as JSON. */
function answer(status: number, body: unknown = '', headers: Record<string, string> = {}): Attempt {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { handedOver: true, answer: { status, headers, text } };
}

/** An answer whose connection broke within the body. */
const cut = (status: number, body: string, headers: Record<string, string> = {}): Attempt => ({
  ...answer(status, body, headers),
  fault: { cause: 'ECONNRESET' },
});

/** The same answer, to a request of which only a part was handed over. */
const halfSent = (attempt: Attempt): Attempt => ({ ...attempt, handedOver: false });

const unanswered = (handedOver: boolean, bytes = ''): Attempt => ({
  handedOver,
  fault: { cause: 'ECONNRESET' },
  bytes,
});

function failureOf(judge: () => unknown): { code: GatewayCode; facts: GatewayFacts } {
  try {
    return expect.fail(`no failure but ${JSON.stringify(judge())}`);
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    return { code: error.code, facts: error.facts };
  }
}

const submit: RequestContext = { operation: 'submit', ...asked };
const poll: RequestContext = { operation: 'poll', requestId: 'job-1', ...asked };
const cancel: RequestContext = { operation: 'cancel', requestId: 'job-1', ...asked };

const submitFailure = (attempt: Attempt) => failureOf(() => judgeSubmit(attempt, submit));
const pollFailure = (attempt: Attempt) => failureOf(() => judgePoll(attempt, poll));
const cancelFailure = (attempt: Attempt) => failureOf(() => judgeCancel(attempt, cancel));

describe('a submit is accepted', () => {
  it.each<[string, Attempt, object]>([
    ['the documented 202', answer(202, { request_id: 'abc', status: 'IN_QUEUE' }), { requestId: 'abc' }],
    ['another 2xx', answer(201, { request_id: 'abc' }), { requestId: 'abc' }],
    ['an id in data', answer(200, { data: { request_id: 'abc' } }), { requestId: 'abc' }],
    ['an id in job', answer(200, { ok: true, job: { request_id: 'abc' } }), { requestId: 'abc' }],
    ['an id of other characters', answer(202, { request_id: 'a:b.c-d_e' }), { requestId: 'a:b.c-d_e' }],
    ['a number', answer(202, { request_id: 42 }), { requestId: '42' }],
    ['64 bits', answer(202, '{"request_id": 1234567890123456789}'), { requestId: '1234567890123456789' }],
    [
      '64 bits in data',
      answer(202, '{"data":{"request_id":1234567890123456789}}'),
      { requestId: '1234567890123456789' },
    ],
    ['an error that is null', answer(202, { request_id: 'abc', error: null }), { requestId: 'abc' }],
    ['an error that is empty', answer(202, { request_id: 'abc', error: '' }), { requestId: 'abc' }],
    ['an error without members', answer(202, { request_id: 'abc', error: {} }), { requestId: 'abc' }],
    ['a code that is no error', answer(202, { request_id: 'abc', code: 200 }), { requestId: 'abc' }],
    ['a code of 0', answer(202, { request_id: 'abc', code: 0 }), { requestId: 'abc' }],
    ['a code that is a word', answer(202, { request_id: 'abc', code: 'ACCEPTED' }), { requestId: 'abc' }],
    ['an unknown state', answer(202, { request_id: 'abc', status: 'BREWING' }), { requestId: 'abc' }],
    ['COMPLETED without a result', answer(202, { request_id: 'abc', status: 'COMPLETED' }), { requestId: 'abc' }],
    ['FAILED', answer(202, { request_id: 'abc', status: 'FAILED' }), { requestId: 'abc' }],
    ['a link that is no result', answer(202, { request_id: 'abc', dashboard: LINK }), { requestId: 'abc' }],
    [
      'outputs of a job that is queued',
      answer(202, { request_id: 'a', status: 'IN_QUEUE', outputs: [LINK] }),
      { requestId: 'a' },
    ],
    ['a byte order mark', answer(202, '\ufeff{"request_id":"abc"}'), { requestId: 'abc' }],
    ['a whole body on a cut connection', cut(202, '{"request_id":"abc"}'), { requestId: 'abc' }],
    ['an answer before all was sent', halfSent(answer(202, { request_id: 'abc' })), { requestId: 'abc' }],
  ])('as queued with %s', (_what, attempt, job) => {
    expect(judgeSubmit(attempt, submit)).toEqual({ status: 'IN_QUEUE', outputs: [], ...job });
  });

  const made = { status: 'COMPLETED', outputs: [{ url: LINK, kind: 'video' }] };
  it.each<[string, Attempt, object]>([
    ['an id and outputs', answer(200, { request_id: 'abc', outputs: [{ url: LINK }] }), { requestId: 'abc', ...made }],
    [
      'an id and a result',
      answer(200, { request_id: 'a', status: 'COMPLETED', result: { outputs: [LINK] } }),
      { requestId: 'a', ...made },
    ],
    ['outputs alone', answer(200, { outputs: [{ url: LINK }] }), made],
    [
      'outputs and x-request-id',
      answer(200, { outputs: [LINK] }, { 'x-request-id': 'abc' }),
      { requestId: 'abc', ...made },
    ],
    ['a result alone', answer(200, { result: { message: 'Updated' } }), { status: 'COMPLETED', outputs: [] }],
    ['COMPLETED alone', answer(200, { status: 'COMPLETED' }), { status: 'COMPLETED', outputs: [] }],
  ])('as completed with %s', (_what, attempt, job) => {
    expect(judgeSubmit(attempt, submit)).toEqual(job);
  });

  it('with its billing row, cost and balance warning', () => {
    const body = { request_id: 'abc', _call_cost_usd: 0.2, _balance_warning: 'low' };
    expect(judgeSubmit(answer(202, body, { 'x-record-id': 'rec_1' }), submit)).toEqual({
      requestId: 'abc',
      status: 'IN_QUEUE',
      outputs: [],
      recordId: 'rec_1',
      costUsd: 0.2,
      lowBalance: true,
    });
  });
});

describe('a submit is refused', () => {
  const error = { error: { message: 'No' } };
  it.each<[string, Attempt, GatewayCode, Partial<GatewayFacts>]>([
    ['400', answer(400, error), 'invalid_request', { httpStatus: 400, upstreamMessage: 'No' }],
    ['413', answer(413, HTML), 'invalid_request', { httpStatus: 413, fromIntermediary: true }],
    [
      '422',
      answer(422, { detail: [{ loc: ['body', 'inputs', 'prompt'], msg: 'too long' }] }),
      'invalid_request',
      {
        httpStatus: 422,
        upstreamMessage: 'inputs.prompt: too long',
        fields: ['inputs.prompt'],
      },
    ],
    ['401', answer(401, error), 'unauthorized', { httpStatus: 401 }],
    ['403 in HTML', answer(403, HTML), 'unauthorized', { httpStatus: 403, fromIntermediary: true }],
    [
      '403 for a balance that is used up',
      answer(403, { detail: 'User is locked. Reason: Exhausted balance.' }),
      'insufficient_credits',
      { httpStatus: 403, upstreamMessage: 'User is locked. Reason: Exhausted balance.' },
    ],
    [
      '402',
      answer(402, { error: { message: 'Top up', required_credits: 12 } }),
      'insufficient_credits',
      { requiredCredits: 12 },
    ],
    ['404', answer(404, error), 'unexpected_response', { httpStatus: 404 }],
    ['410', answer(410, error), 'unexpected_response', { httpStatus: 410 }],
    [
      '301',
      answer(301, '', { location: 'https://elsewhere.example' }),
      'unexpected_response',
      { httpStatus: 301, fromIntermediary: true },
    ],
    ['429', answer(429, error, { 'retry-after': '7' }), 'rate_limited', { retryAfterSeconds: 7, transient: true }],
    [
      '429 with a reset',
      answer(429, error, { 'ratelimit-reset': '9' }),
      'rate_limited',
      { retryAfterSeconds: 9, transient: true },
    ],
    ['429 in HTML', answer(429, HTML), 'rate_limited', { transient: true, fromIntermediary: true }],
    [
      '429 for a quota',
      answer(429, { error: { message: 'Monthly quota exceeded' } }),
      'insufficient_credits',
      { httpStatus: 429 },
    ],
    [
      '500 in own words',
      answer(500, { error: 'Worker pool crashed' }),
      'server_error',
      { httpStatus: 500, transient: true },
    ],
    ['500 with a detail', answer(500, { detail: 'Queue is down' }), 'server_error', { transient: true }],
    [
      '503 in own words',
      answer(503, { error: { message: 'No capacity' } }),
      'upstream_unavailable',
      { transient: true },
    ],
    [
      '503 with trace headers',
      answer(503, error, { 'x-request-id': 'trace', 'x-record-id': 'rec_1' }),
      'upstream_unavailable',
      { recordId: 'rec_1' },
    ],
    [
      'a 200 that carries 402',
      answer(200, { code: 402, message: 'Top up' }),
      'insufficient_credits',
      { httpStatus: 402, upstreamMessage: 'Top up' },
    ],
    [
      'a 200 that carries 500',
      answer(200, { code: 500, message: 'Failed' }),
      'server_error',
      { httpStatus: 500, transient: true },
    ],
    [
      'a 200 with a code in error',
      answer(200, { error: { code: '401', message: 'Bad key' } }),
      'unauthorized',
      { httpStatus: 401 },
    ],
    ['an answer before all was sent', halfSent(answer(413, error)), 'invalid_request', { httpStatus: 413 }],
    ['a 4xx with a broken body', cut(400, '{"error": {"mess'), 'invalid_request', { httpStatus: 400 }],
  ])('by %s', (_what, attempt, code, facts) => {
    const failure = submitFailure(attempt);
    expect(failure).toMatchObject({ code, facts: { operation: 'submit', ...facts } });
    expect(failure.facts.transient).toBe(
      facts.transient ?? (['rate_limited', 'server_error', 'upstream_unavailable'].includes(code) || undefined),
    );
    expect(failure.facts).not.toHaveProperty('hint');
  });

  it.each([400, 401, 402, 403, 404, 422, 429])('by %i, whose ids are trace ids', status => {
    const body = { request_id: 'trace', status: 'IN_QUEUE', error: 'No' };
    const { code, facts } = submitFailure(answer(status, body, { 'x-request-id': 'trace' }));
    expect(code).not.toBe('submission_unknown');
    expect(JSON.stringify(facts)).not.toContain('trace');
  });

  it.each<[string, Attempt]>([
    ['no connection came about', unanswered(false)],
    ['a proxy gave up before all was sent', halfSent(answer(502, HTML))],
    ['a server timed out before all was sent', halfSent(answer(408))],
    ['an answer with a trace id came before all was sent', halfSent(answer(502, HTML, { 'x-request-id': 'trace' }))],
    ['a login page came before all was sent', halfSent(answer(200, HTML))],
  ])('as network_error when %s', (_what, attempt) => {
    expect(submitFailure(attempt)).toMatchObject({ code: 'network_error', facts: { transient: true } });
  });

  it('for good by a fault that lasts', () => {
    const fault = { cause: 'SELF_SIGNED_CERT_IN_CHAIN', permanent: 'unknown_ca' as const };
    const { facts } = submitFailure({ handedOver: false, fault });
    expect(facts).toEqual({ operation: 'submit', cause: fault.cause, permanent: 'unknown_ca' });
  });
});

describe('a submit is in doubt', () => {
  const DOUBTFUL = [303, 408, 409, 499, 501, 502, 504, 505, 507, 520, 522, 524, 525, 530, 599];
  it.each(DOUBTFUL)('after %i, whatever its words', status => {
    for (const body of ['', HTML, { error: { message: 'It failed' } }, { message: 'Failed' }]) {
      expect(submitFailure(answer(status, body)).code).toBe('submission_unknown');
    }
  });

  it.each<[string, Attempt]>([
    ['500 without a body', answer(500)],
    ['503 in plain text', answer(503, 'upstream connect error or disconnect/reset before headers')],
    ['503 of nginx', answer(503, '<html><h1>503 Service Temporarily Unavailable</h1></html>')],
    ['503 of an API gateway', answer(503, { message: 'Service Unavailable' })],
    ['500 of an API gateway', answer(500, { message: 'Internal server error' })],
    ['500 with a code and a message', answer(500, { code: 500, message: 'Failed' })],
    ['500 with its own phrase', answer(500, { detail: 'Internal Server Error' })],
    ['503 with its own phrase', answer(503, { error: '503 Service Unavailable.' })],
    ['500 of a proxy', answer(500, { error: 'There was a problem proxying the request' })],
    ['503 of a mesh in JSON', answer(503, { error: 'upstream connect error or disconnect/reset before headers' })],
    ['500 of a framework', answer(500, { status: 500, error: 'Internal Server Error', path: '/v1/run' })],
    ['500 with an empty error', answer(500, { error: '' })],
    ['500 with an error without words', answer(500, { error: { code: 500 } })],
    ['503 in a list', answer(503, [{ error: 'No capacity' }])],
    ['a 200 that carries 504', answer(200, { code: 504, message: 'Gateway timeout' })],
    ['a 200 in HTML', answer(200, HTML)],
    ['a 200 without a body', answer(200)],
    ['a 202 without an id', answer(202, { status: 'IN_QUEUE' })],
    ['a 204', answer(204)],
    ['an error beside an empty result', answer(200, { error: 'No', outputs: [] })],
    ['no answer after all was sent', unanswered(true)],
  ])('after %s, without a hint', (_what, attempt) => {
    const { code, facts } = submitFailure(attempt);
    expect(code).toBe('submission_unknown');
    expect(facts).not.toHaveProperty('hint');
    expect(facts).not.toHaveProperty('transient');
    expect(facts).not.toHaveProperty('requestId');
  });

  it.each<[string, Attempt]>([
    ['a 502 that names a job', answer(502, { request_id: 'abc', status: 'IN_QUEUE' })],
    ['a 500 in own words with an id', answer(500, { error: { message: 'No', request_id: 'abc' } })],
    ['a 202 with an error', answer(202, { request_id: 'abc', error: 'No' })],
    ['a 200 with an id and a code', answer(200, { request_id: 'abc', code: 500, message: 'No' })],
    ['NaN in the body', answer(202, '{"request_id": "abc", "cost": NaN}')],
    ['a warning before the body', answer(202, 'Warning: deprecated\n{"request_id":"abc"}')],
    ['JSON inside a string', answer(202, JSON.stringify(JSON.stringify({ request_id: 'abc' })))],
    ['JSON twice inside a string', answer(202, JSON.stringify(JSON.stringify(JSON.stringify({ request_id: 'abc' }))))],
    ['an id in HTML', answer(502, '<pre>{&quot;request_id&quot;: &quot;abc&quot;}</pre>')],
    ['an id in plain text', answer(504, 'timed out, request_id=abc')],
    ['a list', answer(202, [{ request_id: 'abc' }])],
    ['an id deeper in the body', answer(202, { result: { job: { request_id: 'abc' } } })],
    ['a body that was cut off', cut(202, '{"request_id":"abc","status":"IN_Q')],
    ['the status_url alone', answer(202, { status_url: 'https://api.example.com/v1/run/status/abc' })],
    [
      'the status_url in a broken body',
      answer(202, '{"status_url":"https:\\/\\/api.example.com\\/v1\\/run\\/status\\/abc", NaN}'),
    ],
    ['the cancel_url alone', answer(202, { cancelUrl: 'https://api.example.com/v1/run/cancel/abc/' })],
    ['an id in camel case', answer(202, { data: { requestId: 'abc' } })],
    ['an id in capitals', answer(202, { REQUEST_ID: 'abc' })],
    ['XML', answer(200, '<job><request_id>abc</request_id></job>')],
    ['a Location', { ...answer(303), bytes: 'HTTP/1.1 303 See Other\r\nlocation: /v1/run/status/abc\r\n\r\n' }],
    ['a trailer', { ...answer(202, {}), bytes: '2\r\n{}\r\n0\r\nx-request-id: abc\r\n\r\n' }],
    ['what follows the answer', { ...answer(502), bytes: 'HTTP/1.1 502 No\r\n\r\n{"request_id":"abc"}' }],
    ['x-request-id alone', answer(504, HTML, { 'x-request-id': 'abc' })],
    ['the head of an answer alone', cut(202, '', { 'x-request-id': 'abc' })],
    ['an early answer that was cut off', halfSent(cut(202, '{"request_id":"abc",'))],
    ['an early answer that is not valid HTTP', unanswered(false, 'HTTP/1.1 202 OK\r\n\r\n{"request_id":"abc"}')],
    ['a head that was cut off', unanswered(true, 'HTTP/1.1 502 Bad Gateway\r\nX-Request-Id: abc\r\nconte')],
    ['an answer that is not valid HTTP', unanswered(true, 'content-length: 9\r\n\r\n{"request_id":"abc"}')],
  ])('after %s, with the id as a hint', (_what, attempt) => {
    const { code, facts } = submitFailure(attempt);
    expect({ code, hint: facts.hint }).toEqual({ code: 'submission_unknown', hint: 'abc' });
    expect(facts).not.toHaveProperty('requestId');
  });

  it.each<[string, Attempt]>([
    ['a path', answer(202, { request_id: '../../admin' })],
    ['two dots', answer(202, { request_id: '..' })],
    ['too long a text', answer(202, { request_id: 'a'.repeat(201) })],
    ['a negative number', answer(202, { request_id: -5 })],
    ['a list', answer(202, { request_id: ['abc'] })],
    ['null', answer(202, { request_id: null })],
    ['null in a broken body', answer(202, '{"request_id": null, "cost": NaN}')],
    ['half an id', cut(202, '{"request_id":"abcd')],
    ['another name that ends so', answer(502, { client_request_id: 'abc' })],
    ['the key', answer(502, { request_id: KEY })],
  ])('with no hint from %s', (_what, attempt) => {
    expect(submitFailure(attempt).facts).not.toHaveProperty('hint');
  });

  it('prefers an id in the body to the status_url, and that to x-request-id', () => {
    const url = 'https://api.example.com/v1/run/status/from-url?x=1';
    const headers = { 'x-request-id': 'from-header' };
    const hint = (body: object): unknown => submitFailure(answer(502, body, headers)).facts.hint;
    expect(hint({ status_url: url, request_id: 'from-body' })).toBe('from-body');
    expect(hint({ status_url: url })).toBe('from-url');
    expect(hint({})).toBe('from-header');
  });

  it('shows no id that it got as a hint', () => {
    const { facts } = submitFailure(answer(502, { request_id: 'abc', status: 'IN_QUEUE' }));
    expect(facts).not.toHaveProperty('upstreamMessage');
  });

  it('keeps the cause, the billing row and what the gateway said', () => {
    expect(submitFailure(unanswered(true)).facts.cause).toBe('ECONNRESET');
    const { facts } = submitFailure(answer(502, { error: 'It broke' }, { 'x-record-id': 'rec_1' }));
    expect(facts).toMatchObject({ httpStatus: 502, recordId: 'rec_1', upstreamMessage: 'It broke' });
  });

  it('asks for no pause, after which it would be repeated', () => {
    expect(submitFailure(answer(502, {}, { 'retry-after': '900' })).facts).not.toHaveProperty('retryAfterSeconds');
  });
});

describe('a poll', () => {
  it('reports the state with the billing row', () => {
    const attempt = answer(200, { request_id: 'job-1', status: 'in_progress' }, { 'x-record-id': 'rec_1' });
    expect(judgePoll(attempt, poll)).toEqual({ status: 'IN_PROGRESS', outputs: [], recordId: 'rec_1' });
  });

  it.each<[string, unknown]>([
    ['in data', { data: { request_id: 'job-1', status: 'IN_QUEUE' } }],
    ['with a trace id at the top', { request_id: 'trace', data: { request_id: 'job-1', status: 'IN_QUEUE' } }],
    ['without an id', { status: 'IN_QUEUE' }],
    ['beside a code', { status: 'IN_QUEUE', code: 500 }],
  ])('reads a report %s', (_what, body) => {
    expect(judgePoll(answer(200, body), poll)).toEqual({ status: 'IN_QUEUE', outputs: [] });
  });

  it('compares ids of 64 bits digit by digit', () => {
    const of = (requestId: string) =>
      judgePoll(answer(200, '{"request_id":1234567890123456789,"status":"FAILED"}'), { ...poll, requestId });
    expect(of('1234567890123456789').status).toBe('FAILED');
    expect(() => of('1234567890123456780')).toThrow('server_error');
  });

  it.each<[string, Attempt]>([
    ['about another job', answer(200, { request_id: 'job-2', status: 'COMPLETED' })],
    ['a login page', answer(200, HTML)],
    ['a maintenance page in JSON', answer(200, { message: 'We are back soon' })],
    ['a health check', answer(200, { status: 'ok' })],
    ['an empty body', answer(200)],
    ['a 204', answer(204)],
    ['a 404 of an ingress', answer(404, 'default backend - 404')],
    ['a 404 of an API gateway', answer(404, { message: 'Not Found' })],
    ['an empty 404', answer(404)],
    ['a 401 of a login page', answer(401, HTML)],
    ['a 403 of Cloudflare', answer(403, '<html>Attention Required! | Cloudflare</html>')],
    ['a 403 of an API gateway', answer(403, { message: 'Forbidden' })],
    ['a 400 in HTML', answer(400, HTML)],
  ])('that gets %s is a transient failure that says nothing of the job', (_what, attempt) => {
    expect(pollFailure(attempt)).toMatchObject({
      code: 'server_error',
      facts: { operation: 'poll', requestId: 'job-1', transient: true, fromIntermediary: true },
    });
  });

  it.each<[string, Attempt, GatewayCode, boolean]>([
    ['a 404 in own words', answer(404, { error: { message: 'No such request' } }), 'job_not_found', false],
    ['a 410 in own words', answer(410, { error: 'Expired' }), 'job_not_found', false],
    ['a 404 with a detail', answer(404, { detail: 'Not found' }), 'job_not_found', false],
    ['a 200 that carries 404', answer(200, { code: 404, message: 'No such request' }), 'job_not_found', false],
    ['a 401 in own words', answer(401, { error: 'Bad key' }), 'unauthorized', false],
    ['a 403 in own words', answer(403, { error: 'This key may not use it' }), 'unauthorized', false],
    ['a 402', answer(402, { error: 'Top up' }), 'insufficient_credits', false],
    ['a 400 in own words', answer(400, { error: 'No' }), 'invalid_request', false],
    ['a 409', answer(409, { error: 'No' }), 'unexpected_response', false],
    ['a redirect to a login page', answer(302, '', { location: '/login' }), 'server_error', true],
    ['an unknown state', answer(200, { status: 'PAUSED\u001b[2J' }), 'server_error', true],
    ['an unknown state of this job', answer(200, { request_id: 'job-1', status: 'ok' }), 'server_error', true],
    ['an error in a 200', answer(200, { error: 'Try again' }), 'server_error', true],
    ['a 202 without a body', answer(202), 'server_error', true],
    ['a 408', answer(408), 'server_error', true],
    ['a 429', answer(429), 'rate_limited', true],
    ['a 500', answer(500), 'server_error', true],
    ['a 502', answer(502, HTML), 'server_error', true],
    ['a 503', answer(503), 'upstream_unavailable', true],
    ['a 504', answer(504), 'server_error', true],
    ['a 524', answer(524, HTML), 'server_error', true],
    ['a body that was cut off', cut(200, '{"request_id":"job-1","sta'), 'network_error', true],
    ['no answer', unanswered(true), 'network_error', true],
  ])('that gets %s fails', (_what, attempt, code, transient) => {
    const failure = pollFailure(attempt);
    expect(failure.code).toBe(code);
    expect(failure.facts.transient).toBe(transient || undefined);
    expect(failure.facts.requestId).toBe('job-1');
    expect(failure.facts).not.toHaveProperty('hint');
  });

  it.each<[object, string]>([
    [{ status: 'PAUSED\u001b[2J' }, 'PAUSED'],
    [{ status: 'paused', message: 'Waiting for a worker' }, 'paused: Waiting for a worker'],
    [{ status: 'PARTIAL', outputs: [LINK] }, `{"status":"PARTIAL","outputs":["${LINK}"]}`],
    [{ request_id: 'job-1', status: 7 }, '{"request_id":"job-1","status":7}'],
  ])('shows the unknown state in %j as the gateway’s words', (body, words) => {
    const { facts } = pollFailure(answer(200, body));
    expect(facts.upstreamMessage).toBe(words);
    expect(facts).not.toHaveProperty('fromIntermediary');
  });

  it.each<[string, string]>([
    ['NaN', '{"status":"COMPLETED","result":{"outputs":["LINK"],"score":NaN,"loss":-Infinity}}'],
    ['JSON inside a string', JSON.stringify(JSON.stringify({ status: 'COMPLETED', result: { outputs: ['LINK'] } }))],
    ['a warning before it', 'Warning: it’s old\n{"status":"COMPLETED","result":{"outputs":["LINK"]}}'],
    ['a printed Python dict', "{'status': 'COMPLETED', 'result': {'outputs': ['LINK'], 'ok': True}, 'error': None}"],
    ['a comma too many', '{"status":"COMPLETED","result":{"outputs":["LINK",]},}'],
    ['a line break in a text', '{"status":"COMPLETED","note":"a\nNaN, \\" b","result":{"outputs":["LINK"]}}'],
  ])('reads the result in JSON that JavaScript refuses: %s', (_what, body) => {
    expect(judgePoll(answer(200, body.replace('LINK', LINK)), poll)).toEqual({
      status: 'COMPLETED',
      outputs: [{ url: LINK, kind: 'video' }],
    });
  });

  it.each(['"', "'", '\\"', "\\'", ', ', '{', 'NaN '])('reads 8 MB of %j in time', part => {
    const long = `{"status":"COMPLETED","note":${part.repeat((8 * 1024 * 1024) / part.length)}}`;
    expect(() => judgePoll(answer(200, long), poll)).toThrow('server_error');
  });
});

describe('a cancel', () => {
  it.each<[string, Attempt]>([
    ['confirmed', answer(200, { request_id: 'job-1', cancelled: true })],
    ['without effect', answer(200, { cancelled: false, status: 'COMPLETED' })],
    ['about another job', answer(200, { request_id: 'job-2', cancelled: true })],
    ['without a body', answer(204)],
  ])('that is answered %s was taken', (_what, attempt) => {
    expect(() => judgeCancel(attempt, cancel)).not.toThrow();
  });

  it.each<[string, Attempt, GatewayCode, boolean]>([
    ['a 409', answer(409, { error: 'Started' }), 'not_cancellable', false],
    ['a 409 without a body', answer(409), 'not_cancellable', false],
    ['a 200 that carries 409', answer(200, { code: 409, message: 'Started' }), 'not_cancellable', false],
    ['a 404 in own words', answer(404, { error: 'No such request' }), 'job_not_found', false],
    ['a 404 of an ingress', answer(404, HTML), 'server_error', true],
    ['a login page', answer(200, HTML), 'server_error', true],
    ['a 502', answer(502), 'server_error', true],
    ['no answer', unanswered(true), 'network_error', true],
  ])('that gets %s fails', (_what, attempt, code, transient) => {
    const failure = cancelFailure(attempt);
    expect(failure.code).toBe(code);
    expect(failure.facts.transient).toBe(transient || undefined);
  });
});

describe('what an answer says', () => {
  const said = (body: unknown): string | undefined => submitFailure(answer(400, body)).facts.upstreamMessage;

  it.each<[unknown, string | undefined]>([
    ['Bad model', 'Bad model'],
    [HTML, undefined],
    ['{"error": broken', undefined],
    [{ error: '\u001b[1mbold\u001b[0m\nnext' }, 'bold next'],
    [{ error: `key ${KEY}` }, 'key [key]'],
    [{ error: `key wk-live\u001b[0m-0123456789` }, 'key [key]'],
    [{ detail: [{ secret: 'wk-live\u001b[0m-0123456789' }] }, '[{"secret":"[key]"}]'],
    [{ error: 'x'.repeat(600) }, `${'x'.repeat(499)}…`],
    [{ errors: { prompt: ['too long'] } }, '{"errors":{"prompt":["too long"]}}'],
  ])('%j is shown as %j', (body, shown) => {
    expect(said(body)).toBe(shown);
  });

  it('is kept out of the billing row’s id too', () => {
    const { facts } = submitFailure(answer(400, {}, { 'x-record-id': `rec-${KEY}\u001b[2J` }));
    expect(facts.recordId).toBe('rec-[key]');
  });
});

describe('whatever comes', () => {
  const name = fc.constantFrom(
    'request_id',
    'status',
    'error',
    'detail',
    'message',
    'code',
    'result',
    'outputs',
    'data',
    'job',
    'url',
  );
  const leaf = fc.constantFrom<unknown>(
    null,
    true,
    0,
    404,
    500,
    1e21,
    '',
    'abc',
    'job-1',
    '..',
    'COMPLETED',
    'FAILED',
    LINK,
    'No capacity',
  );
  const { body: json } = fc.letrec<{ body: unknown }>(tie => ({
    body: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.dictionary(name, tie('body'), { maxKeys: 5 }),
      fc.array(tie('body'), { maxLength: 3 }),
    ),
  }));
  const text = fc.oneof(
    json.map(value => JSON.stringify(value)),
    json.map(value => `warning ${JSON.stringify(value)}`),
    fc.string(),
  );
  const attempt = fc
    .record({
      handedOver: fc.boolean(),
      status: fc.constantFrom(200, 202, 204, 301, 303, 400, 401, 402, 404, 408, 409, 422, 429, 500, 502, 503, 504, 524),
      text,
      isCut: fc.boolean(),
    })
    .map(({ status, isCut, handedOver, text: body }) => ({
      ...(isCut ? cut(status, body.slice(0, body.length / 2)) : answer(status, body)),
      handedOver,
    }));

  it('a submit is accepted with a job, or fails with a failure of the gateway', () => {
    fc.assert(
      fc.property(attempt, seen => {
        try {
          const { requestId, status } = judgeSubmit(seen, submit);
          expect(seen.answer?.status).toBeLessThan(300);
          if (status === 'IN_QUEUE') expect(seen.answer?.text).toContain(requestId);
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayFailure);
          const { code, doubt, facts } = error as GatewayFailure;
          // What was handed over and may have passed on is refused only in the gateway's own words.
          if (code === 'network_error') expect(seen.handedOver).toBe(false);
          if (doubt && facts.hint === undefined) expect(seen.handedOver).toBe(true);
          if (!doubt) expect(facts).not.toHaveProperty('hint');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a poll reports this job, or fails with a failure of the gateway', () => {
    fc.assert(
      fc.property(attempt, seen => {
        try {
          expect(judgePoll(seen, poll)).toHaveProperty('status');
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayFailure);
          const { code, facts } = error as GatewayFailure;
          if (code === 'job_not_found' || code === 'unauthorized') expect(facts).not.toHaveProperty('fromIntermediary');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['request_id=', 'status_url=', '"request_id":', 'request_id\\\\', 'a '])(
    '8 MB of %j come to an end',
    part => {
      const long = part.repeat((8 * 1024 * 1024) / part.length);
      expect(submitFailure(cut(502, long)).code).toBe('submission_unknown');
    },
  );
});
