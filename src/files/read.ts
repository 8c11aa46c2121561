import type { FileHandle } from 'node:fs/promises';
import type { AllowedFolders } from './allowed-folders.ts';
import { toPath } from './path-argument.ts';
import { refused, unfit, type Wrong } from './wrong.ts';

const MIB = 1024 * 1024;

/**
 * The contents of an ordinary file in an allowed folder.
 *
 * @param given the path as an argument has it
 * @param capBytes the most that it may weigh
 */
export async function readAllowed(
  folders: AllowedFolders,
  given: string,
  capBytes: number,
): Promise<{ bytes: Buffer } | Wrong> {
  const path = toPath(given);
  if (path === null) return unfit('Give an absolute path.');
  const opened = await folders.open(path, 'file');
  if ('problem' in opened) return opened;
  const { handle } = opened;
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) return unfit('It is a folder, not a file.');
    if (!stats.isFile())
      return refused('It is not an ordinary file.', 'Make the call again with the path of an ordinary file.');
    const bytes = stats.size > capBytes ? null : await readUpTo(handle, stats.size, capBytes);
    return bytes ? { bytes } : unfit(`It is larger than ${capBytes / MIB} MiB, which is the most that is taken.`);
  } finally {
    await handle.close();
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
