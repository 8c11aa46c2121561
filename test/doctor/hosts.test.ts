import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import type { Check } from '../../src/doctor/check.ts';
import { checkHosts } from '../../src/doctor/check-hosts.ts';
import { withReference, writeEntry } from '../../src/hosts/entry.ts';
import { writeSettings } from '../../src/hosts/formats.ts';
import { type Host, KEY_PLACEHOLDER, type Launch, PLATFORMS, SERVER_NAME } from '../../src/hosts/host.ts';
import { launchHere, settingsWith, withKey } from '../../src/hosts/launch.ts';
import type { Machine } from '../../src/hosts/machine.ts';
import { CLI } from '../support/command.ts';
import { scratch } from '../support/folder.ts';
import { fromHome, hostNamed, hostsOn, machineAt, named, settingsPath, signOf } from '../support/machine.ts';

const KEY = 'wk-0123456789abcdef';
const WINDOWS = process.platform === 'win32';
const RIGHT: Launch = { command: process.execPath, args: [CLI], env: { SKILLBOSS_WHOLESALE_KEY: KEY } };

/** What is said of the hosts of a computer that has these files. */
async function said(files: Record<string, string>, changes: Partial<Machine> = {}): Promise<Check[]> {
  const machine = { ...machineAt(scratch({ 'project/.keep': '', ...files })), ...changes };
  return checkHosts(machine, { launch: launchHere(machine), sandbox: false });
}

/** A host's settings with this entry for the server. */
function settingsOf(host: Host, entry: JsonObject): string {
  const document: JsonObject = {};
  document[host.serversAt[0] ?? ''] = { [SERVER_NAME]: entry };
  return writeSettings(document, host.format);
}

/** What is said of one host that has this entry for the server in its user's settings. */
const saidOf = (host: Host, entry: JsonObject, changes: Partial<Machine> = {}): Promise<Check[]> =>
  said({ [settingsPath(host.name)]: settingsOf(host, entry) }, changes);

describe.each(PLATFORMS)('on %s', platform => {
  it.each(hostsOn(platform))('$name with this server in its settings is well', async host => {
    const text = writeSettings(settingsWith(host, RIGHT), host.format);
    expect(await said({ [settingsPath(host.name, platform)]: text }, { platform })).toEqual([
      { name: host.name, state: 'ok', message: expect.stringContaining('This server is in ') },
    ]);
  });

  it.each(hostsOn(platform))('$name alone and without it leads to setup, with a snippet that is right', async host => {
    const [check, ...others] = await said({ [signOf(host, platform)]: '{}' }, { platform });
    expect(others).toEqual([]);
    expect(check).toMatchObject({
      name: 'hosts',
      state: 'warn',
      fix: expect.stringMatching(/ run: node .* setup$/),
    });
    expect(check?.message).toContain(host.name);
    expect(check?.fix?.replaceAll('\\', '/')).toContain(`${settingsPath(host.name, platform)}, or`);
    const pasted = (check?.snippet ?? '').replace(KEY_PLACEHOLDER, KEY);
    expect(await said({ [settingsPath(host.name, platform)]: pasted }, { platform })).toMatchObject([{ state: 'ok' }]);
  });
});

describe('a host without this server', () => {
  it('is no problem where another host has it', async () => {
    const cursor = hostNamed('cursor');
    const checks = await said({
      [settingsPath('cursor')]: writeSettings(settingsWith(cursor, RIGHT), cursor.format),
      '.codex/config.toml': '',
    });
    expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual(['Cursor ok', 'other hosts ok']);
  });
});

