import { win32 } from 'node:path';

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
export function isOddPath(path: string): boolean {
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
