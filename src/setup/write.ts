import { constants, promises as fs } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CommandError } from '../command-line/command-error.ts';
import { retryWhileHeld } from '../files/while-held.ts';
import { MAX_BYTES } from '../hosts/places.ts';

/** A file as it was read: its bytes, and the file that a link leads to. */
export interface Original {
  path: string;
  /** null when there is none yet. */
  bytes: Buffer | null;
}

/** A temporary file this old was left behind by a process that was killed, milliseconds. */
const LEFT_BEHIND_MS = 10_000;

/**
 * Reads a file that is to be replaced, following links.
 *
 * @throws CommandError when it is no regular file, a link to nothing, or one that this user may not read and write
 */
export const readOriginal = (path: string): Promise<Original> =>
  refusing(path, async () => {
    const link = await fs.lstat(path).catch(missing);
    if (link === null) {
      // Windows says the same of a file in a folder that is none.
      const folder = await fs.stat(dirname(path)).catch(missing);
      if (folder?.isDirectory() === false) throw new CommandError(`${path} was left alone: ${REASONS.ENOTDIR}.`);
      return { path, bytes: null };
    }
    const target = await fs.realpath(path).catch(() => {
      throw new CommandError(`${path} is a link that leads nowhere.`);
    });
    const found = await fs.stat(target);
    if (!found.isFile()) throw new CommandError(`${path} is not a file.`);
    if (found.size > MAX_BYTES) throw new CommandError(`${path} was left alone: it is over 64 MiB.`);
    await fs.access(target, constants.W_OK);
    return { path: target, bytes: await fs.readFile(target) };
  });

/**
 * Replaces a file as one step: whoever reads it sees the old bytes or the new ones, and a process that is killed leaves
 * the old ones. Keeps the old bytes beside it (mode 0600), and the file's mode and owner.
 *
 * @param mode of a file that was not there before
 * @returns the path of the backup; null when there was nothing to keep
 * @throws CommandError when the file was changed since it was read, another set-up is writing it, or this user may not
 */
export const replaceFile = (original: Original, bytes: Buffer, mode: number, now: Date): Promise<string | null> =>
  refusing(original.path, () => replace(original, bytes, mode, now));

async function replace(original: Original, bytes: Buffer, mode: number, now: Date): Promise<string | null> {
  const { path } = original;
  await fs.mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.shotstack-template.tmp`);
  const file = await openAlone(temporary, now);
  try {
    // The name of the temporary file keeps other set-ups out, so that nothing can change between here and the end.
    if (!same(original.bytes, await fs.readFile(path).catch(missing))) {
      throw new CommandError(`${path} was changed by another program in the meantime: run this again.`);
    }
    const before = await fs.stat(original.bytes === null ? dirname(path) : path);
    const { uid: writer } = await file.stat();
    await file.writeFile(bytes);
    // Root writes for the owner, whose host could not read a file of root's. Others cannot give a file away.
    const given = before.uid !== writer && (original.bytes !== null || writer === 0);
    if (given) await file.chown(before.uid, before.gid);
    await file.chmod(original.bytes === null ? mode : before.mode & 0o777);
    await file.sync();
    const backup = original.bytes === null ? null : await keep(path, original.bytes, now);
    if (given && backup !== null) await fs.chown(backup, before.uid, before.gid);
    if ((await file.stat()).ino !== (await fs.stat(temporary)).ino) {
      throw new CommandError(`Another set-up is writing ${path}.`);
    }
    await file.close();
    await retryWhileHeld(() => fs.rename(temporary, path));
    return backup;
  } catch (error) {
    await file.close().catch(() => {});
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

/** The backups of a file, the newest first. */
export async function readBackups(path: string): Promise<string[]> {
  const names = await fs.readdir(dirname(path)).catch(() => []);
  const backups = names.filter(name => name.startsWith(`${basename(path)}.`) && BACKUP.test(name)).sort();
  const read = (name: string): Promise<string[]> =>
    fs
      .readFile(join(dirname(path), name), 'utf8')
      .then(text => [text])
      .catch(() => []);
  return (await Promise.all(backups.reverse().map(read))).flat();
}

const BACKUP = /\.\d{14}(-\d+)?\.backup$/;

/** Does work on a file; what the system refuses becomes a sentence for the person. */
async function refusing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandError(`${path} was left alone: ${REASONS[code] ?? 'the system refuses it'} (${code}).`);
  }
}

const NOT_ALLOWED = 'this user may not read or write it and its folder';
const REASONS: Record<string, string> = {
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
  EROFS: 'its disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is where its folder belongs',
};

/** Opens a file that nobody else has open; one that a killed process left is taken over. */
async function openAlone(path: string, now: Date): Promise<fs.FileHandle> {
  const open = (): Promise<fs.FileHandle> =>
    fs.open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    return await open();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const left = await fs.stat(path).catch(missing);
    if (left !== null && now.getTime() - left.mtimeMs < LEFT_BEHIND_MS) {
      throw new CommandError('Another set-up is writing this file: wait ten seconds, then run it again.');
    }
    await fs.rm(path, { force: true });
    return open();
  }
}

/** Writes the backup under a name of its own: no older one is overwritten. */
async function keep(path: string, bytes: Buffer, now: Date): Promise<string> {
  const stamp = now
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[^0-9]/g, '');
  for (let n = 1; ; n++) {
    const backup = `${path}.${stamp}${n === 1 ? '' : `-${n}`}.backup`;
    try {
      await fs.writeFile(backup, bytes, { flag: 'wx', mode: 0o600 });
      return backup;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || n === 100) throw error;
    }
  }
}

const same = (a: Buffer | null, b: Buffer | null): boolean => (a === null || b === null ? a === b : a.equals(b));

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
