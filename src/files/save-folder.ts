import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentsFailure } from '../base/failure.ts';
import type { AllowedFolders } from './allowed-folders.ts';
import { fileRefused } from './failures.ts';

/** An allowed folder, held open, into which results are saved. It is closed once everyone who uses it has closed it. */
export class SaveFolder {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #base: string;
  #users = 1;

  constructor(handle: FileHandle, path: string, byDescriptor: boolean) {
    this.path = path;
    this.#handle = handle;
    // Through the descriptor a name stays in this very folder, whatever is put in its place.
    this.#base = byDescriptor ? `/proc/self/fd/${handle.fd}` : path;
  }

  /** By which path the system reaches a file of this folder. */
  at(name: string): string {
    return join(this.#base, name);
  }

  /** The path of a file of this folder for a person. */
  shown(name: string): string {
    return join(this.path, name);
  }

  /** The same folder for one more user, who closes it too. */
  share(): this {
    this.#users++;
    return this;
  }

  async close(): Promise<void> {
    if (--this.#users === 0) await this.#handle.close();
  }
}

/** Opens a folder for results; null means the first that is allowed. */
export async function openSaveFolder(folders: AllowedFolders, given: string | null): Promise<SaveFolder> {
  const [first] = folders.folders;
  if (first === undefined && given === null) throw fileRefused('none_allowed', 'A folder for results');
  const { handle, path } = await folders.open(given ?? first ?? '', 'folder').catch((error: unknown) => {
    // The operator's own setting, which no argument can correct.
    const missing = given === null && error instanceof ArgumentsFailure;
    throw missing ? fileRefused('first_folder_missing', first ?? '') : error;
  });
  return new SaveFolder(handle, path, folders.byDescriptor);
}
