import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/doctor/check.ts';
import { PACKAGE } from '../../src/hosts/host.ts';
import { HOSTS } from '../../src/hosts/hosts.ts';
import { makeFolder } from '../support/folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/team.md'), 'utf8');

/** The rows of the page's table of hosts. */
const ROWS = [...PAGE.matchAll(/^\| ([A-Z][^|]*?) \| (`[^|]*?) \| ([^|]*?) \| ([^|]*?) \|$/gm)].map(
  ([, host = '', files = '', key = '', path = '']) => ({ host, files, key, path }),
);
const inCode = (text: string): string => /`([^`]+)`/.exec(text)?.[1] ?? '';

describe('a project with the server installed, as the page for teams has it', () => {
  const { folder: home, remove } = makeFolder();
  const project = join(home, 'project');
  const installed = join(project, 'node_modules', PACKAGE);
  const entry = join(installed, 'dist', 'cli.js');
  /** The file of each host, as its set-up left it. */
  const written = new Map<string, string>();
  /** What doctor finds once every host of the page is set up. */
  let checks: Check[];

  beforeAll(() => {
    mkdirSync(installed, { recursive: true });
    mkdirSync(join(home, 'tmp'));
    writeFileSync(join(project, 'package.json'), '{ "name": "site" }');
    // As npm installs a tarball: a copy, not a link, with what the package needs beside it.
    for (const name of ['dist', 'package.json']) cpSync(join(ROOT, name), join(installed, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', '@photostructure'), join(project, 'node_modules', '@photostructure'));
    for (const { host, files } of ROWS) {
      const id = HOSTS.find(({ name }) => name === host)?.id ?? '';
      run(['setup', id, '--project', '--yes']);
      written.set(host, readFileSync(join(project, inCode(files)), 'utf8'));
    }
    checks = JSON.parse(run(['doctor', '--json', '--sandbox'])).checks;
  });
  afterAll(remove);

  const run = (args: string[]): string =>
    execFileSync(process.execPath, [entry, ...args], {
      cwd: project,
      env: { PATH: process.env.PATH, HOME: home, TMPDIR: join(home, 'tmp'), SKILLBOSS_WHOLESALE_KEY: 'wk-of-mine' },
      encoding: 'utf8',
    });

  it('has a row for every host that takes a key from a variable', () => {
    const hosts = HOSTS.filter(({ reference }) => reference).map(({ name }) => name);
    expect(ROWS.map(({ host }) => host).sort()).toEqual(hosts.sort());
  });

  it.each(ROWS)(
    'gets for $host the file, the key and the path that the page says, and doctor finds it right',
    ({ host, key, path }) => {
      const text = written.get(host) ?? '';
      expect(text.replace(/\[ (.*) \]/g, '[$1]')).toContain(inCode(key).replace('$' + '{input:…}', '$' + '{input:'));
      const place = path === 'relative' ? `"node_modules/${PACKAGE}/dist/cli.js"` : (inCode(path).split('…')[0] ?? '');
      expect(text).toContain(place);
      expect(text).not.toContain('wk-of-mine');
      const shared = host === 'GitHub Copilot CLI' ? 'Claude Code' : host;
      expect(checks).toContainEqual(expect.objectContaining({ name: shared, state: 'ok' }));
    },
  );

  it('has for Claude Code the entry that the page shows', () => {
    const [, shown = ''] = /```json\n([\s\S]*?)```/.exec(PAGE) ?? [];
    expect(JSON.parse(written.get('Claude Code') ?? '')).toEqual(JSON.parse(shown));
  });
});