describe('an entry', () => {
  it('is not missed in a project, by the package’s name, or under another name', async () => {
    const entry = { command: process.execPath, args: [CLI], env: { SKILLBOSS_WHOLESALE_KEY: KEY } };
    const zed = { context_servers: { video: { command: { path: process.execPath, args: [CLI], env: entry.env } } } };
    const checks = await said({
      '.claude.json': JSON.stringify({ projects: { '/a': { mcpServers: { mine: entry } }, '/b': null } }),
      'project/.mcp.json': JSON.stringify({ mcpServers: { other: entry } }),
      'project/.cursor/mcp.json': JSON.stringify({
        mcpServers: { a: { ...entry, command: process.execPath, args: ['--no-warnings', CLI] } },
      }),
      '.codex/config.toml': '[mcp_servers.a]\ncommand = "npx"\nargs = ["-y", "shotstack-template-mcp@latest"]\n',
      '.config/zed/settings.json': JSON.stringify(zed),
      '.config/opencode/opencode.json': JSON.stringify({
        mcp: { servers: { x: { type: 'local', command: [process.execPath, CLI], environment: entry.env } } },
      }),
    });
    expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'Claude Code ok',
      'Claude Code warn',
      'Cursor warn',
      'Codex fail',
      'Codex fail',
      'OpenCode ok',
      'Zed ok',
    ]);
  });

  it('is not taken for this server when only a folder has the package’s name', async () => {
    const files = {
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-filesystem', '/me/shotstack-template-mcp'],
    };
    expect(await said({ [settingsPath('cursor')]: JSON.stringify({ mcpServers: { files } }) })).toMatchObject([
      { name: 'hosts', state: 'warn' },
    ]);
  });

  const cursor = hostNamed('cursor');
  const ENTRY = writeEntry(cursor, RIGHT);

  it.each<[string, JsonObject, string, string, string]>([
    ['no command', { ...ENTRY, command: undefined }, 'fail', 'no command', 'setup cursor'],
    [
      'a command that is gone',
      { ...ENTRY, command: '/gone/node' },
      'fail',
      'its command does not exist',
      'setup cursor',
    ],
    ['a command that is nowhere', { ...ENTRY, command: 'nodule' }, 'fail', 'not on the PATH', 'setup cursor'],
    ['a relative command', { ...ENTRY, command: './node' }, 'fail', 'relative path', 'setup cursor'],
    ['a file that is gone', { ...ENTRY, args: ['/gone/dist/cli.js'] }, 'fail', 'does not exist', 'setup cursor'],
    ['a relative file', { ...ENTRY, args: ['dist/cli.js'] }, 'fail', 'is relative', 'setup cursor'],
    ['a misspelt flag', { ...ENTRY, args: [CLI, '--sandbx'] }, 'fail', 'unknown option', 'Write --sandbox'],
    ['another command', { ...ENTRY, args: [CLI, 'demo'] }, 'fail', 'runs demo', 'Remove'],
    ['a folder that is gone', { ...ENTRY, args: [CLI, 'serve', '/gone'] }, 'fail', 'folder does not exist', 'Create'],
    [
      'a folder that is gone, in env',
      { ...ENTRY, env: { ...RIGHT.env, SHOTSTACK_MCP_ALLOWED_DIRS: '/gone' } },
      'fail',
      'folder does not exist',
      'Create',
    ],
    [
      'a misspelt setting',
      { ...ENTRY, env: { ...RIGHT.env, SHOTSTACK_MCP_ALLOWED_DIR: '/tmp' } },
      'fail',
      'SHOTSTACK_MCP_ALLOWED_DIR is no setting',
      'Rename it to SHOTSTACK_MCP_ALLOWED_DIRS',
    ],
    [
      'another key',
      { ...ENTRY, env: { ...RIGHT.env, SKILLBOSS_API_KEY: KEY } },
      'warn',
      'SKILLBOSS_API_KEY is no',
      'SKILLBOSS_WHOLESALE_KEY',
    ],
    ['no key', { ...ENTRY, env: {} }, 'fail', 'it has no key', '--sandbox'],
    [
      'a key in small letters',
      { ...ENTRY, env: { ...RIGHT.env, skillboss_wholesale_key: KEY } },
      'fail',
      'is no setting',
      'Rename it to SKILLBOSS_WHOLESALE_KEY',
    ],
    ['a key for the sandbox', { ...ENTRY, args: [CLI, '--sandbox'] }, 'warn', 'does not use its key', 'remove'],
    [
      'the bare name of the package for npx',
      { ...ENTRY, command: 'npx', args: ['-y', 'shotstack-template-mcp'] },
      'fail',
      'not published',
      'setup cursor',
    ],
    [
      'a path of Windows',
      { ...ENTRY, command: 'C:\\node.exe' },
      'fail',
      WINDOWS ? 'does not exist' : 'path of Windows',
      'setup cursor',
    ],
    ['all in one text', { ...ENTRY, command: `${process.execPath} x` }, 'fail', 'holds its arguments', 'setup cursor'],
    ['no file for Node', { ...ENTRY, args: [] }, 'fail', 'no file to start', 'setup cursor'],
    ['a folder', { ...ENTRY, args: ['/'] }, 'fail', 'a folder in place of a file', 'setup cursor'],
    ['arguments in a text', { ...ENTRY, args: CLI }, 'fail', 'not in a list', 'in [ ]'],
    ['an environment of lines', { ...ENTRY, env: ['A=1'] }, 'fail', 'no names and values', '{ }'],
    ['the environment of OpenCode', { ...ENTRY, environment: {} }, 'fail', '“environment” is not read', '“env”'],
    [
      'a number in its environment',
      { ...ENTRY, env: { ...RIGHT.env, SHOTSTACK_MCP_POLL_SECONDS: 5 } },
      'fail',
      'SHOTSTACK_MCP_POLL_SECONDS is no text',
      'quotes',
    ],
    [
      'the placeholder for the key',
      { ...ENTRY, env: { SKILLBOSS_WHOLESALE_KEY: KEY_PLACEHOLDER } },
      'fail',
      'SKILLBOSS_WHOLESALE_KEY cannot be used',
      'Write the wholesale key',
    ],
    [
      'a placeholder of another host',
      { ...ENTRY, env: { SKILLBOSS_WHOLESALE_KEY: '{env:SKILLBOSS_WHOLESALE_KEY}' } },
      'fail',
      'Cursor does not fill in',
      'Write the value',
    ],
    [
      'a setting that cannot be used',
      { ...ENTRY, env: { ...RIGHT.env, SHOTSTACK_MCP_POLL_SECONDS: 'x' } },
      'fail',
      'SHOTSTACK_MCP_POLL_SECONDS cannot be used',
      'Correct',
    ],
    ['another program', { command: 'python', args: ['-m', 'x'] }, 'fail', 'starts something else', 'Rename it'],
    ['a server on the network', { url: 'https://example.com' }, 'fail', 'starts something else', 'Rename it'],
    ['a path that cannot be', { ...ENTRY, args: ['/a\0b/cli.js'] }, 'fail', 'does not exist', 'setup cursor'],
    ['a switch that is off', { ...ENTRY, disabled: true }, 'warn', 'switched off', 'Switch it on'],
  ])('with %s is told so, and what to change', async (_what, entry, state, message, fix) => {
    expect(await saidOf(cursor, entry)).toEqual([
      expect.objectContaining({
        name: 'Cursor',
        state,
        message: expect.stringContaining(message),
        fix: expect.stringContaining(fix),
      }),
    ]);
  });

  it('with several flaws has a line for each', async () => {
    const entry = { ...ENTRY, args: [CLI, '--sandbx'], env: { SHOTSTACK_MCP_LOG_LEVL: 'debug' } };
    expect((await saidOf(cursor, entry)).map(({ state, fix }) => `${state} ${fix}`)).toEqual([
      'fail Write --sandbox in its args.',
      'fail Rename it to SHOTSTACK_MCP_LOG_LEVEL.',
      'fail Run setup, set SKILLBOSS_WHOLESALE_KEY in its env, or add --sandbox to its args.',
    ]);
  });

  it('that is twice in one file is reported once for each', async () => {
    const text = JSON.stringify({ mcpServers: { [SERVER_NAME]: ENTRY, mine: ENTRY } });
    const twice = { state: 'warn', message: expect.stringContaining('more than once') };
    expect(await said({ [settingsPath('cursor')]: text })).toMatchObject([twice, twice]);
  });

  it('with the key itself in a project’s file is warned, and led to a reference', async () => {
    const text = JSON.stringify({ mcpServers: { [SERVER_NAME]: ENTRY } });
    expect(await said({ 'project/.cursor/mcp.json': text })).toMatchObject([
      {
        state: 'warn',
        message: expect.stringContaining('project’s file'),
        fix: expect.stringMatching(/setup cursor --project$/),
      },
    ]);
  });

  it('with an old Node is reported with its version', async () => {
    const home = scratch({ 'old/node': '#!/bin/sh\necho v18.19.1\n', 'project/.keep': '' });
    chmodSync(join(home, 'old/node'), 0o755);
    const checks = await saidOf(cursor, { ...ENTRY, command: join(home, 'old/node') });
    expect(checks).toMatchObject([{ state: 'fail', message: expect.stringContaining('its Node is 18.19.1') }]);
  });

  it('with a Node that is no program does not end the check', async () => {
    const home = scratch({ 'broken/node.exe': 'no program', 'project/.keep': '' });
    expect(await saidOf(cursor, { ...ENTRY, command: join(home, 'broken/node.exe') })).toHaveLength(1);
  });

  it('that relies on a PATH is doubtful only in a host that may have none', async () => {
    const relying = (name: string) => saidOf(hostNamed(name), { ...ENTRY, command: 'node' });
    expect(await relying('cursor')).toMatchObject([{ state: 'ok' }]);
    expect(await relying('devin-desktop')).toMatchObject([{ state: 'warn', message: expect.stringContaining('PATH') }]);
  });

  it('with a relative file is right in a project’s file, where the file is in the project', async () => {
    const entry = { command: 'node', args: ['node_modules/s/dist/cli.js', '--sandbox'] };
    const text = JSON.stringify({ mcpServers: { [SERVER_NAME]: entry } });
    const installed = { 'project/node_modules/s/dist/cli.js': '' };
    expect(await said({ 'project/.cursor/mcp.json': text, ...installed })).toMatchObject([{ state: 'ok' }]);
    expect(await said({ 'project/.cursor/mcp.json': text })).toMatchObject([
      { state: 'fail', fix: 'Run npm install in the project.' },
    ]);
    const inFolder = text.replace('node_modules', '$' + '{workspaceFolder}/node_modules');
    expect(await said({ 'project/.cursor/mcp.json': inFolder, ...installed })).toMatchObject([{ state: 'ok' }]);
  });

  it.each([
    ['--sandbox', { command: process.execPath, args: [CLI, '--sandbox'] }],
    ['the setting for it', { command: process.execPath, args: [CLI], env: { SHOTSTACK_MCP_SANDBOX: 'true' } }],
  ])('that has %s needs no key', async (_what, entry) => {
    expect(await saidOf(cursor, entry)).toMatchObject([
      { state: 'ok', message: expect.stringMatching(/, as a sandbox\.$/) },
    ]);
  });

  it.each<[string, string, string]>([
    ['in a host that hands it down', 'claude-code', 'ok'],
    ['in a host that keeps it to itself', 'gemini-cli', 'fail'],
  ])('without a key, where the shell has one, is right only %s', async (_what, name, state) => {
    const [check] = await saidOf(hostNamed(name), { ...ENTRY, env: {} }, { env: { SKILLBOSS_WHOLESALE_KEY: KEY } });
    expect(check).toMatchObject({ state });
    if (state === 'fail') expect(check?.message).toContain('does not hand SKILLBOSS_WHOLESALE_KEY down');
  });

  it('in a project’s file is ok, with a note to trust the folder', async () => {
    const entry = { command: process.execPath, args: [CLI], env_vars: ['SKILLBOSS_WHOLESALE_KEY'] };
    const file = { 'project/.codex/config.toml': settingsOf(hostNamed('codex'), entry) };
    const [check] = await said(file, { env: { SKILLBOSS_WHOLESALE_KEY: KEY } });
    expect(check).toMatchObject({ state: 'ok', message: expect.stringContaining('once you trust the folder') });
  });

  it.each([
    ['a file with the key', 'cursor', { envFile: '.env' }],
    ['a variable that is handed down', 'codex', { env_vars: ['SKILLBOSS_WHOLESALE_KEY'] }],
    [
      'a variable that is handed down as an object',
      'codex',
      { env_vars: [{ name: 'SKILLBOSS_WHOLESALE_KEY', source: 'local' }] },
    ],
  ])('with %s has a key', async (_what, name, fields) => {
    const env = { SKILLBOSS_WHOLESALE_KEY: KEY };
    expect(await saidOf(hostNamed(name), { command: process.execPath, args: [CLI], ...fields }, { env })).toMatchObject(
      [{ state: 'ok' }],
    );
  });

  it.each(hostsOn('linux').filter(({ reference }) => reference !== undefined && reference !== 'input'))(
    'of $name with a reference to the variable has a key only where the variable is set',
    async host => {
      const entry = writeEntry(
        host,
        withReference({ command: process.execPath, args: [CLI] }, host.reference ?? 'env'),
      );
      const env = { PATH: process.env.PATH, SKILLBOSS_WHOLESALE_KEY: KEY };
      expect(await saidOf(host, entry, { env })).toMatchObject([{ state: 'ok' }]);
      expect(await saidOf(host, entry)).toMatchObject([
        { state: 'warn', message: expect.stringContaining('not set here') },
      ]);
    },
  );

  it.each<[string, JsonObject, string, string?]>([
    ['codex', { tool_timeout_sec: 30 }, 'warn', 'Set tool_timeout_sec to 60 or more.'],
    ['codex', { tool_timeout_sec: 60 }, 'ok'],
    ['codex', {}, 'ok'],
    ['gemini-cli', { timeout: 30_000 }, 'warn', 'Set timeout to 60000 or more.'],
    ['claude-code', { timeout: 5_000 }, 'warn', 'Set timeout to 60000 or more.'],
    ['claude-code', { timeout: 500 }, 'ok'],
    ['zed', { timeout: 45 }, 'warn', 'Set timeout to 60 or more.'],
    ['cline', { timeout: 30 }, 'warn', 'Set timeout to 60 or more.'],
    ['opencode', { timeout: { request: 30_000 } }, 'warn', 'Set timeout to 60000 or more.'],
    ['opencode', { timeout: { startup: 5_000 } }, 'ok'],
    ['copilot-cli', { timeout: undefined }, 'warn', 'Set timeout to 60000 or more.'],
    ['jetbrains-copilot', { env: RIGHT.env }, 'warn', 'Set SHOTSTACK_MCP_MAX_WAIT_SECONDS to 25 in its env.'],
  ])('of %s with %j is weighed against the longest call', async (name, fields, state, fix) => {
    const host = hostNamed(name);
    const [check, ...others] = await saidOf(host, { ...writeEntry(host, RIGHT), ...fields });
    expect(others).toEqual([]);
    expect(check).toMatchObject({ name: host.name, state, ...(fix === undefined ? {} : { fix }) });
  });
});

