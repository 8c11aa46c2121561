import { join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore, storeFile, type User } from '../../../src/jobs/store/open.ts';
import { ORIGIN } from './builders.ts';

const user = (changes: Partial<User>): User => ({ platform: 'linux', env: {}, home: '/home/anna', ...changes });

describe('the file of an embedded store', () => {
  test.each<[string, Partial<User>, string]>([
    ['on Linux', {}, '/home/anna/.local/share/shotstack-template-mcp/jobs.sqlite'],
    ['as XDG says', { env: { XDG_DATA_HOME: '/data' }, home: null }, '/data/shotstack-template-mcp/jobs.sqlite'],
    [
      'whatever a relative XDG path says',
      { env: { XDG_DATA_HOME: 'data' } },
      '/home/anna/.local/share/shotstack-template-mcp/jobs.sqlite',
    ],
    [
      'on macOS',
      { platform: 'darwin', env: { XDG_DATA_HOME: '/data' } },
      '/home/anna/Library/Application Support/shotstack-template-mcp/jobs.sqlite',
    ],
    [
      'on Windows, not below AppData',
      { platform: 'win32', home: 'C:\\Users\\anna' },
      'C:\\Users\\anna\\.shotstack-template-mcp/jobs.sqlite',
    ],
  ])('is in the user’s folder for data %s', (_, changes, expected) => {
    expect(normalize(storeFile(null, user(changes)))).toBe(normalize(expected));
  });

  test('is in the folder that is named, without a look at the home', () => {
    expect(storeFile('/named', user({ home: null }))).toBe(join('/named', 'jobs.sqlite'));
  });

  test('cannot be named where there is no home folder', () => {
    expect(() => storeFile(null, user({ home: null }))).toThrow(
      expect.objectContaining({ code: 'store_unavailable', facts: { reason: 'no_home' } }),
    );
  });
});

test('a store is opened by its first call, not before', async () => {
  const databaseUrl = 'postgres://nobody.invalid:port/db';
  const store = openStore({ databaseUrl, key: 'key', origin: ORIGIN, now: Date.now });
  await expect(store.list({ limit: 1 })).rejects.toMatchObject({ facts: { reason: 'bad_address' } });
  await store.close();
});
