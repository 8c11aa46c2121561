import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../src/doctor/check.ts';
import { launchHere } from '../../src/doctor/launch.ts';
import { snippetFor } from '../../src/doctor/snippets.ts';
import { scratch } from '../files/scratch.ts';
import { hostNamed, machineAt } from './machine.ts';

const machine = (changes: Partial<Machine>): Machine => ({ ...machineAt('/home/me'), env: {}, ...changes });

describe('how hosts are to start this installation', () => {
  it('names Node and the file by absolute paths, with a place for the key', () => {
    expect(launchHere(machine({ entry: '/opt/s/dist/cli.js' }), false)).toEqual({
      command: process.execPath,
      args: ['/opt/s/dist/cli.js'],
      env: { SKILLBOSS_WHOLESALE_KEY: 'your wholesale key' },
    });
  });

  it('as a sandbox has the argument and no key', () => {
    expect(launchHere(machine({ entry: '/opt/s/dist/cli.js' }), true)).toEqual({
      command: process.execPath,
      args: ['/opt/s/dist/cli.js', '--sandbox'],
    });
  });

  it.skipIf(process.platform === 'win32')(
    'prefers a link on the PATH, which outlives a version, but none of one shell',
    () => {
      const home = scratch({ 'node/22.1.0/node': '' });
      const node = join(home, 'node/22.1.0/node');
      const [passing, lasting] = [join(home, 'fnm_multishells/1'), join(home, 'bin')];
      for (const folder of [passing, lasting]) {
        mkdirSync(folder, { recursive: true });
        symlinkSync(node, join(folder, 'node'));
      }
      const env = { PATH: [passing, lasting].join(':') };
      expect(launchHere(machine({ node, env }), true).command).toBe(join(lasting, 'node'));
      expect(launchHere(machine({ node, env: { PATH: passing } }), true).command).toBe(node);
    },
  );

  it.each<[NodeJS.Platform, string, object]>([
    [
      'linux',
      '/home/me/.npm/_npx/1a2b/node_modules/s/dist/cli.js',
      { command: 'npx', args: ['-y', 'shotstack-template-mcp'] },
    ],
    [
      'win32',
      'C:\\npm\\_npx\\1a\\node_modules\\s\\dist\\cli.js',
      { command: 'cmd', args: ['/c', 'npx', '-y', 'shotstack-template-mcp'] },
    ],
  ])('on %s goes through npx where npx has fetched it', (platform, entry, launch) => {
    expect(launchHere(machine({ platform, entry, node: '/gone/node' }), false)).toMatchObject(launch);
  });
});

describe('the command for Claude Code', () => {
  const launch = { command: '/opt/my node/node', args: ["/it's/cli.js"] };

  it.each<[NodeJS.Platform, string]>([
    ['linux', `claude mcp add --scope user shotstack-template -- '/opt/my node/node' '/it'\\''s/cli.js'`],
    ['win32', `claude mcp add --scope user shotstack-template -- "/opt/my node/node" "/it's/cli.js"`],
  ])('on %s can be pasted whatever the paths', (platform, command) => {
    expect(snippetFor(hostNamed('Claude Code'), launch, platform)).toBe(command);
  });
});
