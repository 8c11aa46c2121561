import { link, open, rename, unlink } from 'node:fs/promises';
import { retryWhileHeld } from '../files/while-held.ts';

/** Errors of a file system that has no hard links; EISDIR is Windows' (FAT, exFAT), as Node words its "invalid function". */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EISDIR'];

/**
 * Gives a file a second name, unless that name is taken; never overwrites. Without hard links the file moves.
 *
 * @returns false when the name is taken
 */
export async function claimName(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.includes(code)) throw error;
  }
  return moveTo(file, name);
}

/** Reserves the name with an empty file of its own, which alone is then replaced. */
async function moveTo(file: string, name: string): Promise<boolean> {
  try {
    await (await open(name, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    await retryWhileHeld(() => rename(file, name));
    return true;
  } catch (error) {
    await unlink(name);
    throw error;
  }
}
