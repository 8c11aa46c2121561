import { describe, expect, it } from 'vitest';
import { isProxyPhrase, isQuota, jsonText, readError, readRefusedFields } from '../../src/gateway/wire.ts';

describe('readError', () => {
  it.each<[unknown, string | undefined]>([
    [{ error: { message: 'a', type: 't', code: 402 } }, 'a'],
    [{ error: { detail: 'a' } }, 'a'],
    [{ error: 'b' }, 'b'],
    [{ detail: 'c' }, 'c'],
    [{ detail: { message: 'c' } }, 'c'],
    [{ message: 'd' }, 'd'],
    [{ detail: [{ loc: ['inputs', 'prompt'], msg: 'missing' }] }, '[{"loc":["inputs","prompt"],"msg":"missing"}]'],
    [{ error: { message: 7 }, message: 'outer' }, 'outer'],
    [{ error: { kind: 'overload' } }, '{"kind":"overload"}'],
    [{ error: '', detail: null, message: 5 }, undefined],
    [{ error: 'null', message: 'None' }, undefined],
    ['text', undefined],
    [null, undefined],
    [undefined, undefined],
    [[], undefined],
  ])('%j says %j', (body, message) => {
    expect(readError(body).message).toBe(message);
  });

  it.each<[unknown, number | undefined]>([
    [{ code: 500, message: 'x' }, 500],
    [{ code: '429' }, 429],
    [{ error: { code: 402 } }, 402],
    [{ code: 0 }, undefined],
    [{ code: 200 }, undefined],
    [{ code: 999 }, undefined],
    [{ code: 'E_FAIL' }, undefined],
    ['x', undefined],
  ])('%j carries the status %j', (body, status) => {
    expect(readError(body).status).toBe(status);
  });

  it.each([{ required_credits: 3 }, { error: { required_credits: 3 } }, { error: { required_credits: '3' } }])(
    'finds the credits in %j',
    body => {
      expect(readError(body).requiredCredits).toBe(3);
    },
  );

  it('survives a body that is nested too deeply to be written again', () => {
    const deep = JSON.parse(`{"error":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
    expect(readError(deep)).toMatchObject({ own: undefined, message: undefined });
    expect(jsonText(deep)).toBeUndefined();
  });
});

it.each<[string, boolean]>([
  ['Internal Server Error', true],
  ['internal server error.', true],
  ['503 Service Unavailable', true],
  ['HTTP 503: Service Temporarily Unavailable', true],
  ['Not Found', true],
  ['Internal error', false],
  ['Service Unavailable: the discount pool is full', false],
  ['No capacity', false],
])('%j is only a status’s phrase: %j', (text, expected) => {
  expect(isProxyPhrase(text)).toBe(expected);
});

it.each<[object, string | undefined, boolean]>([
  [{ error: { type: 'insufficient_quota' } }, 'Too many requests', true],
  [{ error: { code: 'insufficient_quota' } }, undefined, true],
  [{}, 'Monthly quota exceeded', true],
  [{}, 'You exceeded your current quota, please check your plan and billing details', true],
  [{}, 'Your credit balance is too low', true],
  [{ error: { reason: 'TOP_UP' } }, 'Too many requests', true],
  [{}, 'Rejected. Reason: TOP_UP', true],
  [{}, 'You are out of credits', true],
  [{}, 'Daily limit reached', true],
  [{}, 'Plan limit reached: 3 concurrent jobs', false],
  [{}, 'Rate limit exceeded', false],
  [{}, 'Rate limit reached for your plan on requests per min (RPM); see billing', false],
  [{}, 'Quota exceeded for requests per minute', false],
  [{ error: { type: 'rate_limit_exceeded' } }, 'Limit 3 RPM reached on your plan', false],
  [{}, undefined, false],
])('a 429 with %j and the words %j is about a quota: %j', (body, message, expected) => {
  expect(isQuota(body, message)).toBe(expected);
});

describe('readRefusedFields', () => {
  it('names the fields of a validation error without the leading "body"', () => {
    const detail = [
      { loc: ['body', 'inputs', 'reference_images', 0], msg: 'not base64', type: 'value_error' },
      { loc: ['inputs', 'prompt'], msg: 'Field required' },
    ];
    expect(readRefusedFields({ detail })).toEqual([
      { path: 'inputs.reference_images.0', words: 'not base64' },
      { path: 'inputs.prompt', words: 'Field required' },
    ]);
  });

  it.each([
    { errors: [{ field: 'prompt', message: 'too long' }] },
    { error: { message: 'Invalid', issues: [{ path: ['prompt'], message: 'too long' }] } },
    { error: { details: [{ param: 'prompt', message: 'too long' }] } },
  ])('reads %j', body => {
    expect(readRefusedFields(body)).toEqual([{ path: 'prompt', words: 'too long' }]);
  });

  it.each([{}, { detail: 'text' }, { detail: [{ msg: 'no place' }] }, { detail: [7, null] }, [], null])(
    'finds none in %j',
    body => {
      expect(readRefusedFields(body)).toEqual([]);
    },
  );
});
