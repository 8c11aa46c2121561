// What the check of a definition costs beside a plain parse by the official schema: npm run bench:validate
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const SIZES = [1, 50, 1_000, 5_000];
const RUNS = 15;

const [mode, size] = process.argv.slice(2);
if (mode === 'cold') console.log(await cold(Number(size), process.env.PARSE_ONLY === '1'));
else await report();

function definition(clips: number) {
  const clip = (i: number) => ({
    asset: {
      type: 'rich-text',
      text: `Line ${i} for {{ NAME }}`,
      font: { family: 'Roboto', size: 40, color: '#ffffff' },
      align: { horizontal: 'center', vertical: 'middle' },
    },
    start: i * 2,
    length: 2,
    width: 600,
    height: 200,
    transition: { in: 'fade', out: 'fade' },
  });
  return {
    timeline: { tracks: [{ clips: Array.from({ length: clips }, (_, i) => clip(i)) }] },
    output: { format: 'mp4', resolution: 'hd' },
    merge: [{ find: 'NAME', replace: 'world' }],
  };
}

/** One check in a process of its own, loading included, milliseconds. */
async function cold(clips: number, parseOnly: boolean): Promise<number> {
  const edit = definition(clips);
  const start = performance.now();
  if (parseOnly) (await import('@shotstack/schemas/zod')).editSchema.safeParse(edit);
  else (await import('../src/definition/validate.ts')).validateDefinition(edit, null);
  return performance.now() - start;
}

async function report(): Promise<void> {
  const { editSchema } = await import('@shotstack/schemas/zod');
  const { validateDefinition } = await import('../src/definition/validate.ts');
  console.log(`Node ${process.versions.node}, ${cpus()[0]?.model}, ${new Date().toISOString().slice(0, 10)}`);
  console.log(`Milliseconds, medians of ${RUNS}; check = schema, issues, lint, statistics, preview link.\n`);
  console.log('clips   parse cold   check cold   parse warm   check warm   check / parse, warm');
  for (const clips of SIZES) {
    const edit = definition(clips);
    const row = { parseCold: [] as number[], checkCold: [] as number[], parse: [] as number[], check: [] as number[] };
    for (let run = 0; run < RUNS; run++) {
      row.parseCold.push(inProcess(clips, true));
      row.checkCold.push(inProcess(clips, false));
      row.parse.push(timed(() => editSchema.safeParse(edit)));
      row.check.push(timed(() => validateDefinition(edit, null)));
    }
    const [a, b, c, d] = [row.parseCold, row.checkCold, row.parse, row.check].map(median);
    const cells = [a, b, c, d].map(ms => (ms ?? 0).toFixed(2).padStart(10));
    console.log(`${String(clips).padStart(5)}   ${cells.join('   ')}   ${((d ?? 0) / (c ?? 1)).toFixed(2)}`);
  }
}

function inProcess(clips: number, parseOnly: boolean): number {
  const env = { ...process.env, PARSE_ONLY: parseOnly ? '1' : '0' };
  const { stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), 'cold', String(clips)], { env });
  return Number(stdout);
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
