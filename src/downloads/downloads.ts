import { aborted } from '../base/clock.ts';
import { isDeviceName } from '../files/paths.ts';
import type { SaveFolder } from '../files/save-folder.ts';
import type { LinkClient } from './link-client.ts';
import { type Progress, type SavedFile, Transfer } from './transfer.ts';

export interface DownloadsOptions {
  links: LinkClient;
  /** The most that one file may hold, bytes. */
  capBytes?: number;
}

/** What one call asks for: a job's outputs. */
export interface DownloadOrder {
  /** Names the files. */
  requestId: string;
  outputs: readonly { url: string }[];
  folder: SaveFolder;
  /** Ends the call; transfers continue. */
  signal: AbortSignal;
  /** Called now and then with the bytes of all outputs so far, and of how many if that is known. */
  onBytes(bytes: number, total: number | null): void;
}

const CAP_BYTES = 2 * 1024 ** 3;
const PROGRESS_EVERY_BYTES = 1024 * 1024;

/** Saves outputs of jobs. A transfer that outlasts its call continues in this process, and a later call waits for it. */
export class Downloads {
  readonly #links: LinkClient;
  readonly #capBytes: number;
  /** Transfers under way, by the path that they lead to. */
  readonly #running = new Map<string, Transfer>();

  constructor({ links, capBytes = CAP_BYTES }: DownloadsOptions) {
    this.#links = links;
    this.#capBytes = capBytes;
  }

  /**
   * Saves outputs one after another, until all are there or the signal ends the call.
   *
   * @returns what is saved, and how far the next one is if the signal ended the call
   * @throws SurroundingsFailure `download_failed`, or `file_refused` when the folder cannot be written to
   */
  async save(order: DownloadOrder): Promise<{ saved: SavedFile[]; under: Progress | null }> {
    const saved: SavedFile[] = [];
    const report = throttled(order.onBytes);
    for (const [i, { url }] of order.outputs.entries()) {
      const before = saved.reduce((sum, { bytes }) => sum + bytes, 0);
      const transfer = this.#transfer(order.folder, stemOf(order.requestId, i + 1), url);
      const end = await during(transfer, order.signal, ({ bytes, total }) =>
        report(before + bytes, total === null ? null : before + total),
      );
      if (end === null) return { saved, under: { ...transfer.progress } };
      saved.push(end);
    }
    return { saved, under: null };
  }

  /** The transfer to a path: the one under way, or a new one. */
  #transfer(folder: SaveFolder, stem: string, url: string): Transfer {
    const key = folder.shown(stem);
    const running = this.#running.get(key);
    if (running) return running;
    const own = folder.share();
    const transfer = new Transfer(this.#links, { url, folder: own, stem, capBytes: this.#capBytes });
    this.#running.set(key, transfer);
    const end = (): void => {
      this.#running.delete(key);
      void own.close();
    };
    transfer.done.then(end, end);
    return transfer;
  }
}

/** The result of a transfer; null when the call ends first. */
async function during(
  transfer: Transfer,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<SavedFile | null> {
  const stop = transfer.onProgress(onProgress);
  try {
    return await Promise.race([transfer.done, aborted(signal).then(() => null)]);
  } finally {
    stop();
  }
}

/** A file's name without its ending, which every system takes: ids may hold a colon, and none holds a percent sign. */
function stemOf(requestId: string, output: number): string {
  const stem = `${requestId.replaceAll(':', '%3A')}-${output}`;
  return isDeviceName(stem) ? `job-${stem}` : stem;
}

/** Passes on the first piece, and then one for each hundredth or MiB, whichever is more. */
function throttled(report: DownloadOrder['onBytes']): DownloadOrder['onBytes'] {
  let next = 0;
  return (bytes, total) => {
    if (bytes < next && bytes !== total) return;
    next = bytes + Math.max(PROGRESS_EVERY_BYTES, (total ?? 0) / 100);
    report(bytes, total);
  };
}
