// Started by scripts/windows.mjs with Windows' Node under an emulator: runs Vitest. Its bundler, there compiled to
// WebAssembly, cannot resolve Windows' paths, which is done here.
import { delimiter, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
process.env.WINDOWS_EMULATED = '1';
process.env.NODE_NO_WARNINGS = '1';
const children = new URL('windows-children.mjs', import.meta.url);
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${children}`.trim();
// esbuild's WebAssembly is started as `node`.
process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;

const { startVitest } = await import('vitest/node');
const { shared } = await import('../vitest.config.mjs');

const slashed = path => path.replaceAll('\\', '/');
const windowsPaths = {
  name: 'windows-paths',
  enforce: 'pre',
  resolveId(id, importer) {
    if (id.startsWith('/test/')) return slashed(resolve(root, `.${id}`));
    if (id.startsWith('.') && importer) return slashed(resolve(dirname(importer), id));
    return /^[a-z]:[/\\]/i.test(id) ? slashed(id) : undefined;
  },
};
const options = { config: false, watch: false, include: ['test/**/*.test.ts'], maxWorkers: 3, ...shared };
const vitest = await startVitest('test', process.argv.slice(2), options, { plugins: [windowsPaths] });
await vitest.close();
