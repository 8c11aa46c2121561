import type { PlatformPath } from 'node:path';
import { unquote } from './base/text.ts';
import { isLoopback } from './net/proxy.ts';

/** What the meaning of a path depends on. */
export interface PathContext {
  path: PlatformPath;
  home: string | null;
}

/** Whether a host left a placeholder where a value belongs, alone or inside a path or URL. */
export function isPlaceholder(text: string): boolean {
  return (
    /\$\{[^}]*\}|\{env:[^}]*\}|\{\{.*\}\}/.test(text) ||
    /^(\$[A-Za-z_][\w:]*|\$\([^)]*\)|%\w+%)([/\\].*)?$/.test(text) ||
    /^(undefined|null|none|<[^>]*>|your(?![a-z]).*|\[object Object\])$/i.test(text) ||
    // A mask, the name of a variable, and a reference that only a secrets tool resolves (kirodotdev/Kiro#5162).
    /^(x{4,}|[*•]{3,}|\[redacted\]|__\w+__|§§secret\(.*\)|op:\/\/.*)$/i.test(text)
  );
}

/** Claude Desktop hands over an option of a bundle that its user left empty in this form. */
export const isLeftEmpty = (text: string): boolean => /^\$\{user_config\.\w+\}$/.test(text);

/** Whether a text that does not fit may hold a password or a key all the same. */
export function holdsSecret(text: string): boolean {
  return text.includes('@') || /(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}/.test(text);
}

/** The origin of a URL that is https, or http on loopback, and nothing more. */
export function readOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  const bare = !url.username && !url.password && url.pathname === '/' && !url.search && !url.hash;
  return secure && bare ? url.origin : undefined;
}

/** An absolute path, `~` standing for the home folder. */
export function readFolder(text: string, { path, home }: PathContext): string | undefined {
  const [, , below] = /^(~[/\\]|~$)(.*)$/s.exec(text) ?? [];
  if (below !== undefined) return home === null ? undefined : path.join(home, below);
  return path.isAbsolute(text) ? text : undefined;
}

/** Folders separated as in PATH. A separator of another system makes one long path, which is not what is meant. */
export function readFolders(text: string, machine: PathContext): string[] | undefined {
  const parts = text.split(machine.path.delimiter).map(unquote);
  const folders = parts.filter(part => part !== '').map(part => readFolder(part, machine));
  const several =
    machine.path.sep === '/' ? /[;,|\n]\s*["']?~?\// : /[,|\n]\s*["']?([a-z]:[/\\]|\\\\|~)|.:[a-z]:[/\\]/i;
  if (parts.some(part => several.test(part)) || folders.includes(undefined)) return undefined;
  return folders.filter(folder => folder !== undefined);
}

/** A boolean in any of its usual spellings. */
export function readSwitch(text: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  return /^(0|false|no|off)$/i.test(text) ? false : undefined;
}

/** The word of a list that a text is, in any case. */
export function oneOf<T extends string>(allowed: readonly T[], text: string): T | undefined {
  return allowed.find(word => word === text.toLowerCase());
}

/** A count: digits alone, so that 0.5 is not rounded to 0. */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const read = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return read >= least && read <= most ? read : undefined;
}
