import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Line } from '../line.ts';
import { startLoopback } from '../loopback.ts';
import { OURS, program } from '../programs.ts';
import { ServerProcess } from '../server-process.ts';
import { interleaved, median } from '../stats.ts';

const CALLS = 2_000;
const ARGS = { request_id: 'done-1', wait_seconds: 0 };

/** What a call costs in CPU, of what can be had without asking the gateway. */
export const cpu: Line = {
  title: 'CPU of a call beside the SDK’s bare echo server',
  async measure({ rounds, some }) {
    const gateway = await startLoopback();
    const calls = some(CALLS);
    const core = lastCore();
    const options = { core, reporting: true };
    const ours = await ServerProcess.start(OURS, [], { ...options, env: gateway.env });
    // The first call asks the gateway; the job has ended, so that all later ones are answered from the store.
    await ours.call('get_status', ARGS);
    const reply = await ours.call('get_status', ARGS);
    const echoEnv = { ...options, env: { ECHO_REPLY: reply } };
    const echo = await ServerProcess.start(await program('echo', { bundled: true }), [], echoEnv);
    try {
      const perCall = (server: ServerProcess, tool: string) => async (): Promise<number> => {
        const before = await server.cpu();
        for (let i = 0; i < calls; i++) await server.call(tool, ARGS);
        return ((await server.cpu()) - before) / calls;
      };
      const us = await interleaved(rounds, {
        ping: async () => {
          const before = await ours.cpu();
          for (let i = 0; i < calls; i++) await ours.request('ping', {});
          return ((await ours.cpu()) - before) / calls;
        },
        ours: perCall(ours, 'get_status'),
        structured: perCall(echo, 'echo_structured'),
        text: perCall(echo, 'echo'),
      });
      const beside = median(us.structured);
      const row = (what: string, costs: number[]): (string | number)[] => [what, median(costs), median(costs) / beside];
      return {
        figures: [{ what: 'CPU of a call over the SDK’s echo', value: median(us.ours) / beside, unit: '×', most: 1.3 }],
        table: [
          ['call', 'CPU µs', '× echo'],
          row('this server: get_status of a finished job, from the store', us.ours),
          row('SDK’s McpServer: echo, text and structure', us.structured),
          row('SDK’s McpServer: echo, text alone', us.text),
          row('this server: ping, which no tool sees', us.ping),
        ],
        notes: [
          `User and system time by process.cpuUsage, ${calls} calls in a row of each in turn, medians of ${rounds}; ${core === null ? 'not pinned' : 'all servers pinned to one core'}.`,
          `Same arguments and the same reply of ${reply.length} bytes; the echo makes it out of nothing, ours reads it from SQLite. Both are checked by a zod schema for what comes in; the SDK checks what goes out as well.`,
        ],
      };
    } finally {
      await Promise.all([ours.stop(), echo.stop()]);
      gateway.stop();
    }
  },
};

/** A core to pin servers to; null where that cannot be done. */
function lastCore(): number | null {
  const core = availableParallelism() - 1;
  return spawnSync('taskset', ['-c', String(core), 'true']).status === 0 ? core : null;
}
