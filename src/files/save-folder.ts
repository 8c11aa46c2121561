import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { AllowedFolders } from './allowed-folders.ts';
import { toPath } from './path-argument.ts';
import { refused, unfit, type Wrong } from './wrong.ts';

/** An allowed folder, held open, into which results are saved. */
export class SaveFolder {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #base: string;

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

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/**
 * Opens the folder that results are to be saved in.
 *
 * @param given the path as an argument has it; null for the first allowed folder
 */
export async function openSaveFolder(folders: AllowedFolders, given: string | null): Promise<SaveFolder | Wrong> {
  const path = given === null ? folders.folders[0] : toPath(given);
  if (path === undefined) return refused('No folder is allowed so far.');
  if (path === null) return unfit('Give an absolute path.');
  const opened = await folders.open(path, 'folder');
  if ('handle' in opened) return new SaveFolder(opened.handle, opened.path, folders.byDescriptor);
  // The operator's own setting, which no argument can put right.
  return given === null ? refused('The first of the folders that are allowed is not there.') : opened;
}
