import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { readAllowed } from '../../src/files/read.ts';
import { scratch } from '../support/folder.ts';

/** What reading a path comes to when one folder is allowed: the file's text, or the error's name. */
async function read(folder: string, path: string): Promise<string> {
  const folders = new AllowedFolders({ folders: [folder], home: null, dataDir: null });
  const bytes = readAllowed(folders, path, 1024);
  return bytes.then(String, (error: Error) => error.constructor.name);
}

const withDriveIn = (path: string, letter: 'upper' | 'lower'): string =>
  (letter === 'upper' ? path[0]?.toUpperCase() : path[0]?.toLowerCase()) + path.slice(1);

/** A path with the 8.3 name of its last part, or as it is on a disk that has none. */
function shortPath(path: string): string {
  const [folder, name] = [dirname(path), basename(path)];
  const listed = execFileSync('cmd', ['/d', '/u', '/c', 'dir', '/x', '/a', folder], { encoding: 'utf16le' });
  const row = listed.split(/\r?\n/).find(line => line.endsWith(` ${name}`));
  const [, short = name] = /\s(\S*~\S*)\s/.exec(row ?? '') ?? [];
  return join(folder, short);
}

test.each([
  ['the drive letter in lower case', (path: string) => withDriveIn(path, 'lower')],
  ['the drive letter in upper case', (path: string) => withDriveIn(path, 'upper')],
  ['slashes', (path: string) => path.replaceAll('\\', '/')],
  ['another case', (path: string) => path.replace('Allowed', 'ALLOWED').replace('a.json', 'A.JSON')],
  ['a file URL', (path: string) => `file:///${path.replaceAll('\\', '/')}`],
  ['the prefix \\\\?\\', (path: string) => `\\\\?\\${path}`],
  ['blanks and letters beyond ASCII', (path: string) => path.replace('a.json', 'größe 用户.json')],
])('a path with %s is read in its allowed folder', async (_, spell) => {
  const root = scratch({ 'Allowed/a.json': 'a', 'Allowed/größe 用户.json': 'a' });
  expect(await read(join(root, 'Allowed'), spell(join(root, 'Allowed', 'a.json')))).toBe('a');
});

test.each([
  ['the drive letter in lower case', (path: string) => withDriveIn(path, 'lower')],
  ['slashes', (path: string) => path.replaceAll('\\', '/')],
  ['another case', (path: string) => path.toUpperCase()],
  ['the prefix \\\\?\\', (path: string) => `\\\\?\\${path}`],
  ['a separator at its end', (path: string) => `${path}\\`],
  ['its 8.3 name', shortPath],
])('an allowed folder that is set with %s is read from', async (_, spell) => {
  const root = scratch({ 'Ämter 用户/a.json': 'a', 'outside/a.json': 'secret' });
  const folder = spell(join(root, 'Ämter 用户'));
  expect(await read(folder, join(root, 'Ämter 用户', 'a.json'))).toBe('a');
  expect(await read(folder, join(root, 'outside', 'a.json'))).toMatch(/Failure$/);
});

test('a file that is given by its 8.3 name is judged by its own', async () => {
  const root = scratch({ 'allowed/a long name.json': 'a', 'allowed/.env of production': 'secret' });
  const folder = join(root, 'allowed');
  expect(await read(folder, shortPath(join(folder, 'a long name.json')))).toBe('a');
  expect(await read(folder, shortPath(join(folder, '.env of production')))).toMatch(/Failure$/);
});

test('a path of more than 260 characters is read in its allowed folder', async () => {
  const root = scratch();
  const deep = join(root, ...Array.from({ length: 8 }, () => 'x'.repeat(40)));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'a.json'), 'a');
  expect(await read(root, join(deep, 'a.json'))).toBe('a');
});

test.each([
  'NUL',
  'nul.json',
  'CON',
  'a.json:stream',
  'a.json::$DATA',
  'a.json.',
  'a.json ',
  '..\\outside\\a.json',
  '../outside/a.json',
  '..\\allowed-too\\a.json',
  '..\\allowed.\\..\\outside\\a.json',
])('%j in an allowed folder is refused', async name => {
  const root = scratch({ 'allowed/a.json': 'a', 'outside/a.json': 'secret', 'allowed-too/a.json': 'secret' });
  expect(await read(join(root, 'allowed'), `${join(root, 'allowed')}\\${name}`)).toMatch(/Failure$/);
});

test.each([
  (path: string) => `\\\\.\\${path}`,
  (path: string) => `\\\\localhost\\${path[0]}$${path.slice(2)}`,
  (path: string) => `\\\\?\\UNC\\localhost\\${path[0]}$${path.slice(2)}`,
  (path: string) => path.slice(2),
])('a file outside the allowed folder is refused under the %#th other name of its path', async spell => {
  const root = scratch({ 'allowed/a.json': 'a', 'outside/a.json': 'secret' });
  expect(await read(join(root, 'allowed'), spell(join(root, 'outside', 'a.json')))).toMatch(/Failure$/);
});

test('a junction is followed only as far as it stays inside', async () => {
  const root = scratch({ 'allowed/in/a.json': 'a', 'outside/a.json': 'secret' });
  symlinkSync(join(root, 'outside'), join(root, 'allowed', 'out'), 'junction');
  symlinkSync(join(root, 'allowed', 'in'), join(root, 'allowed', 'alias'), 'junction');
  expect(await read(join(root, 'allowed'), join(root, 'allowed', 'out', 'a.json'))).toMatch(/Failure$/);
  expect(await read(join(root, 'allowed'), join(root, 'allowed', 'alias', 'a.json'))).toBe('a');
});
