import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const LINES = ['start', 'memory', 'call', 'tokens', 'status', 'turns'];

/** The figures of each line, by the table at the end of the report. */
async function figures(...args: string[]): Promise<Map<string, number[]>> {
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/run.mjs', 'bench/main.ts', ...args]);
  const [, table = ''] = stdout.split(/^\| line .*$/m);
  const found = new Map<string, number[]>();
  for (const [, line = '', value] of table.matchAll(/^\| (\w+) +\| [^|]+ \| ([-\w.]+)/gm)) {
    found.set(line, [...(found.get(line) ?? []), Number(value)]);
  }
  return found;
}

// That figures come out, not how large they are: machines differ.
it('every line of the benchmark runs and has its figures', async () => {
  const found = await figures('--smoke');
  expect([...found.keys()]).toEqual(LINES);
  expect([...found.values()].flat().filter(value => !Number.isFinite(value))).toEqual([]);
});

it('the benchmark refuses a line that it does not have, and names those it has', async () => {
  await expect(figures('speed')).rejects.toThrow('There is no line speed; there are start, memory');
});
