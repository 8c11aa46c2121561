import { isCompletePicture } from './complete-picture.ts';
import { invalidFile } from './failures.ts';

const TAKEN = 'PNG, JPEG, WebP and GIF are taken';
// An animated PNG is shown as a PNG by programs without animation.
const PICTURES = ['image/png', 'image/apng', 'image/jpeg', 'image/webp', 'image/gif'];

/** The most that one picture may hold, bytes once decoded. */
export const PICTURE_CAP_BYTES = 10 * 1024 * 1024;

/** Why bytes are no picture that can be sent: one sentence; null when they are one. Their name says nothing. */
export async function pictureRefusal(bytes: Uint8Array): Promise<string | null> {
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(bytes);
  if (!type) return `Its bytes are those of no known picture; ${TAKEN}.`;
  if (!PICTURES.includes(type.mime)) return `It is ${type.ext.toUpperCase()} (${type.mime}); ${TAKEN}.`;
  return isCompletePicture(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), type.mime)
    ? null
    : 'The picture is cut off: its end is missing. Give all of it.';
}

/**
 * A picture's base64, out of base64 or a data URI, without its prefix and line breaks. Its bytes are looked at as those
 * of a file are.
 *
 * @throws ArgumentsFailure
 */
export async function readBase64(given: string): Promise<{ base64: string }> {
  const uri = /^data:[^,]{0,200},/i.exec(given);
  if (uri && !/;base64,$/i.test(uri[0]))
    throw invalidFile(given, 'This data URI is not base64; its prefix must end in ";base64,".');
  const base64 = given.slice(uri?.[0].length ?? 0).replace(/[\r\n\t ]+/g, '');
  if (base64 === '') throw invalidFile(given, 'There is no picture in it.');
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw invalidFile(
      given,
      'This is not base64 (A–Z a–z 0–9 + /, padded with =) nor a base64 data URI, nor an absolute path. Give the whole picture.',
    );
  }
  const bytes = (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);
  if (bytes > PICTURE_CAP_BYTES) {
    const size = (bytes / 1024 / 1024).toFixed(1);
    const most = PICTURE_CAP_BYTES / 1024 / 1024;
    throw invalidFile(given, `The picture is ${size} MiB; at most ${most} MiB are taken. Scale it down.`);
  }
  const refusal = await pictureRefusal(Buffer.from(base64, 'base64'));
  if (refusal !== null) throw invalidFile(given, refusal);
  return { base64 };
}
