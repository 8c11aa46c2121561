import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SKIPS } from './support/skips.ts';

test('the list of tests that a platform skips names files that exist', () => {
  expect(SKIPS.map(({ file }) => file).filter(file => !existsSync(file))).toEqual([]);
});
