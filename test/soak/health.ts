import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

/** What a process takes at a moment. */
export interface Sample {
  /** Seconds since the start. */
  at: number;
  rssMb: number;
  /** Open file handles; null where the system does not tell. */
  handles: number | null;
}

export function sample(pid: number, at: number): Sample {
  const rss = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  let handles: number | null = null;
  try {
    handles = readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    // Only Linux tells it this way.
  }
  return { at, rssMb: rss / 1024, handles };
}

/** The least of each group of neighbouring values: what stays once the garbage is collected. */
export function floors(samples: Sample[], group: number): Sample[] {
  const found: Sample[] = [];
  for (let i = 0; i + group <= samples.length; i += group) {
    const [least] = samples.slice(i, i + group).sort((a, b) => a.rssMb - b.rssMb);
    if (least) found.push(least);
  }
  return found;
}

/** The slope of a straight line through the samples, in MB an hour. */
export function slope(samples: Sample[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [t, m] = [mean(samples.map(({ at }) => at)), mean(samples.map(({ rssMb }) => rssMb))];
  const over = samples.reduce((sum, { at, rssMb }) => sum + (at - t) * (rssMb - m), 0);
  const under = samples.reduce((sum, { at }) => sum + (at - t) ** 2, 0);
  return under === 0 ? 0 : (over / under) * 3600;
}

/** The value that so large a share of all values does not exceed. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
