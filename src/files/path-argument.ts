import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** No system takes a longer path. */
const LONGEST_PATH = 4096;

/** A JPEG's first bytes, and what follows, in base64: it looks like an absolute path, and is none. */
const JPEG_IN_BASE64 = /^\/9j\/[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** Whether an argument that takes a picture or a path holds a path: absolute, or beginning with `~/` or `file://`. */
export function isPath(given: string): boolean {
  if (/^(~\/|file:\/\/)/i.test(given)) return true;
  return given.length <= LONGEST_PATH && isAbsolute(given) && !JPEG_IN_BASE64.test(given);
}

/** The absolute path that an argument means, without `.` and `..`; null when it means none. */
export function toPath(given: string): string | null {
  // What a system call would cut off, or refuse with an error of its own.
  if (given.includes('\0') || given.length > LONGEST_PATH) return null;
  if (given.startsWith('~/')) return join(homedir(), given.slice(2));
  if (!/^file:\/\//i.test(given)) return isAbsolute(given) ? resolve(given) : null;
  try {
    return fileURLToPath(given);
  } catch {
    return null;
  }
}
