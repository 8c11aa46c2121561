import { resolve } from 'node:path';
import { build } from 'esbuild';

const OUT = resolve('node_modules/.cache/shotstack-template-mcp/bench');

/** The built server of this project. */
export const OURS = resolve('dist/cli.js');
/** The least that a server can be. */
export const FLOOR = resolve('bench/floor.cjs');

/**
 * A program of bench/ made ready to run; returns its path.
 *
 * @param bundled whether its packages are in the one file, as in ours, or looked up when it starts
 */
export async function program(name: 'echo' | 'gateway', { bundled }: { bundled: boolean }): Promise<string> {
  const outfile = `${OUT}/${name}${bundled ? '-bundled' : ''}.mjs`;
  await build({
    entryPoints: [`bench/${name}.ts`],
    outfile,
    bundle: true,
    minify: bundled,
    packages: bundled ? 'bundle' : 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.18',
    banner: bundled
      ? { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }
      : {},
  });
  return outfile;
}
