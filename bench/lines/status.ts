import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { systemClock as clock } from '../../src/base/clock.ts';
import type { JobReport } from '../../src/gateway/gateway.ts';
import { SkillbossGateway } from '../../src/gateway/skillboss.ts';
import type { JobStore } from '../../src/jobs/store/job-store.ts';
import { openStore } from '../../src/jobs/store/open.ts';
import type { Line } from '../line.ts';
import { type Loopback, startLoopback } from '../loopback.ts';
import { OURS } from '../programs.ts';
import { ServerProcess } from '../server-process.ts';
import { interleaved, median, timed } from '../stats.ts';

const TURNS = 1_500;
/** So many jobs in turn that the poll interval of each has passed when it is asked about again. */
const JOBS = 300;
const IN_PROGRESS: JobReport = { status: 'IN_PROGRESS', outputs: [], failure: null, recordId: null, costUsd: null };

/** What a look at the gateway through this server takes longer than without it. */
export const status: Line = {
  title: 'A `get_status` that asks the gateway, beside the same request made directly',
  async measure({ some }) {
    const gateway = await startLoopback();
    const server = await ServerProcess.start(OURS, [], { env: gateway.env });
    const parts = await openParts(gateway);
    const pool = new Pool(gateway.origin);
    const jobs = Array.from({ length: some(JOBS) }, () => `job-${randomUUID()}`);
    for (const request_id of jobs) {
      await server.call('get_status', { request_id, wait_seconds: 0 });
      await parts.store.look(request_id, IN_PROGRESS);
    }
    await server.call('get_status', { request_id: 'done-1', wait_seconds: 0 });
    let turn = 0;
    const job = (): string => jobs[turn % jobs.length] ?? '';
    const turns = some(TURNS);
    const ms = await interleaved(turns, {
      asking: () => timed(() => server.call('get_status', { request_id: job(), wait_seconds: 0 })),
      direct: () => timed(() => ask(pool, job())),
      ping: () => timed(() => server.request('ping', {})),
      refused: () => timed(() => server.request('tools/call', { name: 'get_status', arguments: {} })),
      stored: () => timed(() => server.call('get_status', { request_id: 'done-1', wait_seconds: 0 })),
      client: () => timed(() => parts.client.status(job())),
      find: () => timed(() => parts.store.find(job())),
      claim: () => timed(() => parts.store.claimLook(job(), 0)),
      async look() {
        const took = await timed(() => parts.store.look(job(), IN_PROGRESS));
        turn++;
        return took;
      },
    });
    await Promise.all([server.stop(), pool.close(), parts.close()]);
    gateway.stop();

    const p50 = Object.fromEntries(Object.entries(ms).map(([kind, times]) => [kind, median(times)])) as Record<
      keyof typeof ms,
      number
    >;
    const added = p50.asking - p50.direct;
    const pieces = {
      'a hop over stdin and stdout and back (`ping`)': p50.ping,
      'arguments, envelope (a call that is refused, less `ping`)': p50.refused - p50.ping,
      'gateway client: time limits, redaction, checks (less the bare request)': p50.client - p50.direct,
      'store: find the job': p50.find,
      'store: claim the look, on disk': p50.claim,
      'store: write down what was seen, on disk': p50.look,
    };
    const known = Object.values(pieces).reduce((all, piece) => all + piece, 0);
    return {
      figures: [{ what: 'p50 that get_status adds to a request', value: added, unit: 'ms', most: 0.6 }],
      table: [
        ['what', 'p50 ms'],
        ['the request, made directly with undici', p50.direct],
        ['get_status that asks the gateway', p50.asking],
        ['get_status from the store', p50.stored],
        ['**added to the request**', added],
        ...Object.entries(pieces).map(([what, piece]) => [`– ${what}`, piece]),
        ['– not accounted for', added - known],
      ],
      notes: [
        `${turns} turns of one call each, one after the other, over ${jobs.length} known jobs; gateway and server in processes of their own, the store in a file (SQLite, WAL, synchronous=FULL).`,
        'Store and gateway client were measured in the process of the benchmark, the rest over stdio.',
      ],
    };
  },
};

async function ask(pool: Pool, job: string): Promise<unknown> {
  const { body } = await pool.request({ method: 'GET', path: `/v1/run/status/${job}` });
  return body.json();
}

/** What stands behind get_status, taken apart. */
async function openParts({
  origin: baseUrl,
  folder,
  env,
}: Loopback): Promise<{ store: JobStore; client: SkillbossGateway; close(): Promise<unknown> }> {
  const key = env.SKILLBOSS_WHOLESALE_KEY ?? '';
  const dataDir = `${folder}/parts`;
  const onCorrupt = (): void => {};
  const store = await openStore({ inMemory: false, dataDir, databaseUrl: null, key, now: clock.now, onCorrupt });
  const log = (): void => {};
  const client = new SkillbossGateway({ baseUrl, key, templateInputs: 'nested', clock, random: Math.random, log });
  return { store, client, close: () => Promise.all([store.close(), client.close()]) };
}
