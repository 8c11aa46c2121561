import { aborted } from '../base/clock.ts';
import type { SaveFolder } from '../files/save-folder.ts';
import type { Links } from './links.ts';
import { type Saved, transfer, type Under } from './transfer.ts';

export interface DownloadsOptions {
  links: Links;
  /** How long a call may take, milliseconds. */
  callMs?: number;
  /** The most that one file may weigh. */
  capBytes?: number;
}

/** What one call asks for: a job's outputs. */
export interface DownloadOrder {
  /** Names the files. */
  requestId: string;
  outputs: readonly { url: string }[];
  folder: SaveFolder;
  /** Ends the call; what has come stays for the next. */
  signal: AbortSignal;
  /** Told now and then: bytes of all outputs so far, and of how many if that is known. */
  onBytes(bytes: number, total: number | null): void;
}

const CAP_BYTES = 2 * 1024 ** 3;
/** Under the 55 s that a call may last, with room for the last flush to the disk. */
const CALL_MS = 50_000;
const TOLD_EVERY_BYTES = 1024 * 1024;

/** Saves what jobs have made. */
export class Downloads {
  readonly callMs: number;
  readonly #links: Links;
  readonly #capBytes: number;
  /** Transfers under way, by the path they lead to: two calls never write to one part. */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor({ links, callMs = CALL_MS, capBytes = CAP_BYTES }: DownloadsOptions) {
    this.callMs = callMs;
    this.#links = links;
    this.#capBytes = capBytes;
  }

  /**
   * Saves outputs one after another, until all are there or the signal ends it.
   *
   * @returns what is saved whole, and how far the next one is if the time ran out
   * @throws Failure `download_failed`, or `file_refused` when the folder cannot be written to
   */
  async save(order: DownloadOrder): Promise<{ saved: Saved[]; under: Under | null }> {
    const saved: Saved[] = [];
    const tell = nowAndThen(order.onBytes);
    for (const [i, { url }] of order.outputs.entries()) {
      const before = saved.reduce((sum, { bytes }) => sum + bytes, 0);
      const end = await this.#alone(order, `${order.requestId}-${i + 1}`, url, (bytes, total) =>
        tell(before + bytes, total === null ? null : before + total),
      );
      if (!('path' in end)) return { saved, under: end };
      saved.push(end);
    }
    return { saved, under: null };
  }

  /** A transfer, begun when no other call is at the same one. */
  async #alone(
    { folder, signal }: DownloadOrder,
    stem: string,
    url: string,
    onBytes: DownloadOrder['onBytes'],
  ): Promise<Saved | Under> {
    const key = `${folder.path}\n${stem}`;
    for (let other = this.#running.get(key); other; other = this.#running.get(key)) {
      await Promise.race([other, aborted(signal)]);
      if (signal.aborted) return { bytes: 0, total: null };
    }
    const own = transfer(this.#links, { url, folder, stem, capBytes: this.#capBytes, signal, onBytes });
    this.#running.set(
      key,
      own.catch(() => {}),
    );
    try {
      return await own;
    } finally {
      this.#running.delete(key);
    }
  }
}

/** Passes on the first piece, and then one for each hundredth or MiB, whichever is more. */
function nowAndThen(tell: DownloadOrder['onBytes']): DownloadOrder['onBytes'] {
  let next = 0;
  return (bytes, total) => {
    if (bytes < next && bytes !== total) return;
    next = bytes + Math.max(TOLD_EVERY_BYTES, (total ?? 0) / 100);
    tell(bytes, total);
  };
}
