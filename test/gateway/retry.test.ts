import { describe, expect, it } from 'vitest';
import { type GatewayCode, GatewayFailure, type Operation } from '../../src/gateway/failure.ts';
import { planRetry } from '../../src/gateway/retry.ts';
import { fc } from '../support/properties.ts';

const MOST_ATTEMPTS: Record<Operation, number> = { submit: 3, poll: 4, cancel: 4 };

const failure = fc
  .record({
    code: fc.constantFrom<GatewayCode>(
      'rate_limited',
      'server_error',
      'upstream_unavailable',
      'network_error',
      'job_not_found',
    ),
    operation: fc.constantFrom<Operation>('submit', 'poll', 'cancel'),
    transient: fc.boolean(),
    retryAfterSeconds: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 })),
  })
  .map(({ code, ...facts }) => new GatewayFailure(code, facts));
const attempt = fc.integer({ min: 1, max: 6 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('planRetry', () => {
  it('repeats a submit only after a rate limit or when it never left whole', () => {
    fc.assert(
      fc.property(failure, attempt, random, (seen, nth, chance) => {
        if (seen.facts.operation !== 'submit' || planRetry(seen, nth, chance) === undefined) return;
        expect(['rate_limited', 'network_error']).toContain(seen.code);
      }),
    );
  });

  it('repeats nothing that is not transient, and nothing after the last attempt', () => {
    fc.assert(
      fc.property(failure, attempt, random, (seen, nth, chance) => {
        if (seen.facts.transient && nth < MOST_ATTEMPTS[seen.facts.operation]) return;
        expect(planRetry(seen, nth, chance)).toBeUndefined();
      }),
    );
  });

  it('leaves what came with a success to the next poll', () => {
    const facts = { operation: 'poll', httpStatus: 202, transient: true } as const;
    expect(planRetry(new GatewayFailure('server_error', facts), 1, 0.5)).toBeUndefined();
  });

  it('is never earlier than a pause that was asked for, and leaves one over 10 s to the caller', () => {
    fc.assert(
      fc.property(failure, attempt, random, (seen, nth, chance) => {
        const asked = (seen.facts.retryAfterSeconds ?? 0) * 1000;
        const delay = planRetry(seen, nth, chance);
        if (asked > 10_000) expect(delay).toBeUndefined();
        if (delay !== undefined) expect(delay).toBeGreaterThanOrEqual(asked);
      }),
    );
  });

  it('spreads the pause over the whole of 0.5 s · 2^(n-1)', () => {
    const seen = new GatewayFailure('network_error', { operation: 'poll', transient: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), random, (nth, chance) => {
        expect(planRetry(seen, nth, chance)).toBeCloseTo(chance * 500 * 2 ** (nth - 1), 6);
      }),
    );
  });

  it.each<[Operation, GatewayCode, number]>([
    ['submit', 'network_error', 3],
    ['submit', 'rate_limited', 3],
    ['submit', 'server_error', 1],
    ['submit', 'upstream_unavailable', 1],
    ['submit', 'submission_unknown', 1],
    ['poll', 'network_error', 4],
    ['poll', 'server_error', 4],
    ['cancel', 'rate_limited', 4],
  ])('a %s that fails with a transient %s is attempted %i times', (operation, code, attempts) => {
    const transient = code === 'submission_unknown' ? {} : { transient: true };
    let made = 1;
    while (planRetry(new GatewayFailure(code, { operation, ...transient }), made, 0.5) !== undefined) made++;
    expect(made).toBe(attempts);
  });
});
