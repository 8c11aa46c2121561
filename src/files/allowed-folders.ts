import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { isPrivateName } from './private-names.ts';
import { missing, refused, type Wrong } from './wrong.ts';

/** Something opened in an allowed folder, and where it really stands. */
export interface Opened {
  handle: FileHandle;
  path: string;
}

// Windows has neither; there, what was opened is compared with what stands at the real path.
const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Errors of opening that are about the path given, not about a right that is missing. */
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL']);

/** Places of the system whose files are not files. */
const SYSTEM = ['/proc', '/sys', '/dev'];

/** A swap of names must meet every one of them, at the right moment, to go unnoticed. */
const LOOKS = 40;

/** The folders that the operator has allowed, and the one door to what is in them. */
export class AllowedFolders {
  readonly folders: readonly string[];
  /** Whether the system tells where an open descriptor stands, as Linux does in /proc. */
  readonly byDescriptor: boolean;

  /** @param byDescriptor left out except in tests */
  constructor(folders: readonly string[], byDescriptor = process.platform === 'linux') {
    this.folders = folders.map(folder => resolve(folder));
    this.byDescriptor = byDescriptor;
  }

  /**
   * Opens a file or folder for reading if it stands in an allowed folder, judged by its real path once it is open. A
   * path outside is not even looked at. Never waits, as opening a pipe would.
   *
   * @param path absolute and without `..`
   * @param kind only for a folder is a symbolic link at the path's end followed
   */
  async open(path: string, kind: 'file' | 'folder'): Promise<Opened | Wrong> {
    const roots = await this.#roots();
    if (![...this.folders, ...roots].some(root => isInside(root, path))) return this.#outside();
    const handle = await tryOpen(path, kind);
    if ('problem' in handle) return handle;
    try {
      const real = await this.#realPath(handle, path);
      const wrong = real === null ? missing(kind) : this.#judge(real, roots);
      if (real !== null && wrong === null) return { handle, path: real };
      await handle.close();
      return wrong ?? missing(kind);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  #judge(real: string, roots: string[]): Wrong | null {
    const around = roots.filter(folder => isInside(folder, real));
    if (around.length === 0 || SYSTEM.some(place => isInside(place, real))) return this.#outside();
    return around.every(folder => isPrivateName(relative(folder, real).split(sep)))
      ? refused(
          'Hidden files and folders, and those named like a key or a password, are never used.',
          'If it is no secret, the user can copy it to another name; then make the call again with that.',
        )
      : null;
  }

  /** The allowed folders' real paths; one that is not there allows nothing. */
  async #roots(): Promise<string[]> {
    const found = await Promise.all(this.folders.map(folder => realpath(folder).catch(() => null)));
    return found.filter(root => root !== null);
  }

  /** Where an open file or folder really stands; null when it no longer stands anywhere, or something else does. */
  async #realPath(handle: FileHandle, path: string): Promise<string | null> {
    const opened = await handle.stat({ bigint: true });
    if (opened.nlink === 0n) return null;
    if (this.byDescriptor) return readlink(`/proc/self/fd/${handle.fd}`);
    // A folder on the way may be swapped for a symbolic link between two of these calls, and back: without a system
    // that tells where a descriptor stands, looking again and again is what makes that hopeless to hit.
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

  #outside(): Wrong {
    return refused(
      this.folders.length === 0 ? 'No folder is allowed so far.' : 'It is not in one of the folders that are allowed.',
    );
  }
}

/** Whether a path is a folder or stands in it; both absolute. `/allowed-too` does not stand in `/allowed`. */
function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function tryOpen(path: string, kind: 'file' | 'folder'): Promise<FileHandle | Wrong> {
  try {
    if (kind === 'folder') return await open(path, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
    if ((await lstat(path)).isSymbolicLink()) return SYMBOLIC_LINK;
    return await open(path, constants.O_RDONLY | SAFELY);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (NOT_THERE.has(code)) return missing(kind);
    if (code === 'ELOOP') return SYMBOLIC_LINK;
    if (code === 'ENXIO') return refused('It is not an ordinary file.', GIVE_FILE);
    if (/^E[A-Z]+$/.test(code)) return refused(`It cannot be opened (${code}).`);
    throw error;
  }
}

const GIVE_FILE = 'Make the call again with the path of an ordinary file.';
const SYMBOLIC_LINK = refused('It is a symbolic link.', 'Make the call again with the path of the file itself.');
