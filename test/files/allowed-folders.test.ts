import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ArgumentsFailure, SurroundingsFailure } from '../../src/base/failure.ts';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { readAllowed } from '../../src/files/read.ts';
import { scratch } from '../support/folder.ts';

const OUTSIDE = 'not_allowed';
const HIDDEN = 'private_name';
const SYMBOLIC_LINK = 'symbolic_link';
const CAP = 64;

/** Both ways of finding out where an open file stands. */
const WAYS: [string, boolean][] = [
  ['by what stands at the real path', false],
  ['by descriptor', true],
];

/** What a path leads to: its contents, or why it leads to nothing. */
async function contents(folders: AllowedFolders, given: string): Promise<string> {
  try {
    return (await readAllowed(folders, given, CAP)).toString();
  } catch (error) {
    if (error instanceof SurroundingsFailure) return `refused: ${error.facts.reason}`;
    if (error instanceof ArgumentsFailure) return `unfit: ${error.facts.issues[0]?.message}`;
    throw error;
  }
}

describe.each(WAYS)('readAllowed, judging %s', (_, byDescriptor) => {
  const allowing = (...folders: string[]) => new AllowedFolders({ folders, home: null, dataDir: null, byDescriptor });
  const read = (folder: string, path: string): Promise<string> => contents(allowing(folder), path);

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
    expect(await contents(allowing(), join(folder, 'a.json'))).toBe('refused: none_allowed');
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

  test('refuses a folder swapped for a symbolic link at any moment', async () => {
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
    // Some reads met the swap, or the test proves nothing.
    expect([...seen.keys()].filter(text => text !== 'mine')).not.toEqual([]);
  });

  test('refuses a pipe without waiting for its writer', async () => {
    const folder = scratch();
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    expect(await read(folder, join(folder, 'pipe.json'))).toBe('refused: not_a_file');
  });

  test('refuses a socket', async () => {
    const folder = scratch();
    const server = createServer().listen(join(folder, 's.json'));
    onTestFinished(() => void server.close());
    await new Promise(listening => server.once('listening', listening));
    expect(await read(folder, join(folder, 's.json'))).toBe('refused: not_a_file');
  });

  test.each([
    ['/dev', '/dev/zero'],
    ['/proc', '/proc/self/environ'],
    ['/', '/proc/self/environ'],
    ['/', '/dev/zero'],
    ['/sys', '/sys/kernel/notes'],
  ])('refuses what the system keeps under %s, even if that is allowed: %s', async (folder, path) => {
    expect(await read(folder, path)).toBe(`refused: ${OUTSIDE}`);
  });

  test('reports a folder as no file, and a missing file as missing', async () => {
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
  ])('allows %s', async name => {
    const folder = scratch({ [name]: 'fine' });
    expect(await read(folder, join(folder, name))).toBe('fine');
  });

  test('takes an allowed folder that is itself hidden', async () => {
    const root = scratch({ '.studio/a.json': 'a' });
    expect(await read(join(root, '.studio'), join(root, '.studio/a.json'))).toBe('a');
    expect(await contents(allowing(root, join(root, '.studio')), join(root, '.studio/a.json'))).toBe('a');
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
    const folders = allowing(join(root, 'allowed'));
    renameSync(join(root, 'allowed'), join(root, 'away'));
    expect(await contents(folders, join(root, 'allowed/a.json'))).toBe('unfit: There is no such file.');
    mkdirSync(join(root, 'allowed'));
    writeFileSync(join(root, 'allowed/a.json'), 'new');
    expect(await contents(folders, join(root, 'allowed/a.json'))).toBe('new');
    rmSync(join(root, 'allowed'), { recursive: true });
  });
});

