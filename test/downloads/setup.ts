import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Failure } from '../../src/base/failure.ts';
import { Downloads } from '../../src/downloads/downloads.ts';
import { type LinkLimits, Links } from '../../src/downloads/links.ts';
import type { Saved, Under } from '../../src/downloads/transfer.ts';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { openSaveFolder } from '../../src/files/save-folder.ts';
import { explain } from '../../src/guidance/problems.ts';
import type { Resolve } from '../../src/net/resolve.ts';

export const JOB = 'c546520207fb4b68b0adce825f9dcf6d';
export const MP4 = `${JOB}-1.mp4`;
export const PART = `.${JOB}-1.part`;

export const content = (bytes: number): Buffer => randomBytes(bytes);

/** What came of a call: what was saved, or the code and the action of its failure. */
export interface Came {
  saved?: Saved[];
  under?: Under | null;
  code?: string;
  action?: string;
  message?: string;
}

export interface Setup {
  folder: string;
  allowedOrigin?: string | null;
  resolve?: Resolve;
  limits?: Partial<LinkLimits>;
  capBytes?: number;
  byDescriptor?: boolean;
}

/** Downloads into a folder, ready to be called. */
export function setUp({
  folder,
  allowedOrigin = null,
  resolve = async () => [],
  limits,
  capBytes,
  byDescriptor,
}: Setup) {
  const links = new Links({ resolve, allowedOrigin, ...(limits ? { limits } : {}) });
  onTestFinished(() => links.close());
  const downloads = new Downloads({ links, ...(capBytes === undefined ? {} : { capBytes }) });
  const folders = new AllowedFolders([folder], byDescriptor);
  const told: [number, number | null][] = [];

  async function save(urls: string[], signal = new AbortController().signal): Promise<Came> {
    const opened = await openSaveFolder(folders, null);
    if ('problem' in opened) throw new Error(opened.problem);
    try {
      const outputs = urls.map(url => ({ url }));
      const onBytes = (bytes: number, total: number | null) => void told.push([bytes, total]);
      return await downloads.save({ requestId: JOB, outputs, folder: opened, signal, onBytes });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { next, error: problem } = explain(error.code, error.facts, 'download_result');
      return { code: error.code, action: next.action, message: problem.message };
    } finally {
      await opened.close();
    }
  }
  return { save, told };
}

/** What stands in a folder: names, and contents as they are. */
export const contentsOf = (folder: string): Record<string, Buffer> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map(name => [name, readFileSync(join(folder, name))]),
  );
