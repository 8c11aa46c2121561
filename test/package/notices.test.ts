import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const FILE = new URL('../../THIRD-PARTY-NOTICES.txt', import.meta.url);
const RULE = '\n----------------------------------------\n\n';

it('THIRD-PARTY-NOTICES.txt has the licence of every package that is bundled', async () => {
  const { metafile } = await build({
    entryPoints: ['src/cli.ts'],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['@photostructure/sqlite', 'pg-native'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const inside = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const folders = inside.flatMap(([path]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const notices = [...new Set(folders)].sort().map(noticeOf);
  expect(notices.length).toBeGreaterThan(10);
  await expect(
    `This package's dist/ contains code of these packages, under their own licences.\n${RULE}${notices.join(RULE)}`,
  ).toMatchFileSnapshot(FILE.pathname);
});

/** A package's name and the licence as its authors ship it. */
function noticeOf(folder: string): string {
  const { name, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find(path => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(path));
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : '';
  expect(text || license, `a licence of ${name}`).toBeTruthy();
  return `${name} (${license})\n\n${text || `Copyright ${author?.name ?? author ?? `the authors of ${name}`}`}\n`;
}
