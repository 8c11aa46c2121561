import { existsSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { validateManifest } from '@anthropic-ai/mcpb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import about from '../../package.json' with { type: 'json' };
import { SETTINGS } from '../../src/config.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { hasSqlite, NODES, UnpackedBundle } from './unpacked.ts';

const EDIT = {
  timeline: { tracks: [{ clips: [{ asset: { type: 'text', text: 'Hello' }, start: 0, length: 5 }] }] },
  output: { format: 'mp4', resolution: 'sd' },
};
const SANDBOX = { shotstack_mcp_sandbox: true };

let bundle: UnpackedBundle;
beforeAll(async () => {
  bundle = await UnpackedBundle.make();
});
afterAll(() => bundle.remove());

describe('the bundle', () => {
  it('holds production files only, and is a quick download', () => {
    const files = readdirSync(bundle.root, { recursive: true, encoding: 'utf8' }).map(path =>
      path.replaceAll('\\', '/'),
    );
    const odd = files.filter(path => !/^dist(\/chunks)?$|^dist\/(chunks\/)?[\w-]+\.js$/.test(path));
    expect(odd.sort()).toEqual(['LICENSE', 'THIRD-PARTY-NOTICES.txt', 'icon.png', 'manifest.json', 'package.json']);
    expect(statSync(bundle.file).size).toBeLessThan(3_000_000);
  });

  it('has a manifest that the format’s own check passes', () => {
    const said = vi.spyOn(console, 'log').mockImplementation(() => {});
    expect(validateManifest(bundle.root)).toBe(true);
    said.mockRestore();
  });

  it('tells what this package is, which tools it has and what it runs on', () => {
    expect(bundle.manifest).toMatchObject({
      manifest_version: '0.3',
      name: about.name,
      version: about.version,
      license: about.license,
      tools: TOOLS.map(({ name }) => ({ name })),
      compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: '>=22.13.0' } },
    });
  });

  it('asks for settings that there are, and hands secrets to the host’s safe', () => {
    const asked = Object.entries(bundle.manifest.user_config ?? {});
    expect(asked).toHaveLength(4);
    for (const [key, { sensitive = false, required, description }] of asked) {
      const setting = Object.entries(SETTINGS).find(([name]) => name.toLowerCase() === key)?.[1];
      expect(setting, key).toBeDefined();
      expect(sensitive, key).toBe(setting?.secret ?? false);
      expect(required, key).toBe(false);
      expect(description).toContain(`In messages: ${key.toUpperCase()}.`);
    }
  });
});

describe('a host’s command', () => {
  it('has every answer in its place', async () => {
    const { args, env } = await bundle.command({
      skillboss_wholesale_key: 'wk-1',
      shotstack_mcp_allowed_dirs: ['/a b', '/c'],
      shotstack_mcp_max_submits_per_hour: 5,
      ...SANDBOX,
    });
    expect(args).toEqual([`${bundle.root}/dist/cli.js`, 'serve', '/a b', '/c']);
    expect(env).toEqual({
      SKILLBOSS_WHOLESALE_KEY: 'wk-1',
      SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '5',
      SHOTSTACK_MCP_SANDBOX: 'true',
    });
  });

  it.each([{}, { shotstack_mcp_allowed_dirs: [] }, { shotstack_mcp_allowed_dirs: '', skillboss_wholesale_key: '' }])(
    'starts a server that says what is missing when the user answered %j',
    async answers => {
      const server = await bundle.start(process.execPath, answers);
      expect(await server.call('list_jobs', {})).toMatchObject({ ok: false, error: { code: 'missing_key' } });
      await server.client.close();
    },
  );
});

describe.each(NODES)('unpacked alone, run by %s', node => {
  it('does the main job where SQLite is built in', async ({ skip }) => {
    if (!(await hasSqlite(node))) skip('this Node has no SQLite');
    const results = mkdtempSync(join(bundle.folder, 'my results-'));
    const server = await bundle.start(node, { ...SANDBOX, shotstack_mcp_allowed_dirs: [results] });
    expect((await server.client.listTools()).tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name));
    expect(await server.call('validate_template', { template: EDIT })).toMatchObject({ validation: { valid: true } });
    const submitted = await server.call('update_template', {
      prompt: 'red',
      template_id: 't',
      name: 'n',
      template: EDIT,
    });
    expect(submitted).toMatchObject({ ok: true, sandbox: true, job: { status: 'IN_QUEUE' } });
    const id = submitted.job?.request_id;
    const followed = await server.call('get_status', { request_id: id, wait_seconds: 45 });
    expect(followed).toMatchObject({ ok: true, job: { status: 'COMPLETED' } });
    const saved = await server.call('download_result', { request_id: id });
    expect(saved).toMatchObject({ ok: true, download: [{ path: expect.stringContaining(results) }] });
    expect(existsSync(saved.download?.[0]?.path ?? '')).toBe(true);
    await server.client.close();
  });

  it('without a SQLite says so, keeps no jobs in memory, and does what needs no store', async () => {
    const options = (await hasSqlite(node)) ? ['--no-experimental-sqlite'] : [];
    expect(await hasSqlite(node, options)).toBe(false);
    const server = await bundle.start(node, SANDBOX, options);
    expect((await server.client.listTools()).tools).toHaveLength(TOOLS.length);
    for (let time = 0; time < 2; time++) {
      expect(await server.call('update_template', { prompt: 'p', template: EDIT })).toMatchObject({
        ok: false,
        error: {
          code: 'store_unavailable',
          fix_by: 'operator',
          message: expect.stringMatching(/this Node has no SQLite, and the package \S+ does not load/),
          steps: [expect.stringContaining('Node 22.13 or newer'), expect.any(String)],
        },
        next: { action: 'ask_user' },
      });
    }
    expect(await server.call('list_jobs', {})).toMatchObject({ error: { code: 'store_unavailable' } });
    expect(await server.call('validate_template', { template: EDIT })).toMatchObject({ validation: { valid: true } });
    await server.client.close();
  });
});
