import fc from 'fast-check';
import { expect, it } from 'vitest';
import { intentsOf } from '../../src/jobs/intent.ts';
import { goodDefinition } from '../definition/definitions.ts';
import { callWith } from '../tools/calling.ts';
import { checkReply } from '../tools/reply-check.ts';
import { calls, FUZZ } from './hostile.ts';

const SENT = [{ sentAt: 0, status: 'COMPLETED' as const, definition: goodDefinition() }];

it(`whatever the arguments are, the answer is typed, short and harmless (${FUZZ.runs} cases)`, {
  timeout: 30_000 + FUZZ.runs * 20,
}, async () => {
  await fc.assert(
    fc.asyncProperty(calls, async ({ tool, args }) => {
      const { reply, logged, submits } = await callWith({ sent: SENT }, tool, args);
      expect([...checkReply(reply), ...logged]).toEqual([]);
      for (const { submit } of submits) {
        // What the job service and the gateway do with it.
        intentsOf('https://gateway.example', submit);
        JSON.stringify(submit);
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    }),
    { numRuns: FUZZ.runs, seed: FUZZ.seed },
  );
});
