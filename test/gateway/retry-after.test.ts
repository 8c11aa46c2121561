import { describe, expect, it } from 'vitest';
import { type Headers, parseRetryAfter } from '../../src/gateway/retry-after.ts';
import { fc } from '../support/properties.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const TEN_YEARS = 10 * 365 * 86_400;
const pause = (headers: Headers, body: unknown = {}, limited = true): number | undefined =>
  parseRetryAfter(headers, body, limited, NOW);

it.each<[string | string[], number | undefined]>([
  ['0', 0],
  ['7', 7],
  [' 7 ', 7],
  ['20.0', 20],
  ['1.5', 1.5],
  ['20s', 20],
  ['20, 20', 20],
  ['5, 30', 30],
  [['5', '30'], 30],
  ['86400', 86_400],
  ['604800', 604_800],
  ['99999999999999999999', TEN_YEARS],
  ['Sun, 01 Mar 2026 12:00:30 GMT', 30],
  ['Sunday, 01-Mar-26 12:00:30 GMT', 30],
  ['Sun, 01 Mar 2026 11:59:00 GMT', 0],
  ['Tue, 03 Mar 2026 12:00:00 GMT', 2 * 86_400],
  ['-1', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['', undefined],
  ['soon', undefined],
  ['7, soon', undefined],
  ['2026-03-01T12:00:30Z', 30],
  ['1m30s', 90],
  ['1h', 3600],
  ['PT20S', 20],
  [String(NOW / 1000 + 40), 40],
  [String(NOW + 40_000), 40],
  [String(NOW / 1000 - 40), 0],
  ['PT', undefined],
  ['Sun, 99 Foo 2026 12:00:00 GMT', undefined],
])('Retry-After %j asks for %j s', (header, seconds) => {
  expect(pause({ 'retry-after': header })).toBe(seconds);
});

describe('a date in Retry-After', () => {
  it('is counted from the answer’s own Date, however wrong this machine’s clock is', () => {
    const headers = { date: 'Mon, 02 Mar 2026 12:00:00 GMT', 'retry-after': 'Mon, 02 Mar 2026 12:00:20 GMT' };
    expect(pause(headers)).toBe(20);
  });

  it('is counted from this machine’s clock where the Date cannot be read', () => {
    expect(pause({ date: 'yesterday', 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' })).toBe(30);
  });
});

it.each<[string, Headers, unknown, number | undefined]>([
  ['retry-after-ms', { 'retry-after-ms': '1500' }, {}, 1.5],
  ['the longest of two', { 'retry-after-ms': '1500', 'retry-after': '1' }, {}, 1.5],
  ['a pause in the body', {}, { retry_after_seconds: 12 }, 12],
  ['a pause in the error', {}, { error: { retry_after_seconds: 12 } }, 12],
  ['a pause under another name', {}, { retry_after: '12' }, 12],
  ['a delay in the details of the error', {}, { error: { details: [{ retryDelay: '34.5s' }] } }, 34.5],
  ['milliseconds in the body', {}, { error: { retry_after_ms: 1_500 } }, 1.5],
  ['the longer one in the body', { 'retry-after': '3' }, { retry_after_seconds: 8 }, 8],
  ['RateLimit-Reset', { 'ratelimit-reset': '9' }, {}, 9],
  ['a duration as a reset', { 'x-ratelimit-reset': '6m0s' }, {}, 360],
  ['a date as a reset', { 'x-ratelimit-reset': '2026-03-01T12:00:40Z' }, {}, 40],
  ['X-RateLimit-Reset', { 'x-ratelimit-reset': '9' }, {}, 9],
  ['a reset in seconds since the epoch', { 'x-ratelimit-reset': String(NOW / 1000 + 40) }, {}, 40],
  ['a reset in milliseconds since the epoch', { 'x-ratelimit-reset': String(NOW + 40_000) }, {}, 40],
  ['a reset that has passed', { 'x-ratelimit-reset': String(NOW / 1000 - 40) }, {}, 0],
  ['Retry-After before a reset', { 'retry-after': '3', 'ratelimit-reset': '900' }, {}, 3],
  ['no number in the body', {}, { retry_after_seconds: true }, undefined],
  ['a negative number in the body', {}, { retry_after_seconds: -1 }, undefined],
  ['a body that is a list', {}, [{ retry_after: 1 }], undefined],
])('%s is read', (_what, headers, body, seconds) => {
  expect(pause(headers, body)).toBe(seconds);
});

it('a reset counts only when a limit was met', () => {
  expect(pause({ 'x-ratelimit-reset': '900' }, {}, false)).toBeUndefined();
});

it('any text asks for no pause or for one from which a date can be made', () => {
  const text = fc.oneof(fc.string(), fc.nat().map(String), fc.double().map(String), fc.date().map(String));
  fc.assert(
    fc.property(text, text, (header, date) => {
      const seconds = pause({ 'retry-after': header, date });
      expect(seconds === undefined || (seconds >= 0 && seconds <= TEN_YEARS)).toBe(true);
    }),
  );
});
