import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { readAllowed } from '../../src/files/read.ts';
import { scratch } from './scratch.ts';

const OUTSIDE = 'It is not in one of the folders that are allowed.';
const HIDDEN = 'Hidden files and folders, and those named like a key or a password, are never used.';
const SYMBOLIC_LINK = 'It is a symbolic link.';
const CAP = 64;

const linux = process.platform === 'linux';
/** Both ways of finding out where an open file stands, as far as this system has them. */
const WAYS = [
  ['by what stands at the real path', false] as const,
  ...(linux ? [['by descriptor', true] as const] : []),
];

describe.each(WAYS)('readAllowed, judging %s', (_, byDescriptor) => {
  const read = async (folder: string, path: string): Promise<string> => {
    const found = await readAllowed(new AllowedFolders([folder], byDescriptor), path, CAP);
    return 'bytes' in found ? found.bytes.toString() : `${found.refused ? 'refused' : 'unfit'}: ${found.problem}`;
  };

  test('reads a file in an allowed folder and below it', async () => {
    const folder = scratch({ 'a.json': 'top', 'sub/folder/b.json': 'below', 'with space and ü.json': 'odd name' });
    expect(await read(folder, join(folder, 'a.json'))).toBe('top');
    expect(await read(folder, join(folder, 'sub/folder/b.json'))).toBe('below');
    expect(await read(folder, join(folder, 'with space and ü.json'))).toBe('odd name');
    expect(await read(folder, `file://${folder}/a.json`)).toBe('top');
    expect(await read(`${folder}/`, join(folder, 'a.json'))).toBe('top');
  });

  test('reads through a folder that is allowed by a symbolic link to it', async () => {
    const folder = scratch({ 'real/a.json': 'a' });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    expect(await read(join(folder, 'link'), join(folder, 'link/a.json'))).toBe('a');
    expect(await read(join(folder, 'link'), join(folder, 'real/a.json'))).toBe('a');
  });

  test('refuses everything while no folder is allowed', async () => {
    const folder = scratch({ 'a.json': 'a' });
    const found = await readAllowed(new AllowedFolders([], byDescriptor), join(folder, 'a.json'), CAP);
    expect(found).toEqual({ problem: 'No folder is allowed so far.', refused: true });
  });

  test.each([
    ['another folder', '../outside/secret.json'],
    ['traversal through a folder that is there', 'sub/../../outside/secret.json'],
    ['traversal through one that is not', 'no/such/../../../../outside/secret.json'],
    ['a sibling with the same beginning', '../allowed-evil/secret.json'],
    ['the folder’s name in another case', '../ALLOWED/secret.json'],
    ['the folder’s name with a dot behind', '../allowed./secret.json'],
    ['the folder’s name with a space behind', '../allowed /secret.json'],
  ])('refuses %s', async (_, path) => {
    const root = scratch({
      'allowed/sub/a.json': 'a',
      'outside/secret.json': 'secret',
      'allowed-evil/secret.json': 'secret',
      'ALLOWED/secret.json': 'secret',
      'allowed./secret.json': 'secret',
      'allowed /secret.json': 'secret',
    });
    expect(await read(join(root, 'allowed'), `${root}/allowed/${path}`)).toBe(`refused: ${OUTSIDE}`);
  });

  test('refuses traversal that a URL spells with escapes', async () => {
    const root = scratch({ 'allowed/a.json': 'a', 'outside/secret.json': 'secret' });
    const url = `file://${root}/allowed/%2e%2e/outside/secret.json`;
    expect(await read(join(root, 'allowed'), url)).toBe(`refused: ${OUTSIDE}`);
    expect(await read(join(root, 'allowed'), `file://${root}/allowed/..%2foutside/secret.json`)).toBe(
      'unfit: Give an absolute path.',
    );
    expect(await read(join(root, 'allowed'), `file://elsewhere${root}/allowed/a.json`)).toBe(
      'unfit: Give an absolute path.',
    );
  });

  test('refuses a symbolic link at the end, wherever it leads', async () => {
    const root = scratch({ 'allowed/a.json': 'a', 'outside/secret.json': 'secret' });
    symlinkSync(join(root, 'outside/secret.json'), join(root, 'allowed/out.json'));
    symlinkSync(join(root, 'allowed/a.json'), join(root, 'allowed/in.json'));
    symlinkSync(join(root, 'nowhere'), join(root, 'allowed/dangling.json'));
    for (const name of ['out', 'in', 'dangling'])
      expect(await read(join(root, 'allowed'), join(root, `allowed/${name}.json`))).toBe(`refused: ${SYMBOLIC_LINK}`);
  });

  test('follows a symbolic link on the way only as far as it stays inside', async () => {
    const root = scratch({ 'allowed/sub/a.json': 'a', 'outside/secret.json': 'secret' });
    symlinkSync(join(root, 'outside'), join(root, 'allowed/out'));
    symlinkSync(join(root, 'allowed/sub'), join(root, 'allowed/in'));
    expect(await read(join(root, 'allowed'), join(root, 'allowed/out/secret.json'))).toBe(`refused: ${OUTSIDE}`);
    expect(await read(join(root, 'allowed'), join(root, 'allowed/in/a.json'))).toBe('a');
  });

  test('refuses a folder swapped for a symbolic link, at whatever moment that happens', async () => {
    const root = scratch({ 'allowed/sub/a.json': 'mine', 'outside/a.json': 'secret' });
    const swapper = new Worker(
      `const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
       const [sub, away, outside] = require('node:worker_threads').workerData;
       for (;;) { renameSync(sub, away); symlinkSync(outside, sub); unlinkSync(sub); renameSync(away, sub); }`,
      { eval: true, workerData: ['allowed/sub', 'allowed/away', 'outside'].map(name => join(root, name)) },
    );
    onTestFinished(() => void swapper.terminate());
    const seen = new Map<string, number>();
    for (let i = 0; i < 300; i++) {
      const found = await Promise.all(
        Array.from({ length: 8 }, () => read(join(root, 'allowed'), join(root, 'allowed/sub/a.json'))),
      );
      for (const text of found) seen.set(text, (seen.get(text) ?? 0) + 1);
    }
    await swapper.terminate();
    expect(seen.get('secret')).toBeUndefined();
    const [sub, away] = [join(root, 'allowed/sub'), join(root, 'allowed/away')];
    if (existsSync(away)) {
      rmSync(sub, { force: true });
      renameSync(away, sub);
    }
    expect(await read(join(root, 'allowed'), join(sub, 'a.json'))).toBe('mine');
    // The swap was met in the act, or the test shows nothing.
    expect([...seen.keys()].filter(text => text !== 'mine')).not.toEqual([]);
  });

  test('refuses a pipe without waiting for its writer', async () => {
    const folder = scratch();
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    expect(await read(folder, join(folder, 'pipe.json'))).toBe('refused: It is not an ordinary file.');
  });

  test('refuses a socket', async () => {
    const folder = scratch();
    const server = createServer().listen(join(folder, 's.json'));
    onTestFinished(() => void server.close());
    await new Promise(listening => server.once('listening', listening));
    expect(await read(folder, join(folder, 's.json'))).toBe('refused: It is not an ordinary file.');
  });

  test.runIf(linux).each([
    ['/dev', '/dev/zero'],
    ['/proc', '/proc/self/environ'],
    ['/', '/proc/self/environ'],
    ['/', '/dev/zero'],
    ['/sys', '/sys/kernel/notes'],
  ])('refuses what the system keeps under %s, even if that is allowed: %s', async (folder, path) => {
    expect(await read(folder, path)).toBe(`refused: ${OUTSIDE}`);
  });

  test('tells that a folder is no file, and that nothing is there', async () => {
    const folder = scratch({ 'sub/a.json': 'a' });
    expect(await read(folder, join(folder, 'sub'))).toBe('unfit: It is a folder, not a file.');
    for (const path of ['none.json', 'none/a.json', 'sub/a.json/b', `${'x'.repeat(300)}.json`])
      expect(await read(folder, join(folder, path))).toBe('unfit: There is no such file.');
  });

  test.each(['', 'a.json', './a.json', '../a.json', '\0', '/a\0b', `/${'x'.repeat(5000)}`])(
    'takes no path such as %j',
    async path => {
      expect(await read(scratch(), path)).toBe('unfit: Give an absolute path.');
    },
  );

  test.each([
    '.env',
    '.git/config',
    'sub/.hidden/a.json',
    '.a.json',
    'id_rsa',
    'id_ed25519.pub',
    'server.pem',
    'server.KEY',
    'store.p12',
    'prod.env',
    'credentials',
    'Credentials.json',
    'secrets.yaml',
    'secrets/a.json',
    'client_secret_1.json',
    'service-account.json',
    'tokens.json',
    'server.pem.',
    'server.key ',
    'server.key:stream',
    'passwords.txt',
  ])('refuses what is hidden or named like a key: %s', async name => {
    const folder = scratch({ [name]: 'secret' });
    expect(await read(folder, join(folder, name))).toBe(`refused: ${HIDDEN}`);
  });

  test.each([
    'template.json',
    'keynote.json',
    'monkey.png',
    'a.env.json',
    'tokenized.json',
    'my secret garden.json',
    'key.json',
    'a..b.json',
  ])('has nothing against %s', async name => {
    const folder = scratch({ [name]: 'fine' });
    expect(await read(folder, join(folder, name))).toBe('fine');
  });

  test('takes an allowed folder that is itself hidden', async () => {
    const root = scratch({ '.studio/a.json': 'a' });
    expect(await read(join(root, '.studio'), join(root, '.studio/a.json'))).toBe('a');
    const both = new AllowedFolders([root, join(root, '.studio')], byDescriptor);
    expect(await readAllowed(both, join(root, '.studio/a.json'), CAP)).toHaveProperty('bytes');
  });

  test('takes a file of just the most that is allowed, and none that is larger', async () => {
    const folder = scratch({ full: 'x'.repeat(CAP), over: 'x'.repeat(CAP + 1), empty: '' });
    expect(await read(folder, join(folder, 'full'))).toBe('x'.repeat(CAP));
    expect(await read(folder, join(folder, 'over'))).toMatch(/^unfit: It is larger than/);
    expect(await read(folder, join(folder, 'empty'))).toBe('');
  });

  test('judges a hard link by the name under which it was asked for', async () => {
    const root = scratch({ 'allowed/a.json': 'a' });
    mkdirSync(join(root, 'outside'));
    linkSync(join(root, 'allowed/a.json'), join(root, 'outside/b.json'));
    expect(await read(join(root, 'allowed'), join(root, 'outside/b.json'))).toBe(`refused: ${OUTSIDE}`);
    expect(await read(join(root, 'allowed'), join(root, 'allowed/a.json'))).toBe('a');
  });

  test('looks again at what is allowed at every call', async () => {
    const root = scratch({ 'allowed/a.json': 'a', 'outside/a.json': 'secret' });
    const folders = new AllowedFolders([join(root, 'allowed')], byDescriptor);
    renameSync(join(root, 'allowed'), join(root, 'away'));
    expect(await readAllowed(folders, join(root, 'allowed/a.json'), CAP)).toMatchObject({
      problem: 'There is no such file.',
    });
    mkdirSync(join(root, 'allowed'));
    writeFileSync(join(root, 'allowed/a.json'), 'new');
    expect(await readAllowed(folders, join(root, 'allowed/a.json'), CAP)).toEqual({ bytes: Buffer.from('new') });
    rmSync(join(root, 'allowed'), { recursive: true });
  });
});
