import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Where `resident` reads it on this machine. */
export const SOURCE = linuxStatus(process.pid) === null ? '`ps -o rss`' : '`/proc/PID/status`';

/** What a process holds in memory now, MiB. */
export function resident(pid: number): number {
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
