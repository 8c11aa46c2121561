import { definitionOf } from '../definitions.ts';
import type { Line } from '../line.ts';
import { startLoopback } from '../loopback.ts';
import { OURS } from '../programs.ts';
import { ServerProcess } from '../server-process.ts';
import { interleaved, median } from '../stats.ts';

/** What an agent waits for once: the first call of a tool loads what the tool works with. */
export const firstCall: Line = {
  title: 'The first call of a process',
  async measure({ rounds }) {
    const gateway = await startLoopback();
    const template = definitionOf(20);
    const first = (name: string, args: object) => async (): Promise<number> => {
      const server = await ServerProcess.start(OURS, [], { env: gateway.env });
      const start = performance.now();
      await server.call(name, args);
      const ms = performance.now() - start;
      await server.stop();
      return ms;
    };
    const ms = await interleaved(rounds, {
      status: first('get_status', { request_id: 'done-1', wait_seconds: 0 }),
      check: first('validate_template', { template }),
    });
    gateway.stop();
    return {
      figures: [
        { what: 'first get_status', value: median(ms.status), unit: 'ms' },
        { what: 'first validate_template', value: median(ms.check), unit: 'ms' },
      ],
      table: [
        ['first call', 'ms'],
        ['get_status: opens the store and asks the gateway', median(ms.status)],
        ['validate_template: loads the official schema and checks 20 clips', median(ms.check)],
      ],
      notes: [
        `From the request, after the handshake, to its reply; medians of ${rounds}, each in a process of its own.`,
      ],
    };
  },
};
