import type { Next } from './next.ts';

/** How far a download has come. */
export interface DownloadProgress {
  /** Outputs of the job. */
  outputs: number;
  /** Outputs that are saved whole. */
  saved: number;
  /** The output that time ran out on: bytes so far, and of how many if that is known. Null when all are saved. */
  under: { bytes: number; total: number | null } | null;
}

/** What comes next when a result that is not complete yet was to be saved. */
export const AWAIT_RESULT: Next = {
  action: 'repeat',
  after_seconds: 1,
  reason: 'Its result is not complete yet: make the very same call again; it waits for that and then saves.',
};

/** What is said of a download, and what comes next. Pure; no text from outside enters it. */
export function describeDownload({ outputs, saved, under }: DownloadProgress): { summary: string; next: Next } {
  const so = `${saved} of ${outputs} ${outputs === 1 ? 'output' : 'outputs'} saved`;
  if (under === null) {
    return {
      summary: `${so}; their paths are in download.`,
      next: { action: 'done', reason: 'Tell the user where the files in download are.' },
    };
  }
  const of = under.total === null ? '' : ` of ${megabytes(under.total)}`;
  return {
    summary: `${so} so far; the next one is at ${megabytes(under.bytes)}${of} MB.`,
    next: {
      action: 'repeat',
      after_seconds: 1,
      reason: 'There is more than one call can fetch: make the very same call again; it goes on where it stopped.',
    },
  };
}

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
