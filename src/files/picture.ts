import type { AllowedFolders } from './allowed-folders.ts';
import { readAllowed } from './read.ts';
import { unfit, type Wrong } from './wrong.ts';

/** The most that a picture given by path may weigh, in bytes. */
export const PICTURE_FILE_CAP_BYTES = 20 * 1024 * 1024;

// An animated PNG is a PNG to whoever does not know about animation.
const PICTURES = ['image/png', 'image/apng', 'image/jpeg', 'image/webp', 'image/gif'];

/** A picture in an allowed folder, as base64. Its bytes tell what it is, not its name. */
export async function readPicture(folders: AllowedFolders, given: string): Promise<{ base64: string } | Wrong> {
  const read = await readAllowed(folders, given, PICTURE_FILE_CAP_BYTES);
  if ('problem' in read) return read;
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(read.bytes);
  if (type && PICTURES.includes(type.mime)) return { base64: read.bytes.toString('base64') };
  const found = type ? `It is ${type.ext.toUpperCase()} (${type.mime})` : 'Its bytes are those of no known picture';
  return unfit(`${found}; PNG, JPEG, WebP and GIF are taken.`);
}
