import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { Files } from '../../src/files/files.ts';
import { SAMPLES, scratch } from './scratch.ts';

const read = (folder: string, name: string) => new Files(new AllowedFolders([folder])).readPicture(join(folder, name));

describe('readPicture', () => {
  test.each(['png', 'jpeg', 'gif', 'webp'] as const)('takes a %s by its bytes, whatever its name', async kind => {
    const folder = scratch({ 'frame.txt': SAMPLES[kind] });
    expect(await read(folder, 'frame.txt')).toEqual({ base64: SAMPLES[kind].toString('base64') });
  });

  test('takes a PNG whose colour profile comes before its picture', async () => {
    const { png } = SAMPLES;
    const profile = Buffer.alloc(12 + 100_000);
    profile.writeUInt32BE(100_000, 0);
    profile.write('iCCP', 4);
    const folder = scratch({ 'a.png': Buffer.concat([png.subarray(0, 33), profile, png.subarray(33)]) });
    expect(await read(folder, 'a.png')).toHaveProperty('base64');
  });

  test.each([
    ['pdf', 'It is PDF (application/pdf); PNG, JPEG, WebP and GIF are taken.'],
    ['mp4', 'It is MP4 (video/mp4); PNG, JPEG, WebP and GIF are taken.'],
    ['svg', 'Its bytes are those of no known picture; PNG, JPEG, WebP and GIF are taken.'],
  ] as const)('names what a %s is in place of a picture', async (kind, problem) => {
    const folder = scratch({ 'frame.png': SAMPLES[kind] });
    expect(await read(folder, 'frame.png')).toEqual({ problem, refused: false });
  });

  test('takes 20 MiB and no more', async () => {
    const folder = scratch({ 'a.png': SAMPLES.png });
    truncateSync(join(folder, 'a.png'), 20 * 1024 * 1024);
    expect(await read(folder, 'a.png')).toHaveProperty('base64');
    truncateSync(join(folder, 'a.png'), 20 * 1024 * 1024 + 1);
    expect(await read(folder, 'a.png')).toEqual({
      problem: 'It is larger than 20 MiB, which is the most that is taken.',
      refused: false,
    });
  });
});
