/** The value in the middle; NaN for none. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value that so large a share of all values does not exceed; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/**
 * Runs each of `kinds` once a round, and gives what each returned. Who goes first changes from round to round, so that
 * what the machine does meanwhile befalls all of them alike. Before several rounds comes one that is not counted.
 */
export async function interleaved<Kind extends string>(
  rounds: number,
  kinds: Record<Kind, () => Promise<number>>,
): Promise<Record<Kind, number[]>> {
  const names = Object.keys(kinds) as Kind[];
  const values = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Kind, number[]>;
  for (let round = rounds > 1 ? 0 : 1; round <= rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const value = await kinds[name]();
      if (round > 0) values[name].push(value);
    }
  }
  return values;
}

/** How long the work takes, milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
