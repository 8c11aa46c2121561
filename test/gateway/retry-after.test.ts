import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestPause, parseRetryAfter } from '../../src/gateway/retry-after.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('parseRetryAfter', () => {
  it.each<[string | null, number | null]>([
    [null, null],
    ['0', 0],
    ['7', 7],
    [' 7 ', 7],
    ['86400', 86_400],
    ['86401', null],
    ['99999999999999999999', null],
    ['-1', null],
    ['1.5', null],
    ['1e3', null],
    ['0x10', null],
    ['', null],
    ['soon', null],
    ['2026-03-01T12:00:30Z', null],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30],
    ['Sunday, 01-Mar-26 12:00:30 GMT', 30],
    ['Sun, 01 Mar 2026 11:59:00 GMT', 0],
    ['Wed, 01 Mar 2028 12:00:00 GMT', null],
    ['Sun, 99 Foo 2026 12:00:00 GMT', null],
  ])('%j is %j', (header, seconds) => {
    expect(parseRetryAfter(header, NOW)).toBe(seconds);
  });

  it('answers any text with null or a pause of at most a day', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.nat().map(String), fc.date().map(String)), text => {
        const seconds = parseRetryAfter(text, NOW);
        expect(seconds === null || (seconds >= 0 && seconds <= 86_400)).toBe(true);
      }),
    );
  });
});

it.each<[(number | null)[], number | null]>([
  [[], null],
  [[null, null], null],
  [[3, null], 3],
  [[3, 8], 8],
  [[3, 100_000], 3],
  [[-1, null], null],
  [[Number.NaN], null],
])('the longest acceptable pause of %j is %j', (asked, seconds) => {
  expect(longestPause(...asked)).toBe(seconds);
});
