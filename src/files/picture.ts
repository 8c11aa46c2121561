import { isWhole } from './whole-picture.ts';

const TAKEN = 'PNG, JPEG, WebP and GIF are taken';
// An animated PNG is shown as a PNG by programs without animation.
const PICTURES = ['image/png', 'image/apng', 'image/jpeg', 'image/webp', 'image/gif'];

/** Why bytes are no picture that can be sent: one sentence; null when they are one. Their name says nothing. */
export async function refusePicture(bytes: Uint8Array): Promise<string | null> {
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(bytes);
  if (!type) return `Its bytes are those of no known picture; ${TAKEN}.`;
  if (!PICTURES.includes(type.mime)) return `It is ${type.ext.toUpperCase()} (${type.mime}); ${TAKEN}.`;
  return isWhole(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), type.mime)
    ? null
    : 'The picture is cut off: its end is missing. Give all of it.';
}
