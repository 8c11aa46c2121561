import nodePath, { type PlatformPath, win32 } from 'node:path';

/** Whether a path is a folder or below it; both absolute. `/allowed-too` is not below `/allowed`. Windows ignores case. */
export function isInside(folder: string, path: string, { sep }: PlatformPath = nodePath): boolean {
  if (sep === '/') return startsWith(folder, path, sep);
  // Letters that Windows distinguishes may be one in lower case or in upper case (the Kelvin sign, ß), never in both.
  return (
    startsWith(folder.toLowerCase(), path.toLowerCase(), sep) &&
    startsWith(folder.toUpperCase(), path.toUpperCase(), sep)
  );
}

const startsWith = (folder: string, path: string, sep: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Whether a path means something else than the file of its name, as some do on Windows. */
export const isSpecialPath = (path: string, { sep }: PlatformPath = nodePath): boolean =>
  sep === '\\' && isSpecialWindowsPath(path);

/** How a name looks: one spelling of letters with accents, one kind of blank, nothing that cannot be seen. */
export function normalizeName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/\p{Cf}/gu, '');
}

/** Names that Windows takes for devices, in every folder and with any ending (CON, NUL.json). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])$/i;

/** A path without the prefix that turns off Windows' own reading of paths: `\\?\C:\a` is `C:\a`. */
export function withoutPrefix(path: string): string {
  const [, unc, rest] = /^[\\/]{2}\?[\\/](UNC[\\/])?(.*)$/is.exec(path) ?? [];
  if (rest === undefined) return path;
  return unc === undefined ? rest : `\\\\${rest}`;
}

/**
 * Whether a Windows path leads to something else than a file of its name: a device, a stream inside a file
 * (`a.txt:b`), or a name with dots or blanks at its end, which Windows drops.
 *
 * @param path absolute, without a `\\?\` prefix
 */
export function isSpecialWindowsPath(path: string): boolean {
  if (/^[\\/]{2}[.?]([\\/]|$)/.test(path)) return true;
  const { root } = win32.parse(path);
  return path
    .slice(root.length)
    .split(/[\\/]+/)
    .some(name => /[:<>"|?*]|[. ]$/.test(name) || isDeviceName(name));
}

/** Whether Windows takes a file's name for a device's. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name.replace(/\..*$/s, '').trimEnd());
}
