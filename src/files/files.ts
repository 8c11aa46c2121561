import type { AllowedFolders } from './allowed-folders.ts';
import { invalidFile } from './failures.ts';
import { pictureRefusal } from './picture.ts';
import { decodeText, readAllowed } from './read.ts';
import { openSaveFolder, type SaveFolder } from './save-folder.ts';

/** The most that a text given by path may hold, bytes. */
const TEXT_FILE_CAP_BYTES = 5 * 1024 * 1024;
/** The most that a picture given by path may hold, bytes. */
const PICTURE_FILE_CAP_BYTES = 20 * 1024 * 1024;

/**
 * What tools may do with the user's files: only in the folders that the operator has allowed. Methods reject with an
 * ArgumentsFailure when the argument is not what it should be, and with a SurroundingsFailure `file_refused` when the
 * file or folder may not be used.
 */
export class Files {
  readonly #folders: AllowedFolders;

  constructor(folders: AllowedFolders) {
    this.#folders = folders;
  }

  /** A picture as base64: PNG, JPEG, WebP or GIF by its bytes, up to 20 MiB. */
  async readPicture(path: string): Promise<{ base64: string }> {
    const bytes = await readAllowed(this.#folders, path, PICTURE_FILE_CAP_BYTES);
    const refusal = await pictureRefusal(bytes);
    if (refusal !== null) throw invalidFile(path, refusal);
    return { base64: bytes.toString('base64') };
  }

  /** The text of a file, up to 5 MiB. */
  async readText(path: string): Promise<string> {
    return decodeText(await readAllowed(this.#folders, path, TEXT_FILE_CAP_BYTES), path);
  }

  /** The folder to save results in; null means the first that is allowed. */
  openSaveFolder(path: string | null): Promise<SaveFolder> {
    return openSaveFolder(this.#folders, path);
  }
}
