import { type FileHandle, lstat, open, unlink } from 'node:fs/promises';
import type { SaveFolder } from '../files/save-folder.ts';
import { retryWhileHeld } from '../files/while-held.ts';
import { claimName } from './claim-name.ts';

/** So that the last flush, which a call has to wait for, is short. */
const SYNC_EVERY_BYTES = 32 * 1024 * 1024;

/** The received part of an output: a hidden file that is not mistaken for a result. */
export class PartFile {
  readonly #folder: SaveFolder;
  readonly #path: string;
  readonly #handle: FileHandle;
  #size = 0;
  #unsynced = 0;

  private constructor(folder: SaveFolder, path: string, handle: FileHandle) {
    this.#folder = folder;
    this.#path = path;
    this.#handle = handle;
  }

  /** A new, empty part. Replaces one left over from a process that ended, and also one of another process. */
  static async create(folder: SaveFolder, stem: string): Promise<PartFile> {
    const path = folder.at(`.${stem}.part`);
    await remove(path);
    return new PartFile(folder, path, await retryWhileHeld(() => open(path, 'wx')));
  }

  get size(): number {
    return this.#size;
  }

  async append(chunk: Buffer): Promise<void> {
    const { bytesWritten } = await this.#handle.write(chunk, 0, chunk.length, this.#size);
    this.#size += bytesWritten;
    if (bytesWritten < chunk.length) return this.append(chunk.subarray(bytesWritten));
    this.#unsynced += chunk.length;
    if (this.#unsynced < SYNC_EVERY_BYTES) return;
    this.#unsynced = 0;
    await this.#handle.datasync();
  }

  /**
   * Gives the whole file its name.
   *
   * @returns `taken` when something has that name already; `displaced` when another process had put its own part in this
   * one's place
   */
  async publish(name: string): Promise<'done' | 'taken' | 'displaced'> {
    await this.#handle.datasync();
    if (!(await this.#isAt(this.#path))) return 'displaced';
    const path = this.#folder.at(name);
    if (!(await claimName(this.#path, path))) return 'taken';
    if (await this.#isAt(path)) return 'done';
    await remove(path);
    return 'displaced';
  }

  /** Closes the part and removes its hidden name. */
  async discard(): Promise<void> {
    const own = await this.#isAt(this.#path);
    await this.#handle.close();
    if (own) await remove(this.#path).catch(() => {});
  }

  /** Whether a path leads to this very file. */
  async #isAt(path: string): Promise<boolean> {
    const there = await lstat(path, { bigint: true }).catch(() => null);
    const own = await this.#handle.stat({ bigint: true });
    return there?.ino === own.ino && there.dev === own.dev;
  }
}

async function remove(path: string): Promise<void> {
  await retryWhileHeld(() => unlink(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
