import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSqlite } from '../../src/jobs/store/sqlite.ts';
import { seeded } from '../jobs/store/random.ts';
import { startRecordingGateway } from '../jobs/store/recording-gateway.ts';
import { type ServerProcess, startServer } from '../jobs/store/server-process.ts';

const RUNS = Number(process.env.KILL_RUNS ?? 10);
const SEED = Number(process.env.KILL_SEED ?? 1);
/** Calls that are under way when the server is killed. */
const CALLS = 6;
/** The first calls of a process wait for the check of definitions to be loaded, too. */
const LATEST_KILL_MS = 400;
const LONGEST_ANSWER_MS = 60;
const TEMPLATE = {
  timeline: { tracks: [{ clips: [{ asset: { type: 'rich-text', text: 'Hello' }, start: 0, length: 1 }] }] },
  output: { format: 'mp4', resolution: 'hd' },
};

test(
  `a server that is killed at any instant has lost no job and made none twice (${RUNS} kills, seed ${SEED})`,
  async () => {
    const random = seeded(SEED);
    const folder = mkdtempSync(join(tmpdir(), 'kill-'));
    const gateway = await startRecordingGateway({ answerAfter: () => random() * LONGEST_ANSWER_MS });
    const start = (): Promise<ServerProcess> =>
      startServer(gateway.url, folder, { SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0' });
    const counts = { accepted: 0, byId: 0, unknown: 0, left: 0, repeated: 0 };

    let server = await start();
    for (let run = 1; run <= RUNS; run++) {
      const calls = Array.from({ length: CALLS }, (_, n) => ({
        prompt: `run ${run} call ${n}`,
        template_id: `run-${run}-${n}`,
        template: TEMPLATE,
      }));
      // The answers do not matter: whoever kills a server gets none.
      for (const call of calls) server.call('update_template', call).catch(() => {});
      await delay(random() * LATEST_KILL_MS);
      await server.kill();
      expect(await integrity(folder), `after kill ${run}`).toEqual([{ integrity_check: 'ok' }]);
      server = await start();
      const { jobs = [] } = await server.call('list_jobs', { limit: 100 });
      const accepted = gateway.submits.filter(submit => submit.prompt.startsWith(`run ${run} `));
      for (const { templateId, requestId } of accepted) {
        const rows = jobs.filter(job => job.template_id === templateId);
        expect(rows, `the job of ${templateId}`).toHaveLength(1);
        const [row] = rows;
        if (row?.status === 'UNKNOWN') counts.unknown++;
        else expect(row, `the job of ${templateId}`).toMatchObject({ request_id: requestId, status: 'IN_QUEUE' });
      }
      expect(jobs.filter(job => job.status === 'SUBMITTING')).toEqual([]);
      counts.accepted += accepted.length;

      // An agent that got no answer makes the same calls again.
      const again = await Promise.all(calls.map(call => server.call('update_template', call)));
      for (const [n, reply] of again.entries()) {
        const had = accepted.some(submit => submit.templateId === calls[n]?.template_id);
        const outcome = reply.error?.code ?? (reply.duplicate ? 'duplicate' : 'submitted');
        if (had) expect(['duplicate', 'submission_unknown'], `call ${n} of run ${run}`).toContain(outcome);
        if (outcome === 'submitted') counts.repeated++;
        if (outcome === 'submission_unknown' && !had) counts.left++;
      }
    }
    await server.stop();

    const prompts = gateway.submits.map(submit => submit.prompt);
    expect(prompts).toHaveLength(new Set(prompts).size);
    // Kills that always come before or after everything would show nothing.
    expect(counts.accepted).toBeGreaterThan(0);
    counts.byId = counts.accepted - counts.unknown;
    process.stdout.write(
      `${RUNS} kills (seed ${SEED}): of ${RUNS * CALLS} calls the gateway had accepted ${counts.accepted} before the kill; the store had ${counts.byId} by id, ${counts.unknown} as UNKNOWN. ` +
        `${counts.repeated} that had not left were submitted on repetition, ${counts.left} that had not arrived stayed UNKNOWN. No submit was made twice.\n`,
    );
    await gateway.close();
    rmSync(folder, { recursive: true });
  },
  30_000 + RUNS * 5_000,
);

async function integrity(folder: string): Promise<unknown[]> {
  const database = await openSqlite(join(folder, 'jobs.sqlite'));
  const verdict = await database.query('PRAGMA integrity_check');
  await database.close();
  return verdict;
}
