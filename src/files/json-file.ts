import type { AllowedFolders } from './allowed-folders.ts';
import { readAllowed } from './read.ts';
import { unfit, type Wrong } from './wrong.ts';

/** The most that a definition given by path may weigh, in bytes. */
export const JSON_FILE_CAP_BYTES = 5 * 1024 * 1024;

/** The contents of a JSON file in an allowed folder. A mistake in it is told with its line and column, from 1. */
export async function readJsonFile(folders: AllowedFolders, given: string): Promise<{ json: unknown } | Wrong> {
  const read = await readAllowed(folders, given, JSON_FILE_CAP_BYTES);
  if ('problem' in read) return read;
  const text = decode(read.bytes);
  if (text === null) return unfit('It is not text in UTF-8.');
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    const offset = await mistakeAt(text, error instanceof Error ? error.message : '');
    if (offset === null) return unfit('It is not JSON.');
    if (offset >= text.length) return unfit('It is not JSON: it ends too early.');
    const before = text.slice(0, offset).split(/\r\n|\r|\n/);
    return unfit(`It is not JSON from line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} on.`);
  }
}

/** The text without a byte order mark; null when it is not UTF-8. */
function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Where the first mistake is: V8 says so for most mistakes; for the others a parser does that always says it. */
async function mistakeAt(text: string, message: string): Promise<number | null> {
  const [, position] = /at position (\d+)( \(line \d+ column \d+\))?$/.exec(message) ?? [];
  if (position !== undefined) return Number(position);
  if (/end of JSON input$/.test(message)) return text.length;
  const { parse } = await import('@humanwhocodes/momoa');
  try {
    parse(text);
    return null;
  } catch (error) {
    return (error as { offset?: number }).offset ?? null;
  }
}
