import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/doctor/check.ts';
import { checkHosts } from '../../src/doctor/check-hosts.ts';
import { writeSettings } from '../../src/doctor/formats.ts';
import { HOSTS, type Host, PLATFORMS, SERVER_NAME } from '../../src/doctor/hosts.ts';
import { KEY_PLACEHOLDER, type Launch, launchHere } from '../../src/doctor/launch.ts';
import { scratch } from '../files/scratch.ts';
import { CLI } from '../support/stdio-server.ts';
import { hostNamed, machineAt, settingsPath } from './machine.ts';

const KEY = 'wk-0123456789abcdef';
const RIGHT: Launch = { command: process.execPath, args: [CLI], env: { SKILLBOSS_WHOLESALE_KEY: KEY } };

/** What is said of the hosts of a computer that has these files. */
async function said(files: Record<string, string>, platform: NodeJS.Platform = 'linux'): Promise<Check[]> {
  const machine = machineAt(scratch({ 'project/.keep': '', ...files }), platform);
  return checkHosts(machine, launchHere(machine, false));
}

/** What is said of one host that has this entry for the server. */
function saidOf(host: Host, entry: object): Promise<Check[]> {
  const document = JSON.parse(JSON.stringify(host.document(RIGHT)));
  for (const servers of host.servers(document)) Object.assign(servers ?? {}, { [SERVER_NAME]: entry });
  return said({ [settingsPath(host.name)]: writeSettings(document, host.format) });
}

describe.each(PLATFORMS)('on %s', platform => {
  it.each(HOSTS)('$name with this server in its settings is well', async host => {
    const files = { [settingsPath(host.name, platform)]: writeSettings(host.document(RIGHT), host.format) };
    expect(await said(files, platform)).toEqual([
      { name: host.name, state: 'ok', message: expect.stringContaining('This server is in ') },
    ]);
  });

  it.each(HOSTS)('$name without it is told what to paste, and is well once that is done', async host => {
    const home = scratch({ 'project/.keep': '' });
    const path = join(home, settingsPath(host.name, platform));
    mkdirSync(host.folder ? join(home, '.claude') : dirname(path), { recursive: true });
    const machine = machineAt(home, platform);
    const examine = (): Promise<Check[]> => checkHosts(machine, launchHere(machine, false));
    const [check] = await examine();
    expect(check).toMatchObject({ name: host.name, state: 'warn', message: 'This server is not in its settings.' });
    const links = check?.fix?.match(/Or open (\w+):\S+$/);
    expect(links?.[1]).toBe({ Cursor: 'cursor', 'VS Code': 'vscode' }[host.name]);
    expect(check?.fix?.includes('If its bundle is installed')).toBe(host.name === 'Claude Desktop');
    const added = host.document(launchHere(machine, false));
    const pasted = host.command ? writeSettings(added, 'json') : (check?.snippet ?? '');
    writeFileSync(path, pasted.replace(KEY_PLACEHOLDER, KEY));
    expect(await examine()).toEqual([expect.objectContaining({ name: host.name, state: 'ok' })]);
  });
});

