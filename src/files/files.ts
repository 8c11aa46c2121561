import type { AllowedFolders } from './allowed-folders.ts';
import { readJsonFile } from './json-file.ts';
import { readPicture } from './picture.ts';
import { openSaveFolder, type SaveFolder } from './save-folder.ts';
import type { Wrong } from './wrong.ts';

/** What tools may do with the user's files: only in the folders that the operator has allowed. */
export class Files {
  readonly #folders: AllowedFolders;

  constructor(folders: AllowedFolders) {
    this.#folders = folders;
  }

  /** A picture as base64: PNG, JPEG, WebP or GIF by its bytes, up to 20 MiB. */
  readPicture(path: string): Promise<{ base64: string } | Wrong> {
    return readPicture(this.#folders, path);
  }

  /** The contents of a JSON file, up to 5 MiB. */
  readJson(path: string): Promise<{ json: unknown } | Wrong> {
    return readJsonFile(this.#folders, path);
  }

  /** The folder to save results in; null stands for the first that is allowed. */
  openSaveFolder(path: string | null): Promise<SaveFolder | Wrong> {
    return openSaveFolder(this.#folders, path);
  }
}
