import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { SERVER_NAME } from '../../src/hosts/host.ts';
import { scratch } from '../support/folder.ts';
import { runFor, startFor } from '../support/machine.ts';
import { realFile } from './real-files.ts';

const BEFORE = realFile('codex');
const home = (): string => scratch({ 'project/.keep': '', 'tmp/.keep': '', '.codex/config.toml': BEFORE });
const fileIn = (folder: string): string => join(folder, '.codex', 'config.toml');
const ADD = ['setup', 'codex', '--sandbox', '--yes'];
const serversIn = (folder: string): string[] =>
  Object.keys(parseToml(readFileSync(fileIn(folder), 'utf8')).mcp_servers as object);

describe('the command', () => {
  it('setup writes and ends with 0; again there is nothing to do, and that is 0 too', async () => {
    const folder = home();
    const first = await runFor(folder, ADD);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`Codex: ${fileIn(folder)}`);
    expect(serversIn(folder)).toEqual(['docs', SERVER_NAME]);
    const again = await runFor(folder, ADD);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') });
    const gone = await runFor(folder, ['remove', 'codex', '--yes']);
    expect(gone).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(fileIn(folder), 'utf8')).toBe(BEFORE);
  });

  it.each([
    ['without a terminal and --yes', ['setup', 'codex', '--sandbox']],
    ['without a key', ['setup', 'codex', '--yes']],
    ['with a host that is not there', ['setup', 'zed', '--sandbox', '--yes']],
    ['with a key as an argument', ['setup', 'codex', '--yes', '--key', 'wk-secret-0123456789']],
  ])('setup %s changes nothing, says why in one line, and ends with 1', async (_what, args) => {
    const folder = home();
    const { code, stdout, stderr } = await runFor(folder, args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^shotstack-template-mcp: .+\n$/);
    expect(stderr).not.toContain('wk-secret');
    expect(readFileSync(fileIn(folder), 'utf8')).toBe(BEFORE);
  });
});

it('several setups at once leave one whole entry, and each old file in a backup', async () => {
  const folder = home();
  const runs = await Promise.all(Array.from({ length: 4 }, () => runFor(folder, ADD)));
  expect(runs.map(({ code }) => code)).toContain(0);
  for (const { code, stderr } of runs)
    if (code !== 0) expect(stderr).toMatch(/Another set-up|changed by another program/);
  expect(serversIn(folder)).toEqual(['docs', SERVER_NAME]);
  const backups = readdirSync(dirname(fileIn(folder))).filter(name => name.endsWith('.backup'));
  expect(backups).toHaveLength(1);
  expect(readFileSync(join(folder, '.codex', backups[0] ?? ''), 'utf8')).toBe(BEFORE);
});

it('a kill at any time leaves the old file or the new one, and the next setup goes on from there', async () => {
  const reference = home();
  await runFor(reference, ADD);
  const after = readFileSync(fileIn(reference), 'utf8');
  const took = await measured(() => runFor(home(), ADD));
  for (const share of [0.6, 0.7, 0.8, 0.9, 1]) {
    const folder = home();
    const run = startFor(folder, ADD);
    await sleep(took * share);
    run.child.kill('SIGKILL');
    await run.exit;
    expect([BEFORE, after]).toContain(readFileSync(fileIn(folder), 'utf8'));
    // What a killed process left is taken over once it is ten seconds old.
    for (const name of readdirSync(join(folder, '.codex'))) {
      const path = join(folder, '.codex', name);
      if (name.endsWith('.tmp')) utimesSync(path, 0, statSync(path).mtimeMs / 1000 - 60);
    }
    expect(await runFor(folder, ADD)).toMatchObject({ code: 0 });
    expect(readFileSync(fileIn(folder), 'utf8')).toBe(after);
    expect(readdirSync(join(folder, '.codex')).filter(name => name.endsWith('.tmp'))).toEqual([]);
  }
});

async function measured(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
