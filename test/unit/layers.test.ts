import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Whom each folder, or file at the root, may know beside itself. What is not listed here may know everything. */
const MAY_KNOW: Record<string, string[]> = {
  guidance: [],
  net: [],
  'clock.ts': [],
  'redact.ts': [],
  'json.ts': [],
  'version.ts': [],
  'log.ts': ['redact.ts'],
  'config.ts': ['log.ts'],
  gateway: ['json.ts', 'guidance', 'net/cause.ts', 'config.ts', 'clock.ts', 'log.ts', 'redact.ts'],
  template: ['guidance', 'net', 'json.ts'],
  files: ['guidance'],
  downloads: ['json.ts', 'files', 'net', 'guidance', 'clock.ts', 'version.ts'],
  jobs: ['json.ts', 'gateway/gateway.ts', 'guidance', 'clock.ts', 'log.ts'],
  resources: ['jobs', 'template', 'guidance'],
  prompts: ['guidance', 'json.ts'],
  tools: [
    'json.ts',
    'jobs',
    'template',
    'files',
    'downloads',
    'net',
    'guidance',
    'gateway/gateway.ts',
    'gateway/inputs.ts',
    'log.ts',
    'redact.ts',
  ],
  stdio: ['tools/catalogue.ts', 'json.ts', 'version.ts'],
  'server.ts': ['tools', 'resources', 'prompts', 'jobs', 'guidance', 'stdio', 'log.ts'],
  sandbox: ['net', 'config.ts'],
  doctor: [
    'json.ts',
    'config.ts',
    'clock.ts',
    'redact.ts',
    'version.ts',
    'guidance',
    'net',
    'gateway',
    'jobs/store/examine.ts',
    'jobs/store/open.ts',
    'jobs/store/sqlite-driver.ts',
    'sandbox/gateway.ts',
  ],
};
const MAY_KNOW_ALL = ['cli.ts', 'main.ts', 'serve.ts', 'means.ts', 'demo.ts'];

/** Packages that few files may import. */
const PACKAGE_FOR: Record<string, string[]> = {
  '@modelcontextprotocol/sdk': ['server.ts', 'stdio/announced.ts', 'stdio/transport.ts', 'demo.ts'],
  undici: ['downloads/links.ts', 'gateway/http.ts', 'sandbox/webhook.ts'],
  pg: ['jobs/store/postgres.ts'],
  '@shotstack/schemas': ['template/parts.ts', 'template/validate.ts'],
};

interface Import {
  from: string;
  /** A path under src/, or a package's name as it is written. */
  to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => path.split(sep).join('/'));
const imports: Import[] = files.flatMap(from => {
  const text = readFileSync(join(SRC, from), 'utf8');
  const named = text.matchAll(/\b(?:from|import)\s*\(?\s*(['"`])([^'"`]+)\1/g);
  return [...named].map(([, , to = '']) => ({
    from,
    to: to.startsWith('.') ? posix.join(from, '..', to) : to,
  }));
});
const inside = imports.filter(({ to }) => files.includes(to));
const ownerOf = (path: string): string => path.split('/')[0] ?? path;
const said = ({ from, to }: Import): string => `${from} knows ${to}`;

describe('the layers', () => {
  it('are read from every import, export and dynamic import', () => {
    expect(inside.map(said)).toEqual(
      expect.arrayContaining([
        'tools/catalogue.ts knows tools/update-template.ts',
        'jobs/service.ts knows gateway/gateway.ts',
        'means.ts knows sandbox/gateway.ts',
        'cli.ts knows main.ts',
      ]),
    );
    const relativeOnes = imports.filter(({ to }) => !to.startsWith('node:') && /^[.a-z-]+(\/|\.ts$)/.test(to));
    expect(relativeOnes.filter(({ to }) => to.endsWith('.ts') && !files.includes(to))).toEqual([]);
  });

  it('have a place for every file', () => {
    const owners = new Set(files.map(ownerOf));
    expect([...owners].sort()).toEqual([...Object.keys(MAY_KNOW), ...MAY_KNOW_ALL].sort());
  });

  it.each(Object.entries(MAY_KNOW))('%s knows nobody but %j', (owner, allowed) => {
    const known = inside.filter(({ from, to }) => ownerOf(from) === owner && ownerOf(to) !== owner);
    const wrong = known.filter(({ to }) => !allowed.includes(to) && !allowed.includes(ownerOf(to)));
    expect(wrong.map(said)).toEqual([]);
  });

  it('let the server know only the type of the job service', () => {
    const text = readFileSync(join(SRC, 'server.ts'), 'utf8');
    for (const [line] of text.matchAll(/^import .*\.\/jobs\/.*$/gm)) expect(line).toMatch(/^import type /);
  });

  it.each(Object.entries(PACKAGE_FOR))('let %s be imported by %j alone', (name, allowed) => {
    const importers = imports.filter(({ to }) => to === name || to.startsWith(`${name}/`)).map(({ from }) => from);
    expect([...new Set(importers)].sort()).toEqual([...allowed].sort());
  });
});
