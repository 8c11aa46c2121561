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
      floorListed: () => startOf(FLOOR, listTools),
      oursListed: () => startOf(OURS, listTools),
      bundledListed: () => startOf(bundled, listTools),
      unbundledListed: () => startOf(unbundled, listTools),
    });
    const [floor, floorListed] = [median(ms.floor), median(ms.floorListed)];
    const row = (what: string, greeted: number[], listed: number[]): (string | number)[] => [
      what,
      median(greeted),
      median(greeted) / floor,
      median(listed),
      median(listed) / floorListed,
    ];
    return {
      figures: [
        { what: 'cold start over the floor', value: median(ms.ours) / floor, unit: '×', most: 2 },
        { what: 'cold start to `tools/list` over the floor', value: median(ms.oursListed) / floorListed, unit: '×' },
      ],
      table: [
        ['server', 'to `initialize`, ms', '× floor', 'to `tools/list`, ms', '× floor'],
        row('floor: no dependency', ms.floor, ms.floorListed),
        row('this server', ms.ours, ms.oursListed),
        row('SDK’s McpServer and one tool, bundled', ms.bundled, ms.bundledListed),
        row('SDK’s McpServer and one tool, not bundled', ms.unbundled, ms.unbundledListed),
      ],
      notes: [
        `Medians of ${rounds * 2}, one of each in turn.`,
        'NODE_EXTRA_CA_CERTS is not set: Node 20 would read the certificates at every start.',
      ],
    };
  },
};

const listTools = (server: ServerProcess): Promise<unknown> => server.request('tools/list', {});

async function startOf(
  path: string,
  further: (server: ServerProcess) => Promise<unknown> = async () => {},
): Promise<number> {
  let server: ServerProcess | undefined;
  const ms = await timed(async () => {
    server = await ServerProcess.start(path, []);
    await further(server);
  });
  await server?.stop();
  return ms;
}
