import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of a test's own, with the files asked for; gone when the test ends. */
export function scratch(files: Record<string, string | Buffer> = {}): string {
  const { folder, remove } = makeFolder();
  onTestFinished(remove);
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
  return folder;
}

/** A new, empty folder for more than one test. */
export function makeFolder(): { folder: string; remove(): void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'shotstack-test-')));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
