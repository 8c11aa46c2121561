import { statfsSync, statSync } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sqliteFailure } from './sqlite-faults.ts';
import { unavailable } from './unavailable.ts';

/** What a disk that works takes at most, so that a late attempt fails for its own reason. */
const LEAST_MS = 250;

/** Preparations that have not ended. One that hangs is not begun again: it holds one of few threads. */
const preparing = new Map<string, Promise<void>>();

/**
 * Makes the folder (0700) and the file (0600) where they are missing. Asynchronous and bounded, since a drive may hang.
 *
 * @param deadline monotonic milliseconds
 * @throws SurroundingsFailure `store_unavailable`
 */
export async function prepareFile(file: string, deadline: number): Promise<void> {
  const running = preparing.get(file) ?? prepare(file).finally(() => preparing.delete(file));
  preparing.set(file, running);
  const timer = new AbortController();
  const timeUp = delay(Math.max(LEAST_MS, deadline - performance.now()), undefined, { signal: timer.signal }).then(
    () => {
      throw unavailable('unwritable', file, 'ETIMEDOUT');
    },
  );
  try {
    await Promise.race([running, timeUp]);
  } finally {
    running.catch(() => {});
    timeUp.catch(() => {});
    timer.abort();
  }
}

async function prepare(file: string): Promise<void> {
  try {
    await makeFolder(dirname(file));
    await makeFile(file);
  } catch (error) {
    throw await sqliteFailure(error, file);
  }
}

/** Node's own recursive `mkdir` tries for ever where a folder can be seen but not be made in (`/proc/nope`). */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder));
      await mkdir(folder, { mode: 0o700 }).catch(ignoreExisting);
    } else if (!(await isFolder(folder))) throw error;
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** A drive, or a folder of another user, may refuse `mkdir` with another error than EEXIST where the folder is there. */
const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  );

/** The file is opened only to create it: closing a descriptor of a database in use drops the process's locks on it. */
async function makeFile(file: string): Promise<void> {
  try {
    await (await open(file, 'wx', 0o600)).close();
  } catch (error) {
    ignoreExisting(error as NodeJS.ErrnoException);
    // Opening a pipe, for example, would block for ever.
    if (!(await stat(file)).isFile()) throw error;
  }
}

/** Linux's numbers of NFS, CIFS, SMB, 9p, FUSE (virtiofs too), Ceph and VirtualBox's folders (statfs(2)). */
const REMOTE = [0x6969, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x00c36400, 0x786f4256];

/** Whether a file may be on another machine's disk, where processes may each have a view of shared memory of their own. */
export function isRemote(file: string): boolean {
  return process.platform === 'linux' && REMOTE.includes(statfsSync(dirname(file)).type);
}

/** Device and inode of a database file, of its log and of the log's index; undefined for one that is not there. */
export type FileIdentity = readonly (string | undefined)[];

/** Which files are at a database's path now. */
export const identify = (file: string): FileIdentity => ['', '-wal', '-shm'].map(suffix => identityOf(file + suffix));

/** Whether these are still the same files; one that was not there before may have come. */
export const isSame = (before: FileIdentity, now: FileIdentity): boolean =>
  before.every((identity, n) => identity === undefined || identity === now[n]);

function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
