import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import about from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };
import { TOOLS } from '../../src/tools/tools.ts';

interface Packed {
  filename: string;
  size: number;
  files: { path: string }[];
}

const shell = process.platform === 'win32';
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'shotstack-npm-test-'));
let packed: Packed;
let tarball: string;

beforeAll(async () => {
  // Without scripts: they would build dist/ anew under the other tests' feet.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { shell });
  [packed] = JSON.parse(stdout) as [Packed];
  tarball = join(folder, packed.filename);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the npm package', () => {
  it('holds what is needed and nothing else, in under 2 MB', () => {
    const paths = packed.files.map(({ path }) => path);
    const built = readdirSync('dist', { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    expect(paths.filter(path => path.startsWith('dist/'))).toHaveLength(built.length);
    for (const path of paths.filter(path => path.startsWith('dist/')))
      expect(path).toMatch(/^dist\/(chunks\/)?[\w-]+\.js$/);
    const pages = readdirSync('docs').map(name => `docs/${name}`);
    expect(paths.filter(path => path.startsWith('docs/')).sort()).toEqual(pages.sort());
    expect(paths.filter(path => !/^(dist|docs)\//.test(path)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES.txt',
      'mcp.json.example',
      'package.json',
    ]);
    expect(packed.size).toBeLessThan(2_000_000);
  });

  it('is in order as publint sees it', async () => {
    const { messages } = await publint({
      pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer },
      strict: true,
    });
    expect(messages.map(message => formatMessage(message, about))).toEqual([]);
  });

  it('is installed with its store’s driver for old Nodes and what that needs: three packages, all optional', () => {
    const installed = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !('dev' in entry));
    expect(installed.map(([path]) => path.replace('node_modules/', ''))).toEqual([
      '@photostructure/sqlite',
      'node-addon-api',
      'node-gyp-build',
    ]);
    for (const [path, entry] of installed) expect(entry, path).toMatchObject({ optional: true });
    expect(about).not.toHaveProperty('dependencies');
  });

  it('loads nothing at run time but Node’s own modules and that driver', async () => {
    const { metafile } = await build({
      entryPoints: ['dist/cli.js'],
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      outdir: folder,
      write: false,
      metafile: true,
    });
    const outside = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
    const names = new Set(outside.map(({ path }) => path.replace(/^node:/, '')));
    expect([...names].filter(name => !builtinModules.includes(name) && name !== 'sqlite')).toEqual([
      ...Object.keys(about.optionalDependencies),
    ]);
  });
});

it('npx starts it from the tarball in an empty folder with an empty home, without a network', async () => {
  const home = join(folder, 'home');
  const empty = mkdtempSync(join(folder, 'empty-'));
  const server = new StdioClientTransport({
    command: 'npx',
    // The optional driver would have to be fetched.
    args: ['--yes', '--offline', '--omit=optional', `--package=${tarball}`, about.name],
    cwd: empty,
    env: { ...getDefaultEnvironment(), HOME: home, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'test', version: '0.0.0' });
  await client.connect(server, { timeout: 120_000 });
  expect(client.getServerVersion()).toMatchObject({ name: about.name, version: about.version });
  expect((await client.listTools()).tools).toHaveLength(TOOLS.length);
  await client.close();
  expect(readdirSync(empty)).toEqual([]);
});