describe('a settings file', () => {
  it.each([
    ['claude-code', '{\n  "mcpServers": {,}\n}', 'is not JSON from line 2, column 18 on'],
    ['claude-code', '', 'holds no JSON object'],
    ['claude-code', '{ "mcpServers": {} } // mine', 'has comments'],
    ['cursor', '{\n "mcpServers": [}', 'is not JSON from line 2, column 17 on'],
    ['cursor', '[]', 'holds no JSON object'],
    ['codex', '[mcp_servers.x]\ncommand = node', 'is not TOML from line 2'],
  ])('of %s that is %j is told to be unreadable, and where', async (name, text, message) => {
    expect(await said({ [settingsPath(name)]: text })).toMatchObject([
      { name: hostNamed(name).name, state: 'fail', message: expect.stringContaining(message) },
    ]);
  });

  it.each([
    ['vs-code', '// mine\n{ "servers": { /* none */ }, }'],
    ['cursor', ''],
    ['codex', ''],
  ])('of %s may be %j', async (name, text) => {
    expect(await said({ [settingsPath(name)]: text })).toMatchObject([{ name: 'hosts', state: 'warn' }]);
  });

  it('with another host’s name for the servers is reported with the right one', async () => {
    const text = JSON.stringify({ servers: { [SERVER_NAME]: { ...RIGHT } } });
    expect(await said({ [settingsPath('cursor')]: text })).toMatchObject([
      { state: 'fail', message: expect.stringContaining('not under “mcpServers”, where Cursor looks') },
    ]);
  });

  it.each(['darwin', 'win32'] as const)(
    'with a byte order mark is unreadable to Claude Desktop on %s',
    async platform => {
      const host = hostNamed('claude-desktop');
      const text = `\u{feff}${settingsOf(host, { ...RIGHT })}`;
      expect(await said({ [settingsPath(host.name, platform)]: text }, { platform })).toMatchObject([
        {
          state: 'fail',
          message: expect.stringContaining('byte order mark'),
          fix: expect.stringContaining('without BOM'),
        },
      ]);
    },
  );

  describe.each(hostsOn('win32').filter(({ former }) => former))('of an older version of $name', host => {
    const former = fromHome(host.former?.file.win32 ?? '');
    const both = async (own: string): Promise<Check[]> => {
      const files = { [settingsPath(host.name, 'win32')]: own, [former]: settingsOf(host, { ...RIGHT }) };
      return named(await said(files, { platform: 'win32' }), host.name);
    };

    it('with this server leads to setup, and names the file that is read', async () => {
      const [check, ...others] = await both('{}');
      expect(others).toEqual([]);
      expect(check).toMatchObject({ state: 'fail', fix: expect.stringMatching(/ setup [a-z-]+$/) });
      expect(check?.message.replaceAll('\\', '/')).toMatch(
        new RegExp(` now it reads \\S*${settingsPath(host.name, 'win32')}\\.$`),
      );
    });

    it('with this server is reported as left over where the present one has it too', async () => {
      expect(await both(settingsOf(host, { ...RIGHT }))).toMatchObject([
        { state: 'ok' },
        { state: 'warn', fix: expect.stringMatching(/^Remove it there/) },
      ]);
    });
  });
});

