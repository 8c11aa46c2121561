import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { parentOf } from '../../src/stdio/parent.ts';

it('a parent is gone once this process has another one', () => {
  let ppid = 100;
  const parent = parentOf({ ppid: () => ppid, isWindows: false });
  expect(parent.isGone()).toBe(false);
  parent.remember();
  expect(parent.isGone()).toBe(false);
  ppid = 1;
  parent.remember();
  expect(parent.isGone()).toBe(true);
});

it('a parent is gone on Windows, where its number stays, once no process has it', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const parent = parentOf({ ppid: () => child.pid ?? 0, isWindows: true });
  parent.remember();
  expect(parent.isGone()).toBe(false);
  child.kill('SIGKILL');
  await new Promise(resolve => child.on('close', resolve));
  expect(parent.isGone()).toBe(true);
});
