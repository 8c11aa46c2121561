// Bundles src/ into dist/: dist/cli.js checks the runtime, and what each mode needs is loaded from its own chunk.
import { chmod, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Parts of dependencies that nothing here uses and that the handshake would pay for, with their replacements. */
const LEFT_OUT = [
  // The SDK checks answers to elicitation with it, which this server never asks for.
  [
    /sdk[/\\]dist[/\\]esm[/\\]validation[/\\]ajv-provider\.js$/,
    'export class AjvJsonSchemaValidator { getValidator() { return data => ({ valid: true, data, errorMessage: undefined }); } }',
  ],
  // Messages in forty languages.
  [/zod[/\\]v4[/\\]locales[/\\]index\.js$/, 'export { default as en } from "./en.js";'],
];

const leaveOut = {
  name: 'leave-out',
  setup({ onLoad }) {
    for (const [filter, contents] of LEFT_OUT) onLoad({ filter }, () => ({ contents }));
  },
};

/** Modules that are evaluated here: what reaches dist/ is the values that they export, as JSON. */
const EVALUATED = /src[/\\](base[/\\]version|handshake-answers)\.ts$/;

const evaluate = {
  name: 'evaluate',
  setup({ onLoad }) {
    onLoad({ filter: EVALUATED }, async ({ path }) => {
      const outfile = join(root, 'node_modules/.cache/shotstack-template-mcp', `${basename(path, '.ts')}.mjs`);
      await build({
        entryPoints: [path],
        outfile,
        bundle: true,
        format: 'esm',
        platform: 'node',
        packages: 'external',
      });
      const values = Object.entries(await import(pathToFileURL(outfile)));
      return { contents: values.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`).join('\n') };
    });
  },
};

await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['src/cli.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  // A native part cannot be bundled, and pg only looks whether the other is there.
  external: ['@photostructure/sqlite', 'pg-native'],
  plugins: [leaveOut, evaluate],
  chunkNames: 'chunks/[name]-[hash]',
  // Dependencies written as CommonJS ask for `require`, and only for what Node has built in.
  banner: {
    js: "const require = id => { const found = process.getBuiltinModule(id); if (!found) throw Object.assign(new Error('Cannot find module ' + id), { code: 'MODULE_NOT_FOUND' }); return found; };",
  },
  legalComments: 'none',
});
await chmod(new URL('../dist/cli.js', import.meta.url), 0o755);
