// Started by scripts/windows.mjs with Windows' Node under an emulator: runs Vitest on what its bundler, compiled to
// WebAssembly, cannot do there, finding files at Windows' paths.
import { delimiter, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
process.env.WINDOWS_EMULATED = '1';
// What esbuild and tests start as `node`.
process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
process.env.NODE_NO_WARNINGS = '1';

const { startVitest } = await import('vitest/node');
const { default: config } = await import('../vitest.config.mjs');

const slashed = path => path.replaceAll('\\', '/');
const windowsPaths = {
  name: 'windows-paths',
  enforce: 'pre',
  resolveId(id, importer) {
    if (/^\/(test|scripts)\//.test(id)) return slashed(resolve(root, `.${id}`));
    if (id.startsWith('.') && importer) return slashed(resolve(dirname(importer), id));
    return /^[a-z]:[/\\]/i.test(id) ? slashed(id) : undefined;
  },
};
const setupFiles = [...config.test.setupFiles, 'scripts/windows-children.mjs'];
const vitest = await startVitest(
  'test',
  process.argv.slice(2),
  { config: false, watch: false, ...config.test, setupFiles },
  { plugins: [windowsPaths] },
);
await vitest.close();
