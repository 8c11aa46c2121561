import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { PACKAGE } from '../../src/hosts/host.ts';
import { HOSTS } from '../../src/hosts/hosts.ts';
import { scratch } from '../support/folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/team.md'), 'utf8');

/** The rows of the page's table of hosts. */
const ROWS = [...PAGE.matchAll(/^\| ([A-Z][^|]*?) \| (`[^|]*?) \| ([^|]*?) \| ([^|]*?) \|$/gm)].map(
  ([, host = '', files = '', key = '', path = '']) => ({ host, files, key, path }),
);
const inCode = (text: string): string => /`([^`]+)`/.exec(text)?.[1] ?? '';

describe('a project with the server installed, as the page for teams has it', () => {
  let project: string;
  let entry: string;

  beforeEach(() => {
    const home = scratch({ 'project/package.json': '{ "name": "site" }', 'tmp/.keep': '' });
    project = join(home, 'project');
    const installed = join(project, 'node_modules', PACKAGE);
    mkdirSync(installed, { recursive: true });
    // As npm installs a tarball: a copy, not a link, with what the package needs beside it.
    for (const name of ['dist', 'package.json']) cpSync(join(ROOT, name), join(installed, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', '@photostructure'), join(project, 'node_modules', '@photostructure'));
    entry = join(installed, 'dist', 'cli.js');
  });

  const run = (args: string[], env: Record<string, string> = {}): string =>
    execFileSync(process.execPath, [entry, ...args], {
      cwd: project,
      env: { PATH: process.env.PATH, HOME: join(project, '..'), TMPDIR: join(project, '..', 'tmp'), ...env },
      encoding: 'utf8',
    });

  it('has a row for every host that takes a key from a variable', () => {
    const hosts = HOSTS.filter(({ projectReference }) => projectReference).map(({ name }) => name);
    expect(ROWS.map(({ host }) => host).sort()).toEqual(hosts.sort());
  });

  it.each(ROWS)(
    'gets for $host the file, the key and the path that the page says, and doctor finds it right',
    ({ host, files, key, path }) => {
      const id = HOSTS.find(({ name }) => name === host)?.id ?? '';
      run(['setup', id, '--project', '--yes'], { SKILLBOSS_WHOLESALE_KEY: 'wk-of-mine' });
      const text = readFileSync(join(project, inCode(files)), 'utf8');
      expect(text.replace(/\[ (.*) \]/g, '[$1]')).toContain(inCode(key).replace('$' + '{input:…}', '$' + '{input:'));
      const written =
        path === 'relative' ? `"node_modules/${PACKAGE}/dist/cli.js"` : (inCode(path).split('…')[0] ?? '');
      expect(text).toContain(written);
      expect(text).not.toContain('wk-of-mine');
      const { checks } = JSON.parse(
        run(['doctor', '--json', '--sandbox'], { SKILLBOSS_WHOLESALE_KEY: 'wk-of-mine' }),
      ) as { checks: { name: string; state: string }[] };
      const shared = host === 'GitHub Copilot CLI' ? 'Claude Code' : host;
      expect(checks).toContainEqual(expect.objectContaining({ name: shared, state: 'ok' }));
    },
  );

  it('has for Claude Code the entry that the page shows', () => {
    run(['setup', 'claude-code', '--project', '--yes']);
    const [, shown = ''] = /```json\n([\s\S]*?)```/.exec(PAGE) ?? [];
    expect(JSON.parse(readFileSync(join(project, '.mcp.json'), 'utf8'))).toEqual(JSON.parse(shown));
  });
});
