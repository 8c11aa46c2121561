import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PartFile } from '../../src/downloads/part-file.ts';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { Files } from '../../src/files/files.ts';
import { scratch } from '../support/folder.ts';
import { contentsOf } from './setup.ts';

test('a part that another process has replaced does not lend its name to the other’s unfinished bytes', async () => {
  const path = scratch();
  const folder = await new Files(new AllowedFolders({ folders: [path], home: null, dataDir: null })).openSaveFolder(
    null,
  );
  const mine = await PartFile.create(folder, 'job-1');
  await mine.append(Buffer.from('mi'));
  const other = await PartFile.create(folder, 'job-1');
  await other.append(Buffer.from('o'));
  await mine.append(Buffer.from('ne'));
  expect(await mine.publish('job-1.mp4')).toBe('displaced');
  await mine.discard();
  expect(contentsOf(path)).toEqual({ '.job-1.part': Buffer.from('o') });

  await other.append(Buffer.from('ther'));
  expect(await other.publish('job-1.mp4')).toBe('done');
  await other.discard();
  const late = await PartFile.create(folder, 'job-1');
  expect(await late.publish('job-1.mp4')).toBe('taken');
  await late.discard();
  expect(contentsOf(path)).toEqual({ 'job-1.mp4': Buffer.from('other') });
  await folder.close();
});

test('a part whose hidden name is gone is displaced, and nothing gets the result’s name', async () => {
  const path = scratch();
  const folder = await new Files(new AllowedFolders({ folders: [path], home: null, dataDir: null })).openSaveFolder(
    null,
  );
  const part = await PartFile.create(folder, 'job-1');
  await part.append(Buffer.from('mine'));
  unlinkSync(join(path, '.job-1.part'));
  expect(await part.publish('job-1.mp4')).toBe('displaced');
  await part.discard();
  expect(contentsOf(path)).toEqual({});
  await folder.close();
});
