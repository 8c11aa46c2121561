import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { SurroundingsFailure } from '../../src/base/failure.ts';
import { Downloads } from '../../src/downloads/downloads.ts';
import { LinkClient, type LinkLimits } from '../../src/downloads/link-client.ts';
import type { Progress, SavedFile } from '../../src/downloads/transfer.ts';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { Files } from '../../src/files/files.ts';
import { NO_PROXIES, type Proxies } from '../../src/net/proxy.ts';
import type { Resolve } from '../../src/net/resolve.ts';

export const JOB = 'c546520207fb4b68b0adce825f9dcf6d';
export const MP4 = `${JOB}-1.mp4`;
export const PART = `.${JOB}-1.part`;

export const content = (bytes: number): Buffer => randomBytes(bytes);

/** What came of a call: what was saved, or the facts of its failure. */
export interface Came {
  saved?: SavedFile[];
  under?: Progress | null;
  code?: string;
  reason?: string;
  transient?: boolean;
  cause?: string;
}

export interface Setup {
  folder: string;
  allowedOrigin?: string | null;
  proxies?: Proxies;
  resolve?: Resolve;
  limits?: Partial<LinkLimits>;
  capBytes?: number;
  byDescriptor?: boolean;
}

/** Downloads into a folder, ready to be called. */
export function setUp({
  folder,
  allowedOrigin = null,
  proxies = NO_PROXIES,
  resolve = async () => [],
  limits,
  capBytes,
  byDescriptor,
}: Setup) {
  const links = new LinkClient({ resolve, allowedOrigin, proxies, ...(limits ? { limits } : {}) });
  onTestFinished(() => links.close());
  const downloads = new Downloads({ links, ...(capBytes === undefined ? {} : { capBytes }) });
  const allowed = { folders: [folder], home: null, dataDir: null };
  const files = new Files(new AllowedFolders(byDescriptor === undefined ? allowed : { ...allowed, byDescriptor }));
  const told: [number, number | null][] = [];

  async function save(urls: string[], signal = new AbortController().signal, requestId = JOB): Promise<Came> {
    const opened = await files.openSaveFolder(null);
    try {
      const outputs = urls.map(url => ({ url }));
      const onBytes = (bytes: number, total: number | null) => void told.push([bytes, total]);
      return await downloads.save({ requestId, outputs, folder: opened, signal, onBytes });
    } catch (error) {
      if (!(error instanceof SurroundingsFailure)) throw error;
      const { reason, transient, cause } = error.facts;
      return {
        code: error.code,
        ...(reason === undefined ? {} : { reason }),
        ...(transient === undefined ? {} : { transient }),
        ...(cause === undefined ? {} : { cause }),
      };
    } finally {
      await opened.close();
    }
  }
  return { save, told };
}

/** What is in a folder: names, and contents as they are. */
export const contentsOf = (folder: string): Record<string, Buffer> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map(name => [name, readFileSync(join(folder, name))]),
  );
