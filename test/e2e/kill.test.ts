import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { openSqlite } from '../../src/jobs/store/sqlite.ts';
import { definition } from '../support/definition.ts';
import { scratch } from '../support/folder.ts';
import { seeded } from '../support/random.ts';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** `npm run kills` is the long form. */
const RUNS = process.env.npm_lifecycle_event === 'kills' ? 200 : 6;
const SEED = Number(process.env.KILL_SEED ?? 1);
/** Calls that are under way when the server is killed. */
const CALLS = 6;
const LONGEST_ANSWER_MS = 60;
/** The first calls of a process wait for the check of definitions to be loaded, too. */
const LATEST_KILL_MS = 400;

test(
  `a server that is killed at any instant loses no job and makes none twice (${RUNS} kills, seed ${SEED})`,
  async () => {
    const random = seeded(SEED);
    const folder = scratch();
    const submits: { prompt: string; templateId: string; requestId: string }[] = [];
    const gateway = await RecordingGateway.start((request, response) => {
      if (request.url !== '/v1/run') return json(response, 200, { status: 'IN_QUEUE' });
      const { inputs } = JSON.parse(request.body);
      const requestId = `job-${submits.length + 1}`;
      submits.push({ prompt: inputs.prompt, templateId: inputs.id, requestId });
      setTimeout(() => accept(response, requestId), random() * LONGEST_ANSWER_MS);
    });
    const start = (): Promise<StdioServer> =>
      StdioServer.start({ gateway: gateway.url, env: { SHOTSTACK_MCP_DATA_DIR: folder } });
    const counts = { accepted: 0, byId: 0, unknown: 0, left: 0, repeated: 0 };

    let server = await start();
    for (let run = 1; run <= RUNS; run++) {
      const calls = Array.from({ length: CALLS }, (_, n) => ({
        prompt: `run ${run} call ${n}`,
        template_id: `run-${run}-${n}`,
        template: definition(),
      }));
      // The answers do not matter: whoever kills a server gets none.
      for (const call of calls) server.call('update_template', call).catch(() => {});
      // Every other kill waits for a submit, so that on any machine some come in the middle.
      const awaited = run % 2 === 0 ? submits.length + 1 + Math.floor(random() * CALLS) : 0;
      await vi.waitUntil(() => submits.length >= awaited, { timeout: 60_000, interval: 1 });
      await delay(random() * (run % 2 === 0 ? LONGEST_ANSWER_MS : LATEST_KILL_MS));
      server.run.child.kill('SIGKILL');
      await server.run.exit;
      expect(await integrity(folder), `after kill ${run}`).toEqual([{ integrity_check: 'ok' }]);
      server = await start();
      // A list of all of them would be cut short once there are a hundred doubts.
      const lists = calls.map(({ template_id }) => server.call('list_jobs', { template_id }));
      const jobs = (await Promise.all(lists)).flatMap(reply => reply.jobs ?? []);
      const accepted = submits.filter(submit => submit.prompt.startsWith(`run ${run} `));
      for (const { templateId, requestId } of accepted) {
        const rows = jobs.filter(job => job.template_id === templateId);
        expect(rows, `the job of ${templateId}`).toHaveLength(1);
        const [row] = rows;
        // What a killed process left SUBMITTING becomes UNKNOWN 130 s later, and blocks until then as well.
        if (row?.status === 'UNKNOWN' || row?.status === 'SUBMITTING') counts.unknown++;
        else expect(row, `the job of ${templateId}`).toMatchObject({ request_id: requestId, status: 'IN_QUEUE' });
      }
      counts.accepted += accepted.length;

      // An agent that got no answer makes the same calls again.
      // Where the row is still SUBMITTING the call would wait for it.
      const waits = new Set(jobs.filter(job => job.status === 'SUBMITTING').map(job => job.template_id));
      const repeated = calls.filter(call => !waits.has(call.template_id));
      const again = await Promise.all(repeated.map(call => server.call('update_template', call)));
      for (const [n, reply] of again.entries()) {
        const had = accepted.some(submit => submit.templateId === repeated[n]?.template_id);
        const outcome = reply.error?.code ?? (reply.duplicate ? 'duplicate' : 'submitted');
        if (had) expect(['duplicate', 'submission_unknown'], `call ${n} of run ${run}`).toContain(outcome);
        if (outcome === 'submitted') counts.repeated++;
        if (outcome === 'submission_unknown' && !had) counts.left++;
      }
    }
    await server.stop();

    const prompts = submits.map(submit => submit.prompt);
    expect(prompts).toHaveLength(new Set(prompts).size);
    counts.byId = counts.accepted - counts.unknown;
    process.stdout.write(
      `${RUNS} kills (seed ${SEED}): of ${RUNS * CALLS} calls the gateway had accepted ${counts.accepted} before the kill; the store had ${counts.byId} by id, ${counts.unknown} as UNKNOWN. ` +
        `${counts.repeated} that had not left were submitted on repetition, ${counts.left} that had not arrived stayed UNKNOWN. No submit was made twice.\n`,
    );
    await gateway.close();
  },
  180_000 + RUNS * 20_000,
);

async function integrity(folder: string): Promise<unknown[]> {
  const database = await openSqlite(join(folder, 'jobs.sqlite'));
  const verdict = await database.transaction('read', sql => sql.query('PRAGMA integrity_check'));
  await database.close();
  return verdict;
}
