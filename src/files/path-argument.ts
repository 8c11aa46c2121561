import nodePath, { type PlatformPath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutPrefix } from './paths.ts';

/** No system takes a longer path. */
const LONGEST_PATH = 4096;

/** A JPEG's first bytes, and what follows, in base64: it looks like an absolute path, and is none. */
const JPEG_IN_BASE64 = /^\/9j\/[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** What the meaning of a path depends on. */
export interface PathContext {
  path: PlatformPath;
  /** What `~` means; null when the user has no home folder. */
  home: string | null;
}

/** Whether an argument that takes a picture or a path holds a path: absolute, or beginning with `~/` or `file://`. */
export function isPath(given: string): boolean {
  if (/^(~[/\\]|file:\/\/)/i.test(given)) return true;
  return given.length <= LONGEST_PATH && nodePath.isAbsolute(given) && !JPEG_IN_BASE64.test(given);
}

/** The absolute path that an argument means, without `.` and `..`; null when it means none. */
export function toPath(given: string, { path, home }: PathContext): string | null {
  // What a system call would cut off, or refuse with an error of its own.
  if (given.includes('\0') || given.length > LONGEST_PATH) return null;
  if (/^~[/\\]/.test(given)) return home === null ? null : path.join(home, given.slice(2));
  if (/^file:\/\//i.test(given)) return fromUrl(given, path.sep === '\\');
  const plain = path.sep === '\\' ? withoutPrefix(given) : given;
  return path.isAbsolute(plain) ? path.resolve(plain) : null;
}

function fromUrl(url: string, windows: boolean): string | null {
  try {
    const path = fileURLToPath(url, { windows });
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}
