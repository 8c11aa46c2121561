import { Pool } from 'undici';
import { requestBody } from '../../src/gateway/inputs.ts';
import type { Line } from '../line.ts';
import { startLoopback } from '../loopback.ts';
import { OURS } from '../programs.ts';
import { ServerProcess } from '../server-process.ts';
import { interleaved, median, timed } from '../stats.ts';

const SUBMITS = 1_000;
const LATENCY_MS = 50;
/** As many as the server opens at most. */
const CONNECTIONS = 128;

/** How much of the throughput is left when every submit is first written down. */
export const submits: Line = {
  title: `${SUBMITS.toLocaleString('en')} submits at once, against a gateway that takes ${LATENCY_MS} ms`,
  async measure({ rounds, some }) {
    const gateway = await startLoopback(LATENCY_MS);
    const server = await ServerProcess.start(OURS, [], { env: gateway.env });
    const count = some(SUBMITS);
    let made = 0;
    const prompts = (): string[] => Array.from({ length: count }, () => `Make the title red, ${++made}.`);
    const directly = async (reset: boolean): Promise<number> => {
      const pool = new Pool(gateway.origin, { connections: CONNECTIONS });
      const perSecond = await throughput(prompts(), prompt => post(pool, prompt, reset));
      await pool.close();
      return perSecond;
    };
    const perSecond = await interleaved(rounds, {
      ours: () => throughput(prompts(), prompt => server.call('update_template', { prompt, template_id: prompt })),
      direct: () => directly(false),
      unshared: () => directly(true),
      ping: () => throughput(prompts(), () => server.request('ping', {})),
    });
    await server.stop();
    gateway.stop();
    const direct = median(perSecond.direct);
    const row = (what: string, values: number[]): (string | number)[] => {
      const rate = median(values);
      return [what, rate, (count / rate) * 1000, rate / direct];
    };
    return {
      figures: [
        { what: 'throughput over direct requests', value: median(perSecond.ours) / direct, unit: '×', least: 0.8 },
      ],
      table: [
        ['how', 'submits a second', `ms for all ${count}`, '× direct'],
        row('this server: update_template', perSecond.ours),
        row('directly with undici', perSecond.direct),
        row('directly, each on a connection of its own as this server has it', perSecond.unshared),
        row('this server: as many pings, which do nothing', perSecond.ping),
      ],
      notes: [
        `All at once over ${CONNECTIONS} connections, medians of ${rounds}, one of each in turn. No definitions, so that none is checked.`,
        'Every submit of this server is on disk before it leaves (SQLite, WAL, synchronous=FULL).',
      ],
    };
  },
};

/** How many are done in a second when all are begun at once. */
async function throughput(prompts: string[], submit: (prompt: string) => Promise<unknown>): Promise<number> {
  const ms = await timed(() => Promise.all(prompts.map(submit)));
  return (prompts.length / ms) * 1000;
}

async function post(pool: Pool, prompt: string, reset: boolean): Promise<unknown> {
  const update = {
    prompt,
    templateId: prompt,
    name: null,
    definition: null,
    options: {},
    extraInputs: {},
    webhookUrl: null,
  };
  const { body } = await pool.request({
    method: 'POST',
    path: '/v1/run',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requestBody(update, 'nested')),
    reset,
  });
  return body.json();
}
