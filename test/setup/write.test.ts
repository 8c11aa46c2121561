import { chmodSync, chownSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOriginal, replaceFile } from '../../src/setup/write.ts';
import { scratch } from '../support/folder.ts';

const NOW = new Date('2026-11-25T10:20:30.400Z');
const NEW = Buffer.from('new');
const TEMPORARY = '.file.shotstack-template.tmp';

describe('replacing a file', () => {
  it('keeps the old bytes in a backup named after the time, and never overwrites one', async () => {
    const folder = scratch({ file: 'old' });
    const path = join(folder, 'file');
    expect(await replaceFile(await readOriginal(path), NEW, 0o600, NOW)).toBe(`${path}.20261125102030.backup`);
    const second = await replaceFile(await readOriginal(path), Buffer.from('newer'), 0o600, NOW);
    expect(second).toBe(`${path}.20261125102030-2.backup`);
    expect(readdirSync(folder).sort()).toEqual(['file', 'file.20261125102030-2.backup', 'file.20261125102030.backup']);
    expect(readFileSync(`${path}.20261125102030.backup`, 'utf8')).toBe('old');
    expect(readFileSync(second ?? '', 'utf8')).toBe('new');
  });

  it('keeps its owner, also where root writes for somebody', async () => {
    const path = join(scratch({ file: 'old' }), 'file');
    if (process.getuid?.() === 0) chownSync(path, 65_534, 65_534);
    const { uid } = statSync(path);
    const backup = await replaceFile(await readOriginal(path), NEW, 0o600, NOW);
    expect([path, backup ?? ''].map(written => statSync(written).uid)).toEqual([uid, uid]);
  });

  it('keeps its mode, whatever the umask is', async () => {
    const folder = scratch({ file: 'old' });
    const path = join(folder, 'file');
    const umask = process.umask(0o077);
    try {
      writeFileSync(path, 'old', { mode: 0o600 });
      for (const mode of [0o640, 0o666]) {
        chmodSync(path, mode);
        await replaceFile(await readOriginal(path), NEW, 0o600, NOW);
        expect(statSync(path).mode & 0o777).toBe(mode);
      }
    } finally {
      process.umask(umask);
    }
  });

  it('that was not there makes its folder, and no backup', async () => {
    const path = join(scratch(), 'a', 'b', 'file');
    expect(await replaceFile(await readOriginal(path), NEW, 0o600, NOW)).toBeNull();
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it.each([
    ['changed', (path: string) => writeFileSync(path, 'theirs')],
    ['appeared', (path: string) => writeFileSync(path, 'theirs')],
  ])('that has %s since it was read is refused', async (what, change) => {
    const folder = scratch(what === 'changed' ? { file: 'old' } : {});
    const path = join(folder, 'file');
    const original = await readOriginal(path);
    change(path);
    await expect(replaceFile(original, NEW, 0o600, NOW)).rejects.toThrow('changed by another program');
    expect(readFileSync(path, 'utf8')).toBe('theirs');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('that another set-up is writing is refused, until what it left is ten seconds old', async () => {
    const folder = scratch({ file: 'old', [TEMPORARY]: 'half' });
    const path = join(folder, 'file');
    const left = join(folder, TEMPORARY);
    utimesSync(left, NOW, new Date(NOW.getTime() - 9_000));
    const original = await readOriginal(path);
    await expect(replaceFile(original, NEW, 0o600, NOW)).rejects.toThrow('Another set-up');
    expect(readFileSync(left, 'utf8')).toBe('half');
    utimesSync(left, NOW, new Date(NOW.getTime() - 11_000));
    await replaceFile(original, NEW, 0o600, NOW);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).not.toContain(TEMPORARY);
  });

  it.each([
    ['a folder is in its place', ['folder'], 'is not a file'],
    ['a file is in the place of its folder', ['file', 'file'], 'a file is where its folder belongs'],
  ])('is refused where %s', async (_what, path, reason) => {
    const home = scratch({ 'folder/.keep': '', file: '' });
    await expect(readOriginal(join(home, ...path))).rejects.toThrow(reason);
  });
});
