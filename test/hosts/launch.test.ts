import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../src/base/version.ts';
import { launchHere, launchInProject, shellCommand, snippetFor, temporaryInstall } from '../../src/hosts/launch.ts';
import type { Machine } from '../../src/hosts/machine.ts';
import { CLI } from '../support/command.ts';
import { scratch } from '../support/folder.ts';
import { hostNamed, machineAt } from '../support/machine.ts';

const machine = (changes: Partial<Machine>): Machine => ({ ...machineAt('/home/me'), env: {}, ...changes });

describe('the launch of this installation', () => {
  it('names Node and the file by absolute paths', () => {
    expect(launchHere(machine({ entry: '/opt/s/dist/cli.js' }))).toEqual({
      command: process.execPath,
      args: ['/opt/s/dist/cli.js'],
    });
  });

  it('starts without a PATH, as launchd and the Dock do', () => {
    const { command, args } = launchHere(machine({ entry: CLI }));
    expect(String(execFileSync(command, [...args, 'version'], { env: {} }))).toContain(VERSION);
  });

  it('prefers a link on the PATH, which outlives a version, but none of one shell', () => {
    const home = scratch({ 'node/22.1.0/node': '' });
    const node = join(home, 'node/22.1.0/node');
    const [passing, lasting] = [join(home, 'fnm_multishells/1'), join(home, 'bin')];
    for (const folder of [passing, lasting]) {
      mkdirSync(folder, { recursive: true });
      symlinkSync(node, join(folder, 'node'));
    }
    const env = { PATH: [passing, lasting].join(delimiter) };
    expect(launchHere(machine({ node, env })).command).toBe(join(lasting, 'node'));
    expect(launchHere(machine({ node, env: { PATH: passing } })).command).toBe(node);
  });

  it('in a project is relative where the package is installed in it', () => {
    const home = scratch({ 'project/node_modules/s/dist/cli.js': '' });
    const vendored = { ...machineAt(home), entry: join(home, 'project/node_modules/s/dist/cli.js') };
    expect(launchInProject(hostNamed('codex'), vendored)).toEqual({
      command: 'node',
      args: ['node_modules/s/dist/cli.js'],
    });
    const args = ['$' + '{workspaceFolder}/node_modules/s/dist/cli.js'];
    expect(launchInProject(hostNamed('vs-code'), vendored)?.args).toEqual(args);
    expect(launchInProject(hostNamed('codex'), machineAt(home))).toBeNull();
  });
});

it.each([
  ['/home/me/.npm/_npx/1a2b/node_modules/s/dist/cli.js', 'npx'],
  ['C:\\npm\\_npx\\1a\\node_modules\\s\\dist\\cli.js', 'npx'],
  ['/home/me/tmp/s/dist/cli.js', 'temporary'],
  ['/home/me/tmpfiles/s/dist/cli.js', null],
  ['/opt/s/dist/cli.js', null],
])('an installation at %s is said to pass: %s', (entry, place) => {
  expect(temporaryInstall(machine({ entry: normalize(entry) }))).toBe(place);
});

it('an installation in a folder for temporary files that is a link, as /tmp is on macOS, is said to pass', () => {
  const home = scratch({ 'private/tmp/s/dist/cli.js': '' });
  symlinkSync(join(home, 'private/tmp'), join(home, 'tmp'));
  const entry = join(home, 'private/tmp/s/dist/cli.js');
  expect(temporaryInstall(machine({ entry, temporary: join(home, 'tmp') }))).toBe('temporary');
});

describe('the snippet', () => {
  const launch = { command: '/usr/bin/node', args: ['/opt/s/dist/cli.js'] };

  it('of Codex is TOML with a place for the key', () => {
    expect(snippetFor(hostNamed('codex'), launch, false)).toBe(`[mcp_servers.shotstack-template]
command = "/usr/bin/node"
args = [ "/opt/s/dist/cli.js" ]

[mcp_servers.shotstack-template.env]
SKILLBOSS_WHOLESALE_KEY = "your wholesale key"`);
  });

  it('of VS Code lets VS Code ask for the key', () => {
    const { inputs, servers } = JSON.parse(snippetFor(hostNamed('vs-code'), launch, false));
    const { env } = servers['shotstack-template'];
    expect(env).toEqual({ SKILLBOSS_WHOLESALE_KEY: `\${input:${inputs[0].id}}` });
  });

  it('of OpenCode has one list of words, and another name for the environment', () => {
    expect(JSON.parse(snippetFor(hostNamed('opencode'), launch, false)).mcp['shotstack-template']).toEqual({
      type: 'local',
      command: ['/usr/bin/node', '/opt/s/dist/cli.js'],
      environment: { SKILLBOSS_WHOLESALE_KEY: 'your wholesale key' },
    });
  });

  it('of JetBrains’ Copilot shortens the wait to what the host allows', () => {
    const { env } = JSON.parse(snippetFor(hostNamed('jetbrains-copilot'), launch, true)).servers['shotstack-template'];
    expect(env).toEqual({ SHOTSTACK_MCP_MAX_WAIT_SECONDS: '25' });
  });

  it('for the sandbox has the argument and no key', () => {
    const { args, env } = JSON.parse(snippetFor(hostNamed('cursor'), launch, true)).mcpServers['shotstack-template'];
    expect({ args, env }).toEqual({ args: ['/opt/s/dist/cli.js', '--sandbox'], env: undefined });
  });
});

it('a command to type has quotes around a path with spaces', () => {
  expect(shellCommand(machine({ entry: '/a b/cli.js' }), 'setup', 'zed')).toBe('node "/a b/cli.js" setup zed');
});
