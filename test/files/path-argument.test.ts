import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isPath, toPath } from '../../src/files/path-argument.ts';
import { SAMPLES } from './scratch.ts';

describe('isPath', () => {
  test.each(['/a/b.png', '~/b.png', 'file:///a/b.png', 'FILE:///a/b.png', '/9j/frame.jpg', '/9j/frames (1)/a'])(
    'takes %s for a path',
    given => {
      expect(isPath(given)).toBe(true);
    },
  );

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
    ['~/a.json', join(homedir(), 'a.json')],
    ['~/../../etc/passwd', join(homedir(), '../../etc/passwd')],
    ['file:///a%20b.json', '/a b.json'],
    ['a.json', null],
    ['file://host/a.json', null],
    ['/a\0.json', null],
  ])('makes of %j the path %j', (given, path) => {
    expect(toPath(given)).toBe(path);
  });
});
