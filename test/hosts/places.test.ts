import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findHost, projectPath } from '../../src/hosts/places.ts';
import { scratch } from '../support/folder.ts';
import { hostNamed, machineAt } from '../support/machine.ts';

const PACKAGE = 'AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude';

/** The settings files of a host on a computer with these files, seen from its home. */
async function filesOf(
  name: string,
  files: Record<string, string>,
  { platform = 'linux', env = {} }: { platform?: NodeJS.Platform; env?: Record<string, string> } = {},
): Promise<string[] | null> {
  const home = scratch({ 'project/.keep': '', ...files });
  const machine = machineAt(home, platform);
  const moved = Object.entries(env).map(([variable, folder]) => [variable, join(home, folder)]);
  const found = await findHost(hostNamed(name), { ...machine, env: { ...machine.env, ...Object.fromEntries(moved) } });
  return found?.files.map(({ path, scope }) => `${scope} ${path.slice(home.length + 1).replaceAll('\\', '/')}`) ?? null;
}

describe('Claude Desktop on Windows', () => {
  const host = 'claude-desktop';
  const platform = 'win32';

  it('is read in its package’s folder, and the old file is one that it never reads', async () => {
    const files = {
      [`${PACKAGE}/claude_desktop_config.json`]: '{}',
      'AppData/Roaming/Claude/claude_desktop_config.json': '{}',
    };
    expect(await filesOf(host, files, { platform })).toEqual([
      `user ${PACKAGE}/claude_desktop_config.json`,
      'former AppData/Roaming/Claude/claude_desktop_config.json',
    ]);
  });

  it('is found by its package before it has been started', async () => {
    const files = { 'AppData/Local/Packages/Claude_pzs8sxrjxfjjc/Settings/.keep': '' };
    expect(await filesOf(host, files, { platform })).toEqual([`user ${PACKAGE}/claude_desktop_config.json`]);
  });

  it('of an old installation is read in the old file', async () => {
    expect(await filesOf(host, { 'AppData/Roaming/Claude/.keep': '' }, { platform })).toEqual([
      'user AppData/Roaming/Claude/claude_desktop_config.json',
    ]);
  });

  it('is not there where no trace of it is', async () => {
    expect(await filesOf(host, { 'AppData/Local/Packages/Other_1/.keep': '' }, { platform })).toBeNull();
  });
});

it('Claude Desktop is not looked for on Linux, where there are unofficial builds only', async () => {
  expect(await filesOf('claude-desktop', { '.config/Claude/claude_desktop_config.json': '{}' })).toBeNull();
});

describe('~/.gemini', () => {
  it.each([
    ['of Antigravity is not taken for Gemini CLI', { '.gemini/antigravity/.keep': '' }, ['antigravity']],
    ['of Gemini CLI is not taken for Antigravity', { '.gemini/settings.json': '{}' }, ['gemini-cli']],
    [
      'may belong to both',
      { '.gemini/settings.json': '{}', '.gemini/config/.keep': '' },
      ['antigravity', 'gemini-cli'],
    ],
  ])('%s', async (_what, files, expected) => {
    const found = await Promise.all(
      ['antigravity', 'gemini-cli'].map(async id => ((await filesOf(id, files)) ? [id] : [])),
    );
    expect(found.flat()).toEqual(expected);
  });
});

describe('Devin Desktop', () => {
  it('is read in its own file, and Windsurf’s is of an older version', async () => {
    const files = { '.config/devin/.keep': '', '.codeium/windsurf/mcp_config.json': '{}' };
    expect(await filesOf('devin-desktop', files)).toEqual([
      'user .config/devin/mcp_config.json',
      'former .codeium/windsurf/mcp_config.json',
    ]);
  });

  it('is read in Windsurf’s file where only Windsurf is installed', async () => {
    expect(await filesOf('devin-desktop', { '.codeium/windsurf/.keep': '' })).toEqual([
      'user .codeium/windsurf/mcp_config.json',
    ]);
  });
});

it.each([
  ['codex', 'CODEX_HOME', 'moved/config.toml'],
  ['claude-code', 'CLAUDE_CONFIG_DIR', 'moved/.claude.json'],
  ['gemini-cli', 'GEMINI_CLI_HOME', 'moved/.gemini/settings.json'],
  ['copilot-cli', 'COPILOT_HOME', 'moved/mcp-config.json'],
  ['cline', 'CLINE_DATA_DIR', 'moved/settings/cline_mcp_settings.json'],
  ['opencode', 'XDG_CONFIG_HOME', 'moved/opencode/opencode.json'],
  ['zed', 'XDG_CONFIG_HOME', 'moved/zed/settings.json'],
])('%s is found where %s moves it', async (name, variable, path) => {
  expect(await filesOf(name, { [path]: '' }, { env: { [variable]: 'moved' } })).toEqual([`user ${path}`]);
});

it('XDG_CONFIG_HOME does not move VS Code’s settings on macOS', async () => {
  const path = 'Library/Application Support/Code/User/mcp.json';
  expect(await filesOf('vs-code', { [path]: '' }, { platform: 'darwin', env: { XDG_CONFIG_HOME: 'moved' } })).toEqual([
    `user ${path}`,
  ]);
});

it('OpenCode’s settings are found under either of their names', async () => {
  const path = '.config/opencode/opencode.jsonc';
  expect(await filesOf('opencode', { [path]: '' })).toEqual([`user ${path}`]);
});

it('a project’s file that is there is preferred, else the first name is taken', () => {
  const home = scratch({ 'project/.keep': '' });
  const host = hostNamed('copilot-cli');
  expect(projectPath(host, machineAt(home))).toBe(join(home, 'project', '.mcp.json'));
  const other = scratch({ 'project/.github/mcp.json': '{}' });
  expect(projectPath(host, machineAt(other))).toBe(join(other, 'project', '.github', 'mcp.json'));
});
