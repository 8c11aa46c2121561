import { expect, test } from 'vitest';
import { retryWhileHeld } from '../../src/files/while-held.ts';

/** Runs an operation that fails so often with that code, and counts the tries and the milliseconds slept. */
async function attempt(platform: NodeJS.Platform, code: string, failures: number) {
  const seen = { tries: 0, slept: 0, end: '' };
  const operation = async () => {
    if (seen.tries++ < failures) throw Object.assign(new Error(code), { code });
    return 'done';
  };
  const sleep = async (ms: number) => {
    seen.slept += ms;
  };
  seen.end = await retryWhileHeld(operation, { platform, sleep }).catch((error: Error) => error.message);
  return seen;
}

test.each(['EBUSY', 'EPERM', 'EACCES'])(
  'a file that answers %s on Windows is tried again until it is released',
  async code => {
    expect(await attempt('win32', code, 3)).toEqual({ tries: 4, slept: 300, end: 'done' });
  },
);

test('a file that stays held on Windows fails with its own error after a second', async () => {
  expect(await attempt('win32', 'EBUSY', 100)).toEqual({ tries: 10, slept: 900, end: 'EBUSY' });
});

test.each([
  ['win32', 'ENOENT'],
  ['linux', 'EACCES'],
  ['darwin', 'EPERM'],
] as const)('on %s an operation that fails with %s is not repeated', async (platform, code) => {
  expect(await attempt(platform, code, 1)).toEqual({ tries: 1, slept: 0, end: code });
});
