import { posix, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isPath, toPath } from '../../src/files/path-argument.ts';
import { isDeviceName, isInside, isSpecialWindowsPath, normalizeName, withoutPrefix } from '../../src/files/paths.ts';
import { SAMPLES } from './samples.ts';

const LINUX = { path: posix, home: '/home/ada' };
const WINDOWS = { path: win32, home: 'C:\\Users\\Ada Böll' };

describe('isPath', () => {
  test.each([
    '/a/b.png',
    '~/b.png',
    '~\\b.png',
    'file:///a/b.png',
    'FILE:///a/b.png',
    '/9j/frame.jpg',
    '/9j/frames (1)/a',
  ])('takes %s for a path', given => {
    expect(isPath(given)).toBe(true);
  });

  test.each(Object.entries(SAMPLES))('takes a %s in base64 for none', (_, bytes) => {
    expect(isPath(bytes.toString('base64'))).toBe(false);
    expect(isPath(`data:image/png;base64,${bytes.toString('base64')}`)).toBe(false);
  });

  test('takes a JPEG in base64 with line breaks for none, though it begins with a slash', () => {
    const base64 = Buffer.concat([SAMPLES.jpeg, Buffer.alloc(300, 7)]).toString('base64');
    expect(base64).toMatch(/^\/9j\//);
    expect(isPath(base64.replace(/(.{76})/g, '$1\r\n'))).toBe(false);
  });

  test('takes what is too long for a path for none', () => {
    expect(isPath(`/${'A'.repeat(5000)}`)).toBe(false);
  });
});

describe('toPath', () => {
  test.each([
    ['/a/./b/../c.json', '/a/c.json'],
    ['~/a.json', '/home/ada/a.json'],
    ['~/../../etc/passwd', '/etc/passwd'],
    ['file:///a%20b.json', '/a b.json'],
    ['a.json', null],
    ['file://host/a.json', null],
    ['/a\0.json', null],
    ['file:///a%00.json', null],
    [`/${'x'.repeat(5000)}`, null],
  ])('makes of %j the path %j', (given, path) => {
    expect(toPath(given, LINUX)).toBe(path);
  });

  test.each([
    ['C:\\a\\..\\b.json', 'C:\\b.json'],
    ['c:/a/b.json', 'c:\\a\\b.json'],
    ['\\\\server\\share\\a.json', '\\\\server\\share\\a.json'],
    ['\\\\?\\C:\\a\\b.json', 'C:\\a\\b.json'],
    ['\\\\?\\UNC\\server\\share\\a.json', '\\\\server\\share\\a.json'],
    ['//?/C:/a.json', 'C:\\a.json'],
    ['~\\videos\\a.json', 'C:\\Users\\Ada Böll\\videos\\a.json'],
    ['~/videos/a.json', 'C:\\Users\\Ada Böll\\videos\\a.json'],
    ['file:///C:/a%20b.json', 'C:\\a b.json'],
    ['file://server/share/a.json', '\\\\server\\share\\a.json'],
    ['C:a.json', null],
    ['a.json', null],
    [`C:\\${'long folder\\'.repeat(40)}a.json`, `C:\\${'long folder\\'.repeat(40)}a.json`],
  ])('makes of %j the path %j on Windows', (given, path) => {
    expect(toPath(given, WINDOWS)).toBe(path);
  });
});

describe('isInside', () => {
  test.each([
    ['C:\\Videos', 'c:\\videos\\a.json', true],
    ['C:\\Videos\\', 'C:\\Videos\\sub\\a.json', true],
    ['C:\\', 'C:\\a.json', true],
    ['\\\\Server\\Share', '\\\\server\\share\\a.json', true],
    ['C:\\Videos', 'C:\\Videos', true],
    ['C:\\Videos', 'C:\\Videos-evil\\a.json', false],
    ['C:\\Videos', 'D:\\Videos\\a.json', false],
    ['C:\\Kö', 'c:\\KÖ\\a.json', true],
    ['C:\\K', 'C:\\\u212a\\a.json', false],
    ['C:\\STRASSE', 'C:\\Straße\\a.json', false],
    ['C:\\Videos', '\\\\server\\C$\\Videos\\a.json', false],
  ])('on Windows, of %s and %s: %s', (folder, path, inside) => {
    expect(isInside(folder, path, win32)).toBe(inside);
  });

  test('heeds case on Linux, and the end of a name', () => {
    expect(isInside('/a', '/a/b', posix)).toBe(true);
    expect(isInside('/', '/a', posix)).toBe(true);
    expect(isInside('/a', '/A/b', posix)).toBe(false);
    expect(isInside('/a', '/ab', posix)).toBe(false);
  });
});

describe('Windows’ odd paths', () => {
  test.each([
    'C:\\a\\CON',
    'C:\\a\\nul.json',
    'C:\\AUX\\a.json',
    'C:\\a\\com1.txt',
    'C:\\a\\LPT².png',
    'C:\\a\\con .txt',
    'C:\\a\\CONIN$',
    'C:\\a\\key.pem.',
    'C:\\a\\key.pem ',
    'C:\\a.\\b.json',
    'C:\\a\\b.json:stream',
    'C:\\a\\b.json::$DATA',
    'C:\\a\\b?.json',
    '\\\\.\\PhysicalDrive0',
    '\\\\.\\C:\\a.json',
    '\\\\?\\GLOBALROOT\\a',
  ])('%s is one', path => expect(isSpecialWindowsPath(path)).toBe(true));

  test.each([
    'C:\\a\\b.json',
    'c:/a/b.json',
    'C:\\Console\\comet.json',
    'C:\\a\\COM10.txt',
    'C:\\PROGRA~1\\a.json',
    '\\\\server\\share\\a b\\ü.json',
    'C:\\.hidden\\a.json',
  ])('%s is none', path => expect(isSpecialWindowsPath(path)).toBe(false));

  test('names of devices are known with any ending, and prefixes are taken off', () => {
    expect(['con', 'Con.mp4', 'nul.tar.gz', 'lpt9'].every(isDeviceName)).toBe(true);
    expect(['console', 'con-1.mp4', 'com', 'lpt'].some(isDeviceName)).toBe(false);
    expect(withoutPrefix('C:\\a')).toBe('C:\\a');
  });
});

test('normalizeName makes names equal that look the same, and no others', () => {
  expect(normalizeName('Ame\u0301lie\u202f1\u200b')).toBe(normalizeName('Am\u00e9lie 1'));
  expect(normalizeName('a b')).not.toBe(normalizeName('ab'));
  expect(normalizeName('A')).not.toBe(normalizeName('a'));
});
