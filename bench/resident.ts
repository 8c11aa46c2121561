import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How `resident` and `peak` come about on this machine. */
export const SOURCE = linuxStatus(process.pid) === null ? '`ps -o rss`, every 5 ms for a peak' : '`/proc/PID/status`';

/** What a process holds in memory now, MiB. */
export function resident(pid: number): number {
  return kib(linuxStatus(pid), 'VmRSS') ?? fromPs(pid);
}

/** The most that a process holds in memory while the work is done, or held before, MiB. */
export async function peakDuring(pid: number, work: () => Promise<unknown>): Promise<number> {
  let most = 0;
  const look = linuxStatus(pid) === null ? setInterval(() => (most = Math.max(most, fromPs(pid))), 5) : undefined;
  await work();
  clearInterval(look);
  return kib(linuxStatus(pid), 'VmHWM') ?? most;
}

function linuxStatus(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return null;
  }
}

function kib(status: string | null, field: 'VmRSS' | 'VmHWM'): number | null {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status ?? '')?.[1];
  return found === undefined ? null : Number(found) / 1024;
}

const fromPs = (pid: number): number => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1024;
