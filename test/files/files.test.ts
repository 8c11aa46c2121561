import { mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { Files } from '../../src/files/files.ts';
import { scratch } from '../support/folder.ts';
import { SAMPLES } from './samples.ts';

const files = (...folders: string[]) => new Files(new AllowedFolders({ folders, home: null, dataDir: null }));
const picture = (folder: string, name: string) =>
  files(folder)
    .readPicture(join(folder, name))
    .then(({ base64 }) => base64);
const text = (folder: string, name: string) => files(folder).readText(join(folder, name));

const issue = (message: string | RegExp) => ({
  code: 'invalid_arguments',
  facts: { issues: [{ message: message instanceof RegExp ? expect.stringMatching(message) : message }] },
});

describe('readPicture', () => {
  test.each(['png', 'jpeg', 'gif', 'webp'] as const)('recognises a %s by its bytes, under any name', async kind => {
    const folder = scratch({ 'frame.txt': SAMPLES[kind] });
    expect(await picture(folder, 'frame.txt')).toBe(SAMPLES[kind].toString('base64'));
  });

  test('takes a PNG whose colour profile comes before its picture', async () => {
    const { png } = SAMPLES;
    const profile = Buffer.alloc(12 + 100_000);
    profile.writeUInt32BE(100_000, 0);
    profile.write('iCCP', 4);
    const folder = scratch({ 'a.png': Buffer.concat([png.subarray(0, 33), profile, png.subarray(33)]) });
    expect(await picture(folder, 'a.png')).toMatch(/^iVBOR/);
  });

  test.each([
    ['pdf', 'It is PDF (application/pdf); PNG, JPEG, WebP and GIF are taken.'],
    ['mp4', 'It is MP4 (video/mp4); PNG, JPEG, WebP and GIF are taken.'],
    ['svg', 'Its bytes are those of no known picture; PNG, JPEG, WebP and GIF are taken.'],
  ] as const)('names what a %s is in place of a picture', async (kind, message) => {
    const folder = scratch({ 'frame.png': SAMPLES[kind] });
    await expect(picture(folder, 'frame.png')).rejects.toMatchObject(issue(message));
  });

  test('refuses a picture that is cut off', async () => {
    const folder = scratch({ 'a.png': SAMPLES.png.subarray(0, -12) });
    await expect(picture(folder, 'a.png')).rejects.toMatchObject(issue(/cut off/));
  });

  test('takes 20 MiB and no more', async () => {
    const folder = scratch({ 'a.png': SAMPLES.png });
    truncateSync(join(folder, 'a.png'), 20 * 1024 * 1024);
    expect(await picture(folder, 'a.png')).toMatch(/^iVBOR/);
    truncateSync(join(folder, 'a.png'), 20 * 1024 * 1024 + 1);
    await expect(picture(folder, 'a.png')).rejects.toMatchObject(
      issue('It is larger than 20 MiB, which is the most that is taken.'),
    );
  });
});

describe('readText', () => {
  test('takes UTF-8 with or without a mark, and UTF-16 with one', async () => {
    const folder = scratch({
      plain: '{"a":"ü"}',
      marked: '\ufeff{"a":"ü"}',
      wide: Buffer.from('\ufeff{"a":"ü"}', 'utf16le'),
      empty: '',
    });
    for (const name of ['plain', 'marked', 'wide']) expect(await text(folder, name)).toBe('{"a":"ü"}');
    expect(await text(folder, 'empty')).toBe('');
  });

  test('says what is no text, not there, or too large', async () => {
    const folder = scratch({ picture: SAMPLES.png, large: '' });
    truncateSync(join(folder, 'large'), 5 * 1024 * 1024 + 1);
    for (const [name, message] of [
      ['picture', 'It is not text in UTF-8.'],
      ['none', 'There is no such file.'],
      ['large', /^It is larger than 5 MiB/],
    ] as const)
      await expect(text(folder, name)).rejects.toMatchObject(issue(message));
  });

  test('refuses a file outside as one that may not be used, with its place', async () => {
    const root = scratch({ 'outside.json': '{}', 'allowed/a.json': '{}' });
    await expect(files(join(root, 'allowed')).readText(join(root, 'outside.json'))).rejects.toMatchObject({
      code: 'file_refused',
      facts: { reason: 'not_allowed', place: join(root, 'outside.json') },
    });
  });
});

describe('openSaveFolder', () => {
  test('opens the first allowed folder, or one below an allowed folder', async () => {
    const root = scratch();
    mkdirSync(join(root, 'sub'));
    for (const [given, path] of [
      [null, root],
      [join(root, 'sub'), join(root, 'sub')],
    ] as const) {
      const folder = await files(root).openSaveFolder(given);
      expect(folder.path).toBe(path);
      await folder.close();
    }
  });

  test('names the reason where there is none', async () => {
    const root = scratch();
    const reason = (reason: string) => ({ code: 'file_refused', facts: { reason } });
    await expect(files().openSaveFolder(null)).rejects.toMatchObject(reason('none_allowed'));
    await expect(files(join(root, 'gone')).openSaveFolder(null)).rejects.toMatchObject(reason('first_folder_missing'));
    await expect(files(root).openSaveFolder('/')).rejects.toMatchObject(reason('not_allowed'));
    await expect(files(root).openSaveFolder(join(root, 'none'))).rejects.toMatchObject(
      issue('There is no such folder.'),
    );
  });

  test('is closed when its last user has closed it', async () => {
    const folder = await files(scratch()).openSaveFolder(null);
    const shared = folder.share();
    await folder.close();
    expect(shared).toBe(folder);
    await shared.close();
  });
});
