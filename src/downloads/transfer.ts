import { lstat } from 'node:fs/promises';
import { Failure, SurroundingsFailure } from '../base/failure.ts';
import { fileRefused } from '../files/failures.ts';
import { contentTypeOf, EXTENSIONS, extensionFor } from '../files/file-kinds.ts';
import type { SaveFolder } from '../files/save-folder.ts';
import { causeOf } from '../net/cause.ts';
import { broken, type DownloadReason, discard, type LinkAnswer, type LinkClient } from './link-client.ts';
import { PartFile } from './part-file.ts';

/** A result on disk, as an agent sees it. */
export interface SavedFile {
  path: string;
  bytes: number;
  content_type: string;
}

/** Progress of one output. */
export interface Progress {
  bytes: number;
  /** Null when the server did not say. */
  total: number | null;
}

/** What to save, and under which name. */
export interface TransferOrder {
  url: string;
  folder: SaveFolder;
  /** The file's name without its ending. */
  stem: string;
  capBytes: number;
}

/** Limit of a whole transfer: a server that sends a byte now and then never ends. */
const TRANSFER_MS = 30 * 60_000;

/** The transfer of one output to the disk. It continues whether or not a call waits for it. */
export class Transfer {
  /** Resolves when the file has its name; rejects with `download_failed`, or `file_refused` when it cannot be written. */
  readonly done: Promise<SavedFile>;
  readonly progress: Progress = { bytes: 0, total: null };
  readonly #links: LinkClient;
  readonly #order: TransferOrder;
  readonly #listeners = new Set<(progress: Progress) => void>();

  constructor(links: LinkClient, order: TransferOrder) {
    this.#links = links;
    this.#order = order;
    this.done = this.#run();
    // Nobody may be waiting when it fails: the next call then starts it anew.
    this.done.catch(() => {});
  }

  /** Calls `listener` after every piece, until the function that is returned is called. */
  onProgress(listener: (progress: Progress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A file that is there already is not fetched again. */
  async #run(): Promise<SavedFile> {
    const { folder, stem, url, capBytes } = this.#order;
    const saved = await findSaved(folder, stem);
    if (saved) return saved;
    const answer = await this.#links.open(url, AbortSignal.timeout(TRANSFER_MS));
    const refusal = refuseAnswer(answer, capBytes);
    if (refusal) {
      discard(answer.body);
      throw refusal;
    }
    this.progress.total = answer.length;
    const part = await PartFile.create(folder, stem).catch((error: unknown) => {
      discard(answer.body);
      throw unwritable(folder, error);
    });
    try {
      await this.#write(answer, part);
      return await this.#publish(part, extensionFor(answer.contentType, answer.pathname));
    } finally {
      await part.discard();
    }
  }

  async #write({ body, length }: LinkAnswer, part: PartFile): Promise<void> {
    const { folder, capBytes } = this.#order;
    try {
      for await (const chunk of body) {
        if (part.size + chunk.length > capBytes) throw failed('too_large');
        await part.append(chunk).catch((error: unknown) => {
          throw unwritable(folder, error);
        });
        this.progress.bytes = part.size;
        for (const listener of this.#listeners) listener(this.progress);
      }
    } catch (error) {
      throw error instanceof Failure ? error : broken(causeOf(error));
    }
    if (part.size === 0) throw failed('empty');
    if (length !== null && part.size !== length) throw broken('cut short');
  }

  async #publish(part: PartFile, ending: string): Promise<SavedFile> {
    const { folder, stem } = this.#order;
    const name = `${stem}.${ending}`;
    const end = await part.publish(name).catch((error: unknown) => {
      throw unwritable(folder, error);
    });
    if (end === 'done') return toSaved(folder, name, ending, part.size);
    if (end === 'displaced') throw broken('another process saves the same output');
    const saved = await findSaved(folder, stem);
    if (saved) return saved;
    throw fileRefused('name_taken', folder.shown(name));
  }
}

/** An output that was saved before. */
async function findSaved(folder: SaveFolder, stem: string): Promise<SavedFile | null> {
  const found = await Promise.all(
    EXTENSIONS.map(async ending => {
      const name = `${stem}.${ending}`;
      const stats = await lstat(folder.at(name)).catch(() => null);
      return stats?.isFile() && stats.size > 0 ? toSaved(folder, name, ending, stats.size) : null;
    }),
  );
  return found.find(saved => saved !== null) ?? null;
}

function refuseAnswer(answer: LinkAnswer, capBytes: number): SurroundingsFailure | null {
  const { status, length, contentType, encoded } = answer;
  if ([401, 403, 404, 410].includes(status)) return failed('link_expired', status);
  if (status === 429 || status >= 500) return broken(`HTTP ${status}`, { httpStatus: status });
  if (status !== 200) return failed('not_a_file', status);
  if (/^text\/html\b/i.test(contentType ?? '')) return failed('not_a_file');
  if (encoded) return failed('encoded');
  return length !== null && length > capBytes ? failed('too_large') : null;
}

function toSaved(folder: SaveFolder, name: string, ending: string, bytes: number): SavedFile {
  return { path: folder.shown(name), bytes, content_type: contentTypeOf(ending) };
}

/** A failure that repeating the call does not cure. */
function failed(reason: DownloadReason, httpStatus?: number): SurroundingsFailure {
  const facts = { reason, transient: false };
  return new SurroundingsFailure('download_failed', { ...facts, ...(httpStatus ? { httpStatus } : {}) });
}

/** What is thrown for an error of the file system: a folder that cannot be written to, or the error itself. */
function unwritable(folder: SaveFolder, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!/^E[A-Z]+$/.test(code)) return error;
  return fileRefused(code === 'ENOSPC' || code === 'EDQUOT' ? 'no_space' : 'unwritable', folder.path, code);
}
