import { expect, it } from 'vitest';
import { intentsOf } from '../../src/jobs/hashes.ts';
import { goodDefinition } from '../definition/definitions.ts';
import { fc } from '../support/properties.ts';
import { callWith } from '../tools/calling.ts';
import { checkReply } from '../tools/reply-check.ts';
import { calls, FUZZ_RUNS } from './hostile.ts';

const SENT = [{ rowId: 'row', sentAt: 0, status: 'COMPLETED' as const, definition: goodDefinition() }];

it(`any arguments of any tool get a typed, short and harmless reply (${FUZZ_RUNS} cases)`, {
  timeout: 180_000 + FUZZ_RUNS * 50,
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
    { numRuns: FUZZ_RUNS },
  );
});
