import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Line } from '../line.ts';
import { FLOOR, OURS, program } from '../programs.ts';
import { ServerProcess } from '../server-process.ts';
import { interleaved, median } from '../stats.ts';

/** What the server holds when a host has started it and an agent knows its tools. */
export const memory: Line = {
  title: 'Memory after `tools/list`',
  async measure({ rounds }) {
    const bundled = await program('echo', { bundled: true });
    const mib = await interleaved(rounds, {
      floor: () => residentAfterList(FLOOR),
      ours: () => residentAfterList(OURS),
      bundled: () => residentAfterList(bundled),
    });
    const floor = median(mib.floor);
    const row = (what: string, sizes: number[]): (string | number)[] => [what, median(sizes), median(sizes) / floor];
    return {
      figures: [{ what: 'resident memory over the floor', value: median(mib.ours) / floor, unit: '×', most: 1.25 }],
      table: [
        ['server', 'MiB', '× floor'],
        row('floor: no dependency', mib.floor),
        row('this server', mib.ours),
        row('SDK’s McpServer and one tool, bundled', mib.bundled),
      ],
      notes: [
        `Resident memory by ${SOURCE}, 0.1 s after the answer to tools/list; medians of ${rounds}, one of each in turn.`,
      ],
    };
  },
};

async function residentAfterList(path: string): Promise<number> {
  const server = await ServerProcess.start(path, []);
  await server.request('tools/list', {});
  await delay(100);
  const mib = resident(server.child.pid ?? 0);
  await server.stop();
  return mib;
}

/** Where `resident` reads it on this machine. */
const SOURCE = linuxStatus(process.pid) === null ? '`ps -o rss`' : '`/proc/PID/status`';

/** What a process holds in memory now, MiB. */
function resident(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(linuxStatus(pid) ?? '')?.[1];
  return (found === undefined ? Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) : Number(found)) / 1024;
}

function linuxStatus(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return null;
  }
}
