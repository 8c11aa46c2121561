import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PACKAGE } from '../../src/hosts/host.ts';
import { createCluster, execute, HAS_POSTGRES } from '../jobs/store/databases.ts';
import { CommandRun } from '../support/command.ts';
import { scratch } from '../support/folder.ts';
import { json, RecordingGateway } from '../support/recording-gateway.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KEY = 'wk-0123456789abcdef';

/** A page whose commands are run one after the other, as a reader types them. */
interface Page {
  page: string;
  /** The reader's folder: a clone of this repository, or a project of their own. */
  folder: 'clone' | 'project';
  /** What it leaves behind, seen from the home folder, and what must be in it. */
  leaves?: [file: string, ...texts: string[]];
  /** Shell commands that show at the end that it works. */
  proof?: string;
}

const PAGES: readonly Page[] = [
  { page: 'README.md', folder: 'clone', leaves: ['.claude.json', '/clone/dist/cli.js', KEY] },
  { page: 'docs/hosts.md', folder: 'project', leaves: ['.claude.json', '/clone/dist/cli.js', KEY] },
  { page: 'docs/video.md', folder: 'clone', leaves: ['.claude.json', '/videos', KEY] },
  { page: 'docs/company.md', folder: 'clone' },
  { page: 'docs/doctor.md', folder: 'project' },
  {
    page: 'docs/team.md',
    folder: 'project',
    leaves: ['project/.mcp.json', `node_modules/${PACKAGE}/dist/cli.js`, ':-}'],
    proof: `until [ -s ready ]; do sleep 0.1; done
npx --no-install ${PACKAGE} doctor | grep 'key: The gateway takes it'`,
  },
];

/** Commands that are not run here, and why. */
const NOT_RUN: readonly [command: RegExp, reason: string][] = [
  [/^git pull$/, 'nothing was pushed'],
  [/^npm (ci|test)\b/, 'CI runs it; here it would build anew under the other tests’ feet'],
  [/^npx @modelcontextprotocol\/inspector /, 'downloads the Inspector, as npm run clients does'],
];

describe.skipIf(process.platform === 'win32')('the commands of', () => {
  it.each(PAGES)('$page work one after the other in a clean home', async ({ page, folder, leaves, proof = '' }) => {
    const home = cleanHome();
    const gateway = await RecordingGateway.start((_request, response) =>
      json(response, 404, { error: 'No such request' }),
    );
    onTestFinished(() => gateway.close());
    const commands = commandsOf(page).filter(command => !NOT_RUN.some(([pattern]) => pattern.test(command)));
    expect(commands).not.toEqual([]);
    const port = String(await freePort());
    const script = commands.map(command => here(command, home, port)).join('\n');
    const { code, stderr } = await runShell(`${script}\n${proof}`, {
      cwd: join(home, folder),
      env: {
        PATH: process.env.PATH,
        HOME: home,
        TMPDIR: join(home, 'tmp'),
        SKILLBOSS_BASE_URL: gateway.url,
        SKILLBOSS_WHOLESALE_KEY: KEY,
        // Nothing is fetched, and nothing is built.
        npm_config_offline: 'true',
        npm_config_omit: 'optional',
        npm_config_ignore_scripts: 'true',
        npm_config_update_notifier: 'false',
      },
    });
    expect(code, stderr).toBe(0);
    if (!leaves) return;
    const [file, ...texts] = leaves;
    const text = readFileSync(join(home, file), 'utf8');
    for (const part of texts) expect(text).toContain(part);
  });
});

it.runIf(HAS_POSTGRES)(
  'the SQL of docs/operations.md gives the role what the server needs, and nothing else',
  async () => {
    const cluster = await createCluster();
    onTestFinished(() => cluster.remove());
    const [, sql = ''] = /^```sql\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')) ?? [];
    // The password is typed twice; without a terminal psql reads it where the statements are.
    const typed = sql.replace(/^\\password .*$/m, line => `${line}\nof-the-role\nof-the-role`);
    const psql = `psql -X -v ON_ERROR_STOP=1 '${cluster.url}' <<'SQL'\n${typed}\nSQL`;
    const { code, stderr } = await runShell(psql, {});
    expect(code, stderr).toBe(0);

    const url = cluster.url.replace(/\/\/.*@(.*)\/postgres$/, '//shotstack_mcp:of-the-role@$1/jobs');
    const server = CommandRun.greeted([], { SHOTSTACK_MCP_DATABASE_URL: url, SKILLBOSS_WHOLESALE_KEY: KEY });
    expect(await server.callTool(1, 'list_jobs', {})).toMatchObject({ ok: true, jobs: [] });
    for (const more of [
      'CREATE SCHEMA mine',
      'CREATE TABLE public.mine ()',
      'CREATE DATABASE mine',
      'CREATE TEMP TABLE mine ()',
    ])
      await expect(execute(url, more), more).rejects.toThrow('permission denied');
  },
);

/** Runs a script without a terminal until its first failure, and ends what it left running. */
async function runShell(script: string, options: SpawnOptions): Promise<{ code: number | null; stderr: string }> {
  const shell = spawn('sh', ['-euc', script], { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  shell.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const [code] = await once(shell, 'exit');
  try {
    process.kill(-(shell.pid ?? 0));
  } catch {
    // Nothing runs any more.
  }
  return { code, stderr };
}

/** The commands in the blocks for a shell. */
function commandsOf(page: string): string[] {
  const blocks = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, code = '']) => code.split('\n')).filter(line => line !== '');
}

/** A command with this machine's paths. Nobody can answer here, so that set-up is told not to ask. */
function here(command: string, home: string, port: string): string {
  return command
    .replaceAll(`/path/to/${PACKAGE}`, command.startsWith('npm pack') ? ROOT : join(home, 'clone'))
    .replaceAll('8787', port)
    .replace(/--json &$/, '--json > ready &')
    .replace('claude-desktop', process.platform === 'linux' ? 'claude-code' : 'claude-desktop')
    .replace(/ setup\b[^#]*/, words => `${words.trimEnd()} --yes `);
}

/** A home with one host, a clone and a project. */
function cleanHome(): string {
  const home = scratch({
    '.claude/.keep': '',
    'Library/Application Support/Claude/.keep': '',
    'videos/.keep': '',
    'tmp/.keep': '',
    'project/package.json': '{ "name": "site" }',
  });
  mkdirSync(join(home, 'clone'));
  for (const name of ['dist', 'package.json']) cpSync(join(ROOT, name), join(home, 'clone', name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'clone', 'node_modules'));
  return home;
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
