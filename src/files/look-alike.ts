import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { invalidFile } from './failures.ts';
import { isInside, normalizeName } from './paths.ts';

/**
 * The path below a folder that is there: as it is given, or else with each name that is missing replaced by the one name
 * in its folder that looks the same. Agents normalise what they type, and file systems do not: macOS decomposes accents,
 * and its screenshots have U+202F before AM and PM.
 *
 * @param roots real paths of the folders whose names may be listed
 * @returns null when nothing looks like it
 * @throws ArgumentsFailure listing the candidates when there are several
 */
export async function findLookAlike(root: string, below: string, roots: readonly string[]): Promise<string | null> {
  const exact = join(root, below);
  if (await isThere(exact)) return exact;
  const parts = below.split(sep);
  let folder = root;
  for (const [i, part] of parts.entries()) {
    if (!(await isThere(join(folder, part)))) {
      const names = (await listIn(folder, roots)).filter(name => normalizeName(name) === normalizeName(part));
      if (names.length > 1) {
        const paths = names.map(name => join(folder, name, ...parts.slice(i + 1)));
        throw invalidFile(exact, 'Several names there look like this one: give one of those in allowed.', paths);
      }
      if (names[0] === undefined) return null;
      folder = join(folder, names[0]);
    } else folder = join(folder, part);
  }
  return folder;
}

async function isThere(path: string): Promise<boolean> {
  const code = await lstat(path).then(
    () => '',
    (error: NodeJS.ErrnoException) => error.code,
  );
  return code !== 'ENOENT';
}

async function listIn(folder: string, roots: readonly string[]): Promise<string[]> {
  const real = await realpath(folder).catch(() => null);
  if (real === null || !roots.some(root => isInside(root, real))) return [];
  return readdir(real).catch(() => []);
}
