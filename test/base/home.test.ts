import { expect, test, vi } from 'vitest';
import { homeFolder } from '../../src/base/home.ts';

const there = process.cwd();

test.each([
  [there, there],
  ['', null],
  ['.', null],
  ['home/ada', null],
])('the home folder of a user whose environment says %j is %j', (named, folder) => {
  vi.stubEnv('HOME', named);
  vi.stubEnv('USERPROFILE', named);
  expect(homeFolder()).toBe(folder);
  vi.unstubAllEnvs();
});
