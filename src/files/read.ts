import type { FileHandle } from 'node:fs/promises';
import type { AllowedFolders } from './allowed-folders.ts';
import { fileRefused, invalidFile } from './failures.ts';

const MIB = 1024 * 1024;

/**
 * The contents of an ordinary file in an allowed folder.
 *
 * @param capBytes the most that it may hold
 * @throws as `AllowedFolders.open`
 */
export async function readAllowed(folders: AllowedFolders, given: string, capBytes: number): Promise<Buffer> {
  const { handle, path } = await folders.open(given, 'file');
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) throw invalidFile(given, 'It is a folder, not a file.');
    if (!stats.isFile()) throw fileRefused('not_a_file', path);
    const bytes = stats.size > capBytes ? null : await readUpTo(handle, stats.size, capBytes);
    if (bytes) return bytes;
    throw invalidFile(given, `It is larger than ${capBytes / MIB} MiB, which is the most that is taken.`);
  } finally {
    await handle.close();
  }
}

/** Text in UTF-8, or in UTF-16 with a byte order mark, as some editors on Windows write it; without the mark. */
export function decodeText(bytes: Buffer, given: string): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : null;
  try {
    return new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidFile(given, 'It is not text in UTF-8.');
  }
}

/** The whole file, or null when it has grown beyond the cap. */
async function readUpTo(handle: FileHandle, expected: number, capBytes: number): Promise<Buffer | null> {
  // One byte more than expected, so that the end shows without another buffer.
  let buffer = Buffer.allocUnsafe(expected + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (length > capBytes) return null;
    if (bytesRead === 0) return buffer.subarray(0, length);
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(64 * 1024)]);
  }
}
