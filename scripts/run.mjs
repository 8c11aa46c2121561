// Runs a TypeScript file of this project: node scripts/run.mjs FILE [ARGUMENT …]
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [file, ...rest] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const name = basename(file, '.ts');
const outdir = `${root}node_modules/.cache/shotstack-template-mcp/${name}`;
await build({
  entryPoints: [file],
  outdir,
  bundle: true,
  // What is imported when first needed is loaded then.
  splitting: true,
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  platform: 'node',
  packages: 'external',
});
process.argv = [process.argv[0], `${outdir}/${name}.mjs`, ...rest];
await import(pathToFileURL(`${outdir}/${name}.mjs`));
