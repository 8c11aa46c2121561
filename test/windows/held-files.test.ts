import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { readAllowed } from '../../src/files/read.ts';
import { serving, startFileServer } from '../downloads/file-server.ts';
import { content, contentsOf, MP4, PART, setUp } from '../downloads/setup.ts';
import { scratch } from '../support/folder.ts';

/** libuv's UV_FS_O_EXLOCK: as long as the file is open, nobody else can open, rename or remove it. */
const ALONE = 0x10000000;

/** Holds a file for so long, milliseconds, as a virus scanner does. */
function hold(path: string, ms: number): void {
  const descriptor = openSync(path, constants.O_RDONLY | ALONE);
  setTimeout(() => closeSync(descriptor), ms);
}

test('a file in an allowed folder that is held for a moment is read', async () => {
  const folder = scratch({ 'a.json': 'a' });
  const folders = new AllowedFolders({ folders: [folder], home: null, dataDir: null });
  hold(join(folder, 'a.json'), 300);
  expect(String(await readAllowed(folders, join(folder, 'a.json'), 1024))).toBe('a');
});

test('a download whose left-over part is held for a moment is saved', async () => {
  const bytes = content(1000);
  const folder = scratch({ [PART]: 'left over' });
  const server = await startFileServer(serving({ bytes }));
  const { save } = setUp({ folder, allowedOrigin: server.origin });
  hold(join(folder, PART), 300);
  expect(await save([server.origin])).toMatchObject({ saved: [{ bytes: bytes.length }] });
  expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
});
