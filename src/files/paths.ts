import nodePath, { type PlatformPath } from 'node:path';
import { isOddPath } from './windows-path.ts';

/** Whether a path is a folder or below it; both absolute. `/allowed-too` is not below `/allowed`. Windows ignores case. */
export function isInside(folder: string, path: string, { sep }: PlatformPath = nodePath): boolean {
  if (sep === '/') return startsWith(folder, path, sep);
  // Letters that Windows tells apart may be one in lower case or in upper case (the Kelvin sign, ß), never in both.
  return (
    startsWith(folder.toLowerCase(), path.toLowerCase(), sep) &&
    startsWith(folder.toUpperCase(), path.toUpperCase(), sep)
  );
}

const startsWith = (folder: string, path: string, sep: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Whether a path means something else than the file of its name, as some do on Windows. */
export const isOdd = (path: string, { sep }: PlatformPath = nodePath): boolean => sep === '\\' && isOddPath(path);

/** How a name looks: one spelling of letters with accents, one kind of blank, nothing that cannot be seen. */
export function lookOf(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/\p{Cf}/gu, '');
}
