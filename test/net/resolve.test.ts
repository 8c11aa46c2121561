import { expect, test } from 'vitest';
import { systemResolve } from '../../src/net/resolve.ts';

test('systemResolve returns every address of a name, and none for a name without any', async () => {
  const local = await systemResolve('localhost');
  expect(local.length).toBeGreaterThan(0);
  expect(local.every(address => address === '127.0.0.1' || address === '::1')).toBe(true);
  expect(await systemResolve('no-such-name.invalid')).toEqual([]);
});