describe('what stands in a host’s settings', () => {
  const desktop = hostNamed('Claude Desktop');

  it('is not missed in a project, by the package’s name, or under another name', async () => {
    const entry = { command: process.execPath, args: [CLI], env: { SKILLBOSS_WHOLESALE_KEY: KEY } };
    const zed = { context_servers: { video: { command: { path: process.execPath, args: [CLI], env: entry.env } } } };
    const checks = await said({
      '.claude.json': JSON.stringify({ projects: { '/a': { mcpServers: { mine: entry } }, '/b': null } }),
      'project/.mcp.json': JSON.stringify({ mcpServers: { other: entry } }),
      'project/.cursor/mcp.json': JSON.stringify({
        mcpServers: { a: { ...entry, command: 'npx', args: ['-y', 'shotstack-template-mcp@latest'] } },
      }),
      '.config/zed/settings.json': JSON.stringify(zed),
    });
    expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'Claude Code ok',
      'Claude Code ok',
      'Cursor ok',
      'Zed ok',
    ]);
  });

  it('is not taken for this server when only a folder of its has the name', async () => {
    const files = {
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-filesystem', '/home/me/shotstack-template-mcp'],
    };
    const text = JSON.stringify({ mcpServers: { files } });
    expect(await said({ [settingsPath(desktop.name)]: text })).toMatchObject([
      { state: 'warn', message: expect.stringContaining('not in its settings') },
    ]);
  });

  it.each<[string, object, string, string]>([
    ['no command', { ...RIGHT, command: undefined }, 'fail', 'no command'],
    ['a command that is gone', { ...RIGHT, command: '/gone/node' }, 'fail', 'its command does not exist'],
    ['a command that is nowhere', { ...RIGHT, command: 'nodule' }, 'fail', 'not on the PATH'],
    ['a relative command', { ...RIGHT, command: './node' }, 'fail', 'relative path'],
    ['a command that needs a PATH', { ...RIGHT, command: 'node' }, 'warn', 'no absolute path'],
    ['a file that is gone', { ...RIGHT, args: ['/gone/dist/cli.js'] }, 'fail', 'the file it starts does not exist'],
    ['a relative file', { ...RIGHT, args: ['dist/cli.js'] }, 'fail', 'the path of the file it starts is relative'],
    ['no key', { ...RIGHT, env: {} }, 'warn', 'it has no key'],
    [
      'the placeholder for the key',
      { ...RIGHT, env: { SKILLBOSS_WHOLESALE_KEY: KEY_PLACEHOLDER } },
      'fail',
      'SKILLBOSS_WHOLESALE_KEY cannot be used',
    ],
    [
      'a setting that cannot be used',
      { ...RIGHT, env: { ...RIGHT.env, SHOTSTACK_MCP_POLL_SECONDS: 'x' } },
      'fail',
      'SHOTSTACK_MCP_POLL_SECONDS cannot be used',
    ],
    ['a switch that is off', { ...RIGHT, disabled: true }, 'warn', 'switched off'],
  ])('with %s is told so, and what to change', async (_what, entry, state, message) => {
    expect(await saidOf(desktop, entry)).toEqual([
      expect.objectContaining({
        name: desktop.name,
        state,
        message: expect.stringContaining(message),
        fix: expect.any(String),
      }),
    ]);
  });

  it.each([
    ['--sandbox', { command: process.execPath, args: [CLI, '--sandbox'] }],
    ['the setting for it', { command: process.execPath, args: [CLI], env: { SHOTSTACK_MCP_SANDBOX: 'true' } }],
  ])('that says %s needs no key, and is told as a sandbox', async (_what, entry) => {
    expect(await saidOf(desktop, entry)).toMatchObject([
      { state: 'ok', message: expect.stringMatching(/, as a sandbox\.$/) },
    ]);
  });

  it.each([
    ['a key that the host fills in', { ...RIGHT, env: { SKILLBOSS_WHOLESALE_KEY: '$' + '{SKILLBOSS_WHOLESALE_KEY}' } }],
    ['a file with the key', { command: process.execPath, args: [CLI], envFile: '.env' }],
    ['a variable passed on', { command: process.execPath, args: [CLI], env_vars: ['SKILLBOSS_WHOLESALE_KEY'] }],
  ])('with %s needs no key', async (_what, entry) => {
    expect(await saidOf(desktop, entry)).toMatchObject([{ state: 'ok' }]);
  });

  it.each([
    ['Codex', { tool_timeout_sec: 30 }, 'warn'],
    ['Codex', { tool_timeout_sec: 60 }, 'ok'],
    ['Gemini CLI', { timeout: 30_000 }, 'warn'],
    ['Gemini CLI', { timeout: 60_000 }, 'ok'],
    ['Claude Code', { timeout: 5_000 }, 'warn'],
    ['Zed', { timeout: 45 }, 'warn'],
  ])('of %s with %j is weighed against the longest call', async (name, limit, state) => {
    const checks = await saidOf(hostNamed(name), { ...RIGHT, ...limit });
    expect(checks).toMatchObject([{ name, state }]);
    if (state === 'warn') expect(checks[0]?.fix).toMatch(/Set \w+ to 60(000)? or more/);
  });

  it.each([
    ['Claude Desktop', '{\n  "mcpServers": {,}\n}', 'JSON from line 2, column 18 on'],
    ['Claude Desktop', '{ "mcpServers": {} } // mine', 'JSON'],
    ['Claude Desktop', '', 'JSON'],
    ['Cursor', '{\n "mcpServers": [}', 'JSON from line 2, column 17 on'],
    ['Cursor', '[]', 'JSON'],
    ['Codex', '[mcp_servers.x]\ncommand = node', 'TOML from line 2'],
  ])('of %s that is %j is told to be malformed, and where', async (name, text, message) => {
    expect(await said({ [settingsPath(name)]: text })).toMatchObject([
      { name, state: 'fail', message: expect.stringContaining(`is not ${message}`) },
    ]);
  });

  it.each([
    ['VS Code', '// mine\n{ "servers": { /* none */ }, }'],
    ['Cursor', ''],
    ['Codex', ''],
    ['Claude Desktop', '\u{feff}{}'],
  ])('of %s may be %j', async (name, text) => {
    expect(await said({ [settingsPath(name)]: text })).toMatchObject([
      { name, state: 'warn', snippet: expect.any(String) },
    ]);
  });
});

it('folders that a variable moves are found there', async () => {
  const host = hostNamed('Codex');
  const home = scratch({ 'project/.keep': '', 'moved/config.toml': writeSettings(host.document(RIGHT), 'toml') });
  const machine = machineAt(home);
  machine.env.CODEX_HOME = join(home, 'moved');
  expect(await checkHosts(machine, launchHere(machine, false))).toMatchObject([{ name: 'Codex', state: 'ok' }]);
});

it('a computer without a host is told which are known', async () => {
  expect(await said({})).toMatchObject([
    { name: 'hosts', state: 'warn', fix: expect.stringContaining('Claude Desktop') },
  ]);
});
