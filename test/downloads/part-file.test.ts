import { expect, test } from 'vitest';
import { PartFile } from '../../src/downloads/part-file.ts';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { openSaveFolder } from '../../src/files/save-folder.ts';
import { scratch } from '../files/scratch.ts';
import { contentsOf } from './setup.ts';

test('a part that another process has replaced does not lend its name to the other’s unfinished bytes', async () => {
  const path = scratch();
  const folder = await openSaveFolder(new AllowedFolders([path]), null);
  if ('problem' in folder) throw new Error(folder.problem);
  const from = { validator: '"v1"', total: 4, ending: 'mp4' };
  const mine = await PartFile.open(folder, 'job-1');
  await mine.begin(from);
  await mine.append(Buffer.from('mi'));
  const other = await PartFile.open(folder, 'job-1');
  expect(other.size).toBe(2);
  await other.begin(from);
  await other.append(Buffer.from('o'));
  await mine.append(Buffer.from('ne'));
  expect(await mine.publish('job-1.mp4')).toBe('displaced');
  expect(contentsOf(path)['job-1.mp4']).toBeUndefined();

  await other.append(Buffer.from('ther'));
  expect(await other.publish('job-1.mp4')).toBe('done');
  const late = await PartFile.open(folder, 'job-1');
  expect(await late.publish('job-1.mp4')).toBe('taken');
  expect(contentsOf(path)['job-1.mp4']).toEqual(Buffer.from('other'));
  await Promise.all([mine.close(), other.close(), late.close(), folder.close()]);
});
