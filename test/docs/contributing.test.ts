import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** What the row “a tool” has a contributor touch besides the tool's own file: a file, a place in it, and what comes there. */
const TOUCHED: readonly [file: string, place: string, line: string][] = [
  ['src/tools/tools.ts', '  updateTemplate,\n', '  countJobs,\n'],
  ['src/tools/tools.ts', 'import { downloadResult }', "import { countJobs } from './count-jobs.ts';\n"],
];

it('the tool of CONTRIBUTING, added as its table says, compiles and fits the budget of tokens', async () => {
  // Below this project, where its packages are found.
  const copy = join(ROOT, 'node_modules/.cache/contributing');
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  mkdirSync(join(copy, 'bench'), { recursive: true });
  for (const path of ['src', 'bench/catalogue-tokens.ts', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, path), join(copy, path), { recursive: true });

  const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const [, tool = ''] = /^```ts\n(import [\s\S]*?)^```$/m.exec(page) ?? [];
  writeFileSync(join(copy, 'src/tools/count-jobs.ts'), tool);
  const [row = ''] = /^\| a tool \|.*$/m.exec(page) ?? [];
  for (const [file, place, line] of TOUCHED) {
    expect(row).toContain(`\`${file}\``);
    const text = readFileSync(join(copy, file), 'utf8');
    expect(text.split(place), file).toHaveLength(2);
    writeFileSync(
      join(copy, file),
      text.replace(place, () => line + place),
    );
  }
  writeFileSync(
    join(copy, 'bench/fits.ts'),
    `import { BUDGET, catalogueTokens, sumOf } from './catalogue-tokens.ts';
const tools = catalogueTokens();
console.log(JSON.stringify({ names: tools.map(({ name }) => name), read: sumOf(tools, 'read') <= BUDGET.read, listed: sumOf(tools, 'listed') <= BUDGET.listed }));
`,
  );

  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', copy]);
  const { stdout } = await run(process.execPath, ['scripts/run.mjs', join(copy, 'bench/fits.ts')], { cwd: ROOT });
  const { names, ...fits } = JSON.parse(stdout);
  expect(names).toContain('count_jobs');
  expect(fits).toEqual({ read: true, listed: true });
});
