import type { Line } from '../line.ts';
import { FLOOR, OURS, program } from '../programs.ts';
import { ServerProcess } from '../server-process.ts';
import { interleaved, median, timed } from '../stats.ts';

/** What a host waits for when it starts the server. */
export const start: Line = {
  title: 'Cold start: from spawn to the answer to `initialize`',
  async measure({ rounds }) {
    const bundled = await program('echo', { bundled: true });
    const unbundled = await program('echo', { bundled: false });
    const ms = await interleaved(rounds * 2, {
      floor: () => startOf(FLOOR),
      ours: () => startOf(OURS),
      bundled: () => startOf(bundled),
      unbundled: () => startOf(unbundled),
    });
    const floor = median(ms.floor);
    const row = (what: string, times: number[]): (string | number)[] => [what, median(times), median(times) / floor];
    return {
      figures: [{ what: 'cold start over the floor', value: median(ms.ours) / floor, unit: '×', most: 2 }],
      table: [
        ['server', 'ms', '× floor'],
        row('floor: no dependency', ms.floor),
        row('this server', ms.ours),
        row('SDK’s McpServer and one tool, bundled', ms.bundled),
        row('SDK’s McpServer and one tool, not bundled', ms.unbundled),
      ],
      notes: [
        `Medians of ${rounds * 2}, one of each in turn.`,
        'NODE_EXTRA_CA_CERTS is not set: Node 20 would read the certificates at every start.',
      ],
    };
  },
};

async function startOf(path: string): Promise<number> {
  let server: ServerProcess | undefined;
  const ms = await timed(async () => {
    server = await ServerProcess.start(path, []);
  });
  await server?.stop();
  return ms;
}
