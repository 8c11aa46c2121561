// Runs a TypeScript file of this project: node scripts/run.mjs FILE [ARGUMENT …]
import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [file, ...rest] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}node_modules/.cache/shotstack-template-mcp`;
const outfile = `${folder}/${basename(file, '.ts')}.mjs`;
await mkdir(folder, { recursive: true });
await build({ entryPoints: [file], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
process.argv = [process.argv[0], outfile, ...rest];
await import(pathToFileURL(outfile));