describe('the stores of several hosts', () => {
  const both = (env: Record<string, string> = {}): Record<string, string> =>
    Object.fromEntries(
      ['claude-code', 'codex'].map(name => {
        const host = hostNamed(name);
        const launch = { ...RIGHT, env: { ...RIGHT.env, ...env } };
        return [settingsPath(name), writeSettings(settingsWith(host, launch), host.format)];
      }),
    );
  const moved = { env: { PATH: process.env.PATH, XDG_DATA_HOME: '/data' } };

  it('are reported to differ where one drops the variable that moves the store', async () => {
    const [check] = (await said(both(), moved)).filter(({ name }) => name === 'stores');
    expect(check).toMatchObject({ state: 'warn', message: expect.stringContaining('(Claude Code | Codex)') });
  });

  it.each([
    ['the setting names one folder', both({ SHOTSTACK_MCP_DATA_DIR: '/data/s' }), moved],
    ['nothing moves them', both(), {}],
    [
      'the variable is relative, so that the store ignores it',
      both(),
      { env: { ...moved.env, XDG_DATA_HOME: 'data' } },
    ],
  ])('are one where %s', async (_what, files, changes) => {
    expect((await said(files, changes)).map(({ name }) => name)).not.toContain('stores');
  });
});

it('without any host, the known hosts are listed', async () => {
  expect(await said({})).toMatchObject([
    { name: 'hosts', state: 'warn', fix: expect.stringContaining('Claude Desktop') },
  ]);
});

it('a copy in a temporary folder gets a warning, and is in no snippet', async () => {
  const home = scratch({ 'project/.keep': '', 'tmp/s/dist/cli.js': '' });
  mkdirSync(dirname(join(home, settingsPath('cursor'))), { recursive: true });
  const machine = { ...machineAt(home), entry: join(home, 'tmp/s/dist/cli.js') };
  const checks = await checkHosts(machine, { launch: launchHere(machine), sandbox: false });
  expect(checks).toContainEqual(expect.objectContaining({ name: 'installation', state: 'warn' }));
  expect(checks.filter(({ snippet }) => snippet !== undefined)).toEqual([]);
});

it('withKey leaves a launch without a key to the sandbox', () => {
  expect(withKey({ command: 'node', args: ['x'] }, null).args).toEqual(['x', '--sandbox']);
});
