import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readFile, unlink } from 'node:fs/promises';
import * as z from 'zod';
import { ENDINGS } from '../files/file-kinds.ts';
import type { SaveFolder } from '../files/save-folder.ts';
import { claimName } from './claim-name.ts';

/** What must be known to go on with a part: written beside it, where anyone may change it. */
const origin = z.object({
  /** For If-Range; null when the server gave none. */
  validator: z
    .string()
    .regex(/^[\x20-\x7e]+$/)
    .nullable(),
  /** Bytes of the whole, if the server said. */
  total: z.number().int().nonnegative().nullable(),
  ending: z.string().refine(ending => ENDINGS.includes(ending)),
  /** How often what had come was of no use, and the output was begun anew. */
  restarts: z.number().int(),
});
export type Origin = z.infer<typeof origin>;

/** So that the last flush, which a call has to wait for, is short. */
const SYNC_EVERY_BYTES = 32 * 1024 * 1024;
const NOTE_CAP_BYTES = 16 * 1024;
const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What has come of an output so far: a hidden file beside what it will be, and a note of where it came from. */
export class PartFile {
  readonly #folder: SaveFolder;
  readonly #stem: string;
  readonly #name: string;
  #handle: FileHandle;
  #size: number;
  #origin: Origin | null;
  #unsynced = 0;

  private constructor(folder: SaveFolder, stem: string, handle: FileHandle, size: number, from: Origin | null) {
    this.#folder = folder;
    this.#stem = stem;
    this.#name = nameOf(stem);
    this.#handle = handle;
    this.#size = size;
    this.#origin = from;
  }

  /** Takes up what is there of an output, or begins it. */
  static async open(folder: SaveFolder, stem: string): Promise<PartFile> {
    const name = nameOf(stem);
    const from = await readOrigin(folder, name);
    const found = from && (await takeUp(folder, name));
    if (found) return new PartFile(folder, stem, found.handle, found.size, from);
    return new PartFile(folder, stem, await create(folder, name), 0, from);
  }

  get size(): number {
    return this.#size;
  }

  /** Where what is there came from; null when nothing is known. */
  get origin(): Origin | null {
    return this.#origin;
  }

  /** Begins anew, in a new file: a call of another process may still be writing to the old one. */
  async begin(from: Omit<Origin, 'restarts'>): Promise<void> {
    let restarts = this.#origin?.restarts ?? 0;
    if (this.#size > 0) {
      restarts++;
      await this.#handle.close();
      this.#handle = await create(this.#folder, this.#name);
      this.#size = 0;
    }
    this.#origin = { ...from, restarts };
    const note = await create(this.#folder, noteOf(this.#name));
    try {
      await note.writeFile(JSON.stringify(this.#origin));
    } finally {
      await note.close();
    }
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
   * Gives the whole file its name, and leaves nothing else behind.
   *
   * @returns `taken` when something stands there already; `displaced` when a call of another process had put its own
   * part in this one's place
   */
  async publish(name: string): Promise<'done' | 'taken' | 'displaced'> {
    await this.#handle.datasync();
    const path = this.#folder.at(name);
    if (!(await claimName(this.#folder.at(this.#name), path))) return 'taken';
    const [own, there] = await Promise.all([this.#handle.stat({ bigint: true }), lstat(path, { bigint: true })]);
    if (own.ino !== there.ino || own.dev !== there.dev) {
      await unlink(path);
      return 'displaced';
    }
    await discardPart(this.#folder, this.#stem);
    return 'done';
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Removes what is left of an output's part, if anything. */
export async function discardPart(folder: SaveFolder, stem: string): Promise<void> {
  const name = nameOf(stem);
  await remove(folder.at(name));
  await remove(folder.at(noteOf(name)));
}

const nameOf = (stem: string): string => `.${stem}.part`;
const noteOf = (name: string): string => `${name}.json`;

/** An existing part, if it is an ordinary file that stands under this one name only. */
async function takeUp(folder: SaveFolder, name: string): Promise<{ handle: FileHandle; size: number } | null> {
  const handle = await open(folder.at(name), constants.O_WRONLY | SAFELY).catch(() => null);
  if (!handle) return null;
  const stats = await handle.stat();
  if (stats.isFile() && stats.nlink === 1) return { handle, size: stats.size };
  await handle.close();
  return null;
}

/** A new, empty file of that name; whatever had the name loses it. */
async function create(folder: SaveFolder, name: string): Promise<FileHandle> {
  await remove(folder.at(name));
  return open(folder.at(name), 'wx');
}

async function readOrigin(folder: SaveFolder, name: string): Promise<Origin | null> {
  const handle = await open(folder.at(noteOf(name)), constants.O_RDONLY | SAFELY).catch(() => null);
  if (!handle) return null;
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > NOTE_CAP_BYTES) return null;
    const parsed = origin.safeParse(JSON.parse(await readFile(handle, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
