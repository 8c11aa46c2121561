/** The value in the middle; NaN for none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
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
