import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/base/failure.ts';
import { type AttemptEnd, planRetry } from '../../src/gateway/retry.ts';

const PATIENCE_MS = 10_000;
const MOST_ATTEMPTS: Record<Operation, number> = { submit: 3, status: 4, cancel: 4 };

const operation = fc.constantFrom<Operation>('submit', 'status', 'cancel');
const status = fc.oneof(
  fc.constantFrom(400, 401, 402, 404, 409, 418, 429, 500, 502, 503, 504, 302),
  fc.integer({ min: 300, max: 599 }),
);
const asked = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: null });
const answer = fc.record({ kind: fc.constant('answer' as const), status, retryAfterMs: asked });
const unanswered = fc.constantFrom<AttemptEnd>({ kind: 'not_sent' }, { kind: 'broken' });
const end: fc.Arbitrary<AttemptEnd> = fc.oneof(answer, unanswered);
const attempt = fc.integer({ min: 1, max: 6 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const pauseAsked = (seen: AttemptEnd): number => (seen.kind === 'answer' ? (seen.retryAfterMs ?? 0) : 0);

describe('planRetry', () => {
  it('repeats a submit only when it was refused with 429 or 503, or never left', () => {
    fc.assert(
      fc.property(end, attempt, random, (seen, nth, chance) => {
        const refused = seen.kind === 'answer' && [429, 503].includes(seen.status);
        if (planRetry('submit', seen, nth, chance) !== null) expect(refused || seen.kind === 'not_sent').toBe(true);
      }),
    );
  });

  it('takes 400, 401, 402, 404, 409 and redirects as final for every operation', () => {
    const final = fc.constantFrom(300, 302, 307, 400, 401, 402, 403, 404, 409, 418);
    fc.assert(
      fc.property(operation, final, attempt, random, (doing, code, nth, chance) => {
        expect(planRetry(doing, { kind: 'answer', status: code, retryAfterMs: null }, nth, chance)).toBeNull();
      }),
    );
  });

  it('is never earlier than a pause that was asked for, and leaves one over 10 s to the agent', () => {
    fc.assert(
      fc.property(operation, end, attempt, random, (doing, seen, nth, chance) => {
        const delay = planRetry(doing, seen, nth, chance);
        if (pauseAsked(seen) > PATIENCE_MS) expect(delay).toBeNull();
        if (delay !== null) expect(delay).toBeGreaterThanOrEqual(pauseAsked(seen));
      }),
    );
  });

  it('stops after 3 submits and after 4 of anything else', () => {
    fc.assert(
      fc.property(operation, end, fc.integer({ min: 3, max: 9 }), random, (doing, seen, nth, chance) => {
        if (nth >= MOST_ATTEMPTS[doing]) expect(planRetry(doing, seen, nth, chance)).toBeNull();
      }),
    );
  });

  it('spreads the pause over the whole of 0.5 s · 2^(n-1), at most 8 s', () => {
    fc.assert(
      fc.property(operation, unanswered, attempt, random, (doing, seen, nth, chance) => {
        const delay = planRetry(doing, seen, nth, chance);
        if (delay !== null) expect(delay).toBeCloseTo(chance * Math.min(8_000, 500 * 2 ** (nth - 1)), 6);
      }),
    );
  });

  it.each<[Operation, AttemptEnd, number]>([
    ['submit', { kind: 'not_sent' }, 3],
    ['submit', { kind: 'answer', status: 429, retryAfterMs: null }, 3],
    ['submit', { kind: 'answer', status: 503, retryAfterMs: 10_000 }, 3],
    ['submit', { kind: 'answer', status: 500, retryAfterMs: null }, 1],
    ['submit', { kind: 'broken' }, 1],
    ['status', { kind: 'broken' }, 4],
    ['status', { kind: 'answer', status: 500, retryAfterMs: null }, 4],
    ['cancel', { kind: 'answer', status: 429, retryAfterMs: null }, 4],
    ['cancel', { kind: 'not_sent' }, 4],
  ])('%s that ends with %j is attempted %i times', (doing, seen, attempts) => {
    let made = 1;
    while (planRetry(doing, seen, made, 0.5) !== null) made++;
    expect(made).toBe(attempts);
  });
});