describe('the folder of the job store', () => {
  const store = () => {
    const root = scratch({
      'allowed/data/jobs.sqlite': 'store',
      'allowed/data/jobs.sqlite-wal': '',
      'allowed/a.json': 'a',
    });
    const folder = join(root, 'allowed');
    const folders = new AllowedFolders({ folders: [folder], home: null, dataDir: join(folder, 'data') });
    return { folder, read: (name: string) => contents(folders, join(folder, name)) };
  };

  test('is closed to every tool, its own files by any path and name', async () => {
    const { folder, read } = store();
    linkSync(join(folder, 'data/jobs.sqlite'), join(folder, 'picture.png'));
    symlinkSync(join(folder, 'data'), join(folder, 'elsewhere'));
    for (const name of ['data/jobs.sqlite', 'data/jobs.sqlite-wal', 'data', 'picture.png', 'elsewhere/jobs.sqlite'])
      expect(await read(name)).toBe('refused: data_folder');
    expect(await read('a.json')).toBe('a');
  });
});

describe('names that look the same', () => {
  const NFD = 'Ame\u0301lie.png';
  const SCREENSHOT = 'Screenshot 2026-11-24 at 3.05.12\u202fPM.png';
  const read = (folder: string, ...names: string[]) =>
    contents(new AllowedFolders({ folders: [folder], home: null, dataDir: null }), join(folder, ...names));

  test('lead to the one file that is there', async () => {
    const folder = scratch({ [NFD]: 'nfd', [SCREENSHOT]: 'shot', 'cafe\u0301/a\u00a0b/c.json': 'deep' });
    expect(await read(folder, NFD.normalize('NFC'))).toBe('nfd');
    expect(await read(folder, SCREENSHOT.replace('\u202f', ' '))).toBe('shot');
    expect(await read(folder, SCREENSHOT.replace('\u202f', '\u00a0'))).toBe('shot');
    expect(await read(folder, 'caf\u00e9', 'a b', 'c.json')).toBe('deep');
    expect(await read(folder, 'Amelie.png')).toBe('unfit: There is no such file.');
  });

  test('lead to the exact one where there are two', async () => {
    const folder = scratch({ [NFD]: 'nfd', [NFD.normalize('NFC')]: 'nfc' });
    expect(await read(folder, NFD)).toBe('nfd');
    expect(await read(folder, NFD.normalize('NFC'))).toBe('nfc');
  });

  test('are listed where two look like the one given', async () => {
    const folder = scratch({ 'a\u00a0b.png': 'one', 'a\u202fb.png': 'two' });
    const folders = new AllowedFolders({ folders: [folder], home: null, dataDir: null });
    const given = join(folder, 'a b.png');
    await expect(readAllowed(folders, given, CAP)).rejects.toMatchObject({
      code: 'invalid_arguments',
      facts: {
        issues: [
          {
            allowed: expect.arrayContaining([join(folder, 'a\u00a0b.png'), join(folder, 'a\u202fb.png')]),
          },
        ],
      },
    });
  });

  test('count for the allowed folder’s own name too', async () => {
    const root = scratch({ 'Vide\u0301os/a.json': 'a' });
    const folders = new AllowedFolders({ folders: [join(root, 'Vide\u0301os')], home: null, dataDir: null });
    expect(await contents(folders, join(root, 'Vid\u00e9os/a.json'))).toBe('a');
    expect(await contents(folders, join(root, 'Videos/a.json'))).toBe('refused: not_allowed');
  });

  test('are not looked for outside, through a symbolic link', async () => {
    const root = scratch({ 'allowed/x.json': 'x', [`outside/${NFD}`]: 'secret' });
    symlinkSync(join(root, 'outside'), join(root, 'allowed/out'));
    expect(await read(join(root, 'allowed'), 'out', NFD.normalize('NFC'))).toBe('unfit: There is no such file.');
  });
});

test('~ means the home folder, and nothing without one', async () => {
  const home = scratch({ 'videos/a.json': 'a' });
  const folders = [join(home, 'videos')];
  expect(await contents(new AllowedFolders({ folders, home, dataDir: null }), '~/videos/a.json')).toBe('a');
  expect(await contents(new AllowedFolders({ folders, home: null, dataDir: null }), '~/videos/a.json')).toBe(
    'unfit: Give an absolute path.',
  );
});
