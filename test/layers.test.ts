import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** What each folder, or file at the root, may import beside itself. One that is not listed may import everything. */
const MAY_KNOW: Record<string, string[]> = {
  base: [],
  net: ['base'],
  'setting-values.ts': ['base', 'net'],
  'config.ts': ['base', 'net', 'setting-values.ts'],
  guidance: ['base', 'jobs', 'gateway/failure.ts', 'net/faults.ts', 'files/failures.ts', 'downloads/link-client.ts'],
  gateway: ['base', 'net'],
  models: ['base', 'definition', 'gateway'],
  definition: ['base', 'net'],
  files: ['base'],
  downloads: ['base', 'files', 'net'],
  jobs: ['base', 'gateway', 'net'],
  resources: ['base', 'jobs', 'definition', 'guidance'],
  prompts: ['base'],
  tools: ['base', 'models', 'jobs', 'definition', 'files', 'downloads', 'net', 'guidance', 'gateway'],
  stdio: ['base'],
  'handshake-answers.ts': ['tools', 'base'],
  'sandbox-answers.ts': ['handshake-answers.ts'],
  'server.ts': ['tools', 'resources', 'prompts', 'jobs', 'guidance', 'stdio', 'base', 'sandbox-answers.ts'],
  sandbox: ['net', 'config.ts'],
  hosts: ['base'],
  'command-line': ['base', 'config.ts', 'hosts'],
  doctor: ['base', 'config.ts', 'net', 'gateway', 'guidance', 'jobs', 'sandbox', 'hosts', 'command-line'],
  setup: ['base', 'files/while-held.ts', 'config.ts', 'hosts', 'command-line', 'doctor'],
};
const MAY_KNOW_ALL = ['cli.ts', 'main.ts', 'serve.ts', 'services.ts', 'demo.ts'];

/** Packages that few files may import. */
const PACKAGE_FOR: Record<string, string[]> = {
  '@modelcontextprotocol/sdk': ['server.ts', 'handshake-answers.ts', 'stdio/transport.ts', 'demo.ts'],
  undici: ['downloads/link-client.ts', 'gateway/http.ts', 'net/dispatcher.ts', 'sandbox/webhook.ts'],
  pg: ['jobs/store/postgres.ts'],
  '@shotstack/schemas': ['definition/parts.ts', 'definition/validate.ts'],
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
        'tools/tools.ts knows tools/update-template.ts',
        'jobs/service.ts knows gateway/gateway.ts',
        'services.ts knows sandbox/server.ts',
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

  it.each(Object.entries(MAY_KNOW))('%s imports nothing but %j', (owner, allowed) => {
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
