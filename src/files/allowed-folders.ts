import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink, realpath, stat } from 'node:fs/promises';
import nodePath, { join, relative, resolve, sep } from 'node:path';
import { fileRefused, invalidFile } from './failures.ts';
import { findLookAlike } from './look-alike.ts';
import { toPath } from './path-argument.ts';
import { isInside, isSpecialPath, normalizeName } from './paths.ts';
import { isPrivateName } from './private-names.ts';
import { retryWhileHeld } from './while-held.ts';

/** Something opened in an allowed folder, and where it really is. */
export interface OpenedPath {
  handle: FileHandle;
  path: string;
}

export interface AllowedFoldersOptions {
  folders: readonly string[];
  /** What `~` means. */
  home: string | null;
  /**
   * The folder of the job store, whose files no tool opens: closing any descriptor of a SQLite file drops the locks that
   * this process holds on it. Null when there is none.
   */
  dataDir: string | null;
  /** Left out except in tests: whether the system says where an open descriptor leads, as Linux does in /proc. */
  byDescriptor?: boolean;
}

// Windows has neither; there, what was opened is compared with what is at the real path.
const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Errors of opening that are about the path given, not about a right that is missing. */
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL']);

/** Places of the system whose files are not files. */
const SYSTEM = ['/proc', '/sys', '/dev'];

/** Checks that a swap of names must hit, each at the right moment, to go unnoticed. */
const LOOKS = 40;

/** The folders that the operator has allowed, and the only way to open what is in them. */
export class AllowedFolders {
  readonly folders: readonly string[];
  readonly byDescriptor: boolean;
  readonly #home: string | null;
  readonly #dataDir: string | null;

  constructor({ folders, home, dataDir, byDescriptor = process.platform === 'linux' }: AllowedFoldersOptions) {
    this.folders = folders.map(folder => resolve(folder));
    this.byDescriptor = byDescriptor;
    this.#home = home;
    this.#dataDir = dataDir;
  }

  /**
   * Opens a file or folder for reading if it is in an allowed folder, judged by its real path once it is open. A path
   * outside is not even looked at. Never waits, as opening a pipe would.
   *
   * @param given the argument
   * @param kind only for a folder is a symbolic link at the path's end followed
   * @throws ArgumentsFailure when there is no such file, SurroundingsFailure `file_refused` when it may not be used
   */
  async open(given: string, kind: 'file' | 'folder'): Promise<OpenedPath> {
    const wanted = toPath(given, { path: nodePath, home: this.#home });
    if (wanted === null) throw invalidFile(given, 'Give an absolute path.');
    if (isSpecialPath(wanted)) throw fileRefused('not_a_file', wanted);
    const roots = await this.#roots();
    const path = await this.#locate(wanted, roots);
    if (path === null) throw invalidFile(given, `There is no such ${kind}.`);
    await this.#refuseStore(path);
    const handle = await tryOpen(path, kind);
    try {
      const real = await this.#realPath(handle, path);
      if (real === null) throw invalidFile(given, `There is no such ${kind}.`);
      this.#judge(real, roots);
      return { handle, path: real };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The path given, or the one that looks the same; null when nothing of that name is there. */
  async #locate(given: string, roots: string[]): Promise<string | null> {
    const allowed = [...this.folders, ...roots];
    const root = allowed.find(folder => isInside(folder, given));
    if (root !== undefined) return findLookAlike(root, relative(root, given), roots);
    const alike = allowed.find(folder => isInside(normalizeName(folder), normalizeName(given)));
    if (alike === undefined) throw this.#outside(given);
    const below = given.split(sep).slice(alike.split(sep).length);
    return findLookAlike(alike, join(...below), roots);
  }

  #judge(real: string, roots: string[]): void {
    const around = roots.filter(folder => isInside(folder, real));
    if (around.length === 0 || SYSTEM.some(place => isInside(place, real))) throw this.#outside(real);
    if (around.every(folder => isPrivateName(relative(folder, real).split(sep))))
      throw fileRefused('private_name', real);
  }

  /** Before anything is opened: by path, and by what the path leads to, since a file may have several names. */
  async #refuseStore(path: string): Promise<void> {
    const folder = this.#dataDir && (await realpath(this.#dataDir).catch(() => null));
    if (!folder) return;
    const real = await realpath(path).catch(() => path);
    if (isInside(folder, real)) throw fileRefused('data_folder', path);
    const found = await stat(path, { bigint: true }).catch(() => null);
    if (!found?.isFile()) return;
    for (const name of await readdir(folder).catch(() => [])) {
      const own = await lstat(join(folder, name), { bigint: true }).catch(() => null);
      if (own?.dev === found.dev && own.ino === found.ino) throw fileRefused('data_folder', path);
    }
  }

  /** The allowed folders' real paths; one that is not there allows nothing. */
  async #roots(): Promise<string[]> {
    const found = await Promise.all(this.folders.map(folder => realpath(folder).catch(() => null)));
    return found.filter(root => root !== null);
  }

  /** Where an open file or folder really is; null when it is no longer anywhere, or something else is there. */
  async #realPath(handle: FileHandle, path: string): Promise<string | null> {
    const opened = await handle.stat({ bigint: true });
    if (opened.nlink === 0n) return null;
    if (this.byDescriptor) return readlink(`/proc/self/fd/${handle.fd}`);
    // A folder on the way may be swapped for a symbolic link between two of these calls, and back: without a system
    // that says where a descriptor leads, repeated checks make that practically impossible.
    let real: string | null = null;
    for (let look = 0; look < LOOKS; look++) {
      const found = await realpath(path).catch(() => null);
      const there = found === null ? null : await lstat(found, { bigint: true }).catch(() => null);
      if (found === null || there?.dev !== opened.dev || there.ino !== opened.ino) return null;
      if (found !== (real ?? found)) return null;
      real = found;
    }
    return real;
  }

  #outside(place: string) {
    return fileRefused(this.folders.length === 0 ? 'none_allowed' : 'not_allowed', place);
  }
}

async function tryOpen(path: string, kind: 'file' | 'folder'): Promise<FileHandle> {
  try {
    if (kind === 'folder') return await open(path, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
    if ((await lstat(path)).isSymbolicLink()) throw fileRefused('symbolic_link', path);
    return await retryWhileHeld(() => open(path, constants.O_RDONLY | SAFELY));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (NOT_THERE.has(code)) throw invalidFile(path, `There is no such ${kind}.`);
    if (code === 'ELOOP') throw fileRefused('symbolic_link', path);
    if (code === 'ENXIO') throw fileRefused('not_a_file', path);
    if (/^E[A-Z]+$/.test(code)) throw fileRefused('cannot_open', path, code);
    throw error;
  }
}
