import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Downloads } from '../../src/downloads/downloads.ts';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { Files } from '../../src/files/files.ts';
import type { TemplateUpdate } from '../../src/gateway/gateway.ts';
import { requestBody } from '../../src/gateway/inputs.ts';
import { fingerprint } from '../../src/jobs/fingerprint.ts';
import { newRecord, toJob } from '../../src/jobs/job.ts';
import type { JobService } from '../../src/jobs/service.ts';
import { Repeats } from '../../src/tools/repeats.ts';
import { callTool, findTool } from '../../src/tools/tools.ts';
import { checkResult } from '../faults/envelope.ts';
import { calls } from './hostile.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 10_000);
/** An answer is read by an agent; whatever came in, it must not drown in it. */
const LONGEST_ANSWER = 100_000;

const job = toJob(newRecord('c546520207fb4b68b0adce825f9dcf6d', 0));

/** A job service without a gateway or a store, which does with an update all that both would do. */
const service = {
  async submit(update: TemplateUpdate) {
    fingerprint(update);
    JSON.stringify(requestBody(update, 'flat'));
    JSON.stringify(requestBody(update, 'nested'));
    return { job, duplicate: false, lowBalance: false, rivals: [] };
  },
  watch: async () => job,
  cancel: async () => ({ job, cancelled: false }),
  list: async () => [job],
  definitions: async () => [],
} as unknown as JobService;

async function call(tool: string, args: unknown): Promise<string[]> {
  const found = findTool(tool);
  if ('meant' in found) throw new Error(`no tool ${tool}`);
  const logged: unknown[] = [];
  const reply = await callTool(
    found,
    args,
    {
      jobs: async () => service,
      files: async () => new Files(new AllowedFolders([])),
      downloads: async () => ({ callMs: 1_000 }) as Downloads,
      resolve: async () => ['93.184.216.34'],
      deadline: performance.now() + 50_000,
      signal: new AbortController().signal,
      progress() {},
    },
    {
      repeats: new Repeats(),
      sandbox: false,
      redact: text => text,
      log: (_level, _event, fields) => logged.push(fields?.error),
    },
  );
  const wrong = [...checkResult(reply).wrong, ...logged.map(String)];
  const { length } = reply.content[0].text;
  return length > LONGEST_ANSWER ? [...wrong, `an answer of ${length} characters`] : wrong;
}

it(`whatever the arguments are, the answer is typed, short and harmless (${RUNS} cases)`, {
  timeout: 30_000 + RUNS * 20,
}, async () => {
  await fc.assert(
    fc.asyncProperty(calls, async ({ tool, args }) => {
      expect(await call(tool, args)).toEqual([]);
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    }),
    { numRuns: RUNS, ...(process.env.FUZZ_SEED ? { seed: Number(process.env.FUZZ_SEED) } : {}) },
  );
});
