import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { Line } from '../line.ts';
import { startLoopback } from '../loopback.ts';
import { OURS } from '../programs.ts';
import { ServerProcess } from '../server-process.ts';
import { interleaved, median, timed } from '../stats.ts';

const TURNS = 1_500;
/** So many jobs in turn that the poll interval of each has passed when it is asked about again. */
const JOBS = 300;

/** What a poll through this server takes longer than the request alone. */
export const status: Line = {
  title: 'A `get_status` that asks the gateway, beside the same request made directly',
  async measure({ some }) {
    const gateway = await startLoopback();
    const server = await ServerProcess.start(OURS, [], { env: gateway.env });
    const pool = new Pool(gateway.origin);
    const jobs = Array.from({ length: some(JOBS) }, () => `live-${randomUUID()}`);
    const call = (request_id: string): Promise<string> => server.call('get_status', { request_id, wait_seconds: 0 });
    for (const job of [...jobs, 'done-1']) await call(job);
    let turn = 0;
    const turns = some(TURNS);
    const ms = await interleaved(turns, {
      asking: () => timed(() => call(jobs[turn++ % jobs.length] ?? '')),
      direct: () => timed(() => ask(pool, 'live-0')),
      ping: () => timed(() => server.request('ping', {})),
      stored: () => timed(() => call('done-1')),
    });
    await Promise.all([server.stop(), pool.close()]);
    gateway.stop();
    const added = median(ms.asking) - median(ms.direct);
    return {
      figures: [{ what: 'p50 that get_status adds to a request', value: added, unit: 'ms' }],
      table: [
        ['what', 'p50 ms'],
        ['the request, made directly with undici', median(ms.direct)],
        ['get_status that asks the gateway', median(ms.asking)],
        ['**added to the request**', added],
        ['get_status of a job that has ended, from the store', median(ms.stored)],
        ['a hop over stdin and stdout and back (`ping`)', median(ms.ping)],
      ],
      notes: [
        `${turns} turns of one call each, one after the other, over ${jobs.length} known jobs; gateway and server in processes of their own, the store in a file (SQLite, WAL, synchronous=FULL).`,
      ],
    };
  },
};

async function ask(pool: Pool, job: string): Promise<unknown> {
  const { body } = await pool.request({ method: 'GET', path: `/v1/run/status/${job}` });
  return body.json();
}
