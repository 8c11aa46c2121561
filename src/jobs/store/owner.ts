import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names this process so that others can tell later whether it still lives. */
export function thisOwner(): string {
  return JSON.stringify({ host: hostname(), pid: process.pid, start: startOf(process.pid) });
}

/** Whether the process is known to be gone. One of another machine, or one that cannot be told, is not. */
export function isGone(owner: string | null): boolean {
  const { host, pid, start } = JSON.parse(owner ?? '{}') as { host?: string; pid?: number; start?: string | null };
  if (host !== hostname() || pid === undefined) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  // The system gives numbers out again: a process that started at another time is another one.
  const now = startOf(pid);
  return start !== null && now !== null && now !== start;
}

/** When a process started, in the system's own measure; null where the system does not tell. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold anything; the fields after it are plain (proc(5): starttime is field 22).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
