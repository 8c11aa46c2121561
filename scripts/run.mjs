// Bundles a TypeScript file, packages left out, and runs it: node scripts/run.mjs FILE [argument…]
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const [file, ...args] = process.argv.slice(2);
const outfile = join(root, 'node_modules/.cache/run', `${basename(file, '.ts')}-${process.pid}.mjs`);
await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  packages: 'external',
});
spawn(process.execPath, [outfile, ...args], { stdio: 'inherit' }).once('exit', async code => {
  await rm(outfile);
  process.exit(code ?? 1);
});
