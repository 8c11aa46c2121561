import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KINDS } from '../jobs/store/databases.ts';
import { CommandRun, INITIALIZE, linesOf } from '../support/command.ts';
import { definition } from '../support/definition.ts';
import { scratch } from '../support/folder.ts';
import { KEY } from '../support/keys.ts';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';

const PATH = process.env.PATH ?? '';
const asRoot = process.getuid?.() === 0;
const canUnshare = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0;
/** Beyond the grace that a process without a submit has, and well within that of one with a submit. */
const LATE_MS = 1_000;

/** A data folder that another user may use, too. */
function sharedFolder(): string {
  const folder = scratch();
  chmodSync(folder, 0o777);
  return folder;
}

/** A gateway that accepts a submit when `release` is called. */
async function slowGateway() {
  let release = (): void => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  let arrived = (): void => {};
  const submitted = new Promise<void>(resolve => {
    arrived = resolve;
  });
  const gateway = await RecordingGateway.start(async (request, response) => {
    if (request.method !== 'POST') return json(response, 200, { status: 'IN_QUEUE' });
    arrived();
    await released;
    accept(response, 'job-1');
  });
  onTestFinished(() => gateway.close());
  return { gateway, submitted, release };
}

describe.runIf(asRoot)('a user without a home and without a passwd entry', () => {
  const user = { bare: true, uid: 54_321, gid: 54_321 };

  it('gets a server; what needs a home says which setting to use', async () => {
    const run = CommandRun.greeted([], { PATH, SKILLBOSS_WHOLESALE_KEY: KEY }, user);
    expect(await run.callTool(1, 'list_jobs', {})).toMatchObject({
      ok: false,
      error: { code: 'store_unavailable', fix_by: 'operator' },
      next: { action: 'ask_user' },
    });
    const told = await run.callTool(2, 'update_template', { prompt: 'p' });
    expect(JSON.stringify(told.error)).toContain('SHOTSTACK_MCP_DATA_DIR');
    expect(await run.callTool(3, 'validate_template', { template: definition() })).toMatchObject({ ok: true });
  });

  it('gets a working server with a data folder, and with --sandbox', async () => {
    const live = CommandRun.greeted(
      [],
      { PATH, SKILLBOSS_WHOLESALE_KEY: KEY, SHOTSTACK_MCP_DATA_DIR: sharedFolder() },
      user,
    );
    expect(await live.callTool(1, 'list_jobs', {})).toMatchObject({ ok: true, jobs: [] });
    const sandbox = CommandRun.greeted(['--sandbox'], { PATH }, user);
    expect(await sandbox.callTool(1, 'update_template', { prompt: 'p' })).toMatchObject({ ok: true, sandbox: true });
  });

  it('gets a working server with a shared database', async () => {
    const database = await KINDS.find(({ shared }) => shared)?.start();
    onTestFinished(() => database?.stop());
    const settings = { SKILLBOSS_WHOLESALE_KEY: KEY, SHOTSTACK_MCP_DATABASE_URL: (await database?.empty()) ?? '' };
    const run = CommandRun.greeted([], { PATH, ...settings }, user);
    expect(await run.callTool(1, 'list_jobs', {})).toMatchObject({ ok: true, jobs: [] });
  });

  it.each([[['doctor']], [['doctor', '--json']]])('gets the setting to use from %j', async args => {
    const run = new CommandRun(args, { PATH, SKILLBOSS_BASE_URL: 'http://127.0.0.1:1' }, user);
    expect(await run.exit).toBe(1);
    expect(run.stdout).toMatch(/no home folder/);
    expect(run.stdout).toMatch(/SHOTSTACK_MCP_DATA_DIR/);
    expect(run.stderr).toBe('');
  });

  it.each(['setup', 'remove'])('gets one line from %s: there is no host', async command => {
    const run = new CommandRun([command, '--yes'], { PATH }, user);
    expect(await run.exit).toBe(1);
    expect(linesOf(run.stderr)).toHaveLength(1);
  });
});

it('a poor environment and a missing folder for temporary files change nothing', async () => {
  const nowhere = { TMPDIR: '/nowhere', TMP: '/nowhere', TEMP: '/nowhere' };
  const settings = { SKILLBOSS_WHOLESALE_KEY: KEY, SHOTSTACK_MCP_DATA_DIR: sharedFolder() };
  const run = CommandRun.greeted([], { ...settings, ...nowhere }, { bare: true });
  expect(await run.callTool(1, 'list_jobs', {})).toMatchObject({ ok: true });
});

it('a low limit of open files changes nothing', async () => {
  const run = CommandRun.greeted(
    ['--sandbox'],
    {},
    { program: '/bin/sh', before: ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath] },
  );
  expect(await run.callTool(1, 'update_template', { prompt: 'p' })).toMatchObject({ ok: true });
});

describe.runIf(canUnshare)('a file system that is read-only', () => {
  /** A server for which this folder is read-only. */
  const readOnly = (folder: string, args: string[], env: Record<string, string>) => {
    const mount = 'mount --bind "$D" "$D" && mount -o remount,bind,ro "$D" && exec "$0" "$@"';
    const before = ['--map-root-user', '--mount', '/bin/sh', '-c', mount, process.execPath];
    return CommandRun.greeted(args, { D: folder, ...env }, { program: 'unshare', before });
  };

  it.each([['without a store'], ['with one']])('%s ends nothing: what needs the store says so', async kind => {
    const { gateway, release } = await slowGateway();
    release();
    const folder = sharedFolder();
    const settings = {
      SKILLBOSS_WHOLESALE_KEY: KEY,
      SKILLBOSS_BASE_URL: gateway.url,
      SHOTSTACK_MCP_DATA_DIR: join(folder, 'data'),
    };
    if (kind === 'with one') {
      const run = CommandRun.greeted([], settings);
      await run.callTool(1, 'update_template', { prompt: 'before' });
      run.child.stdin.end();
      await run.exit;
    }
    const run = readOnly(folder, [], settings);
    expect(await run.callTool(1, 'update_template', { prompt: 'p' })).toMatchObject({
      error: {
        code: 'store_unavailable',
        message: expect.stringContaining('jobs.sqlite cannot be created or written'),
      },
      next: { action: 'ask_user' },
    });
    expect(await run.callTool(2, 'get_status', { request_id: 'job-1', wait_seconds: 0 })).toMatchObject({ ok: true });
    expect(await run.callTool(3, 'validate_template', { template: definition() })).toMatchObject({ ok: true });
  });

  it('does not matter to the sandbox', async () => {
    const folder = sharedFolder();
    const run = readOnly(folder, ['--sandbox'], { SHOTSTACK_MCP_DATA_DIR: folder });
    expect(await run.callTool(1, 'update_template', { prompt: 'p' })).toMatchObject({ ok: true });
  });
});

describe('a stderr that nobody reads', () => {
  const settings = (gateway: RecordingGateway) => ({
    SKILLBOSS_WHOLESALE_KEY: KEY,
    SKILLBOSS_BASE_URL: gateway.url,
    SHOTSTACK_MCP_LOG_LEVEL: 'debug',
  });

  it('may be closed before the start', async () => {
    const { gateway, release } = await slowGateway();
    release();
    const run = CommandRun.greeted([], settings(gateway));
    run.child.stderr.destroy();
    expect(await run.callTool(1, 'update_template', { prompt: 'p' })).toMatchObject({ ok: true });
  });

  it('may be closed in mid-session, while a paid submit is on its way', async () => {
    const { gateway, submitted, release } = await slowGateway();
    const run = CommandRun.greeted([], settings(gateway));
    const reply = run.callTool(1, 'update_template', { prompt: 'p' });
    await submitted;
    run.child.stderr.destroy();
    run.write({ id: 2, method: 'no/such/method' }, { id: 3, method: 'ping' });
    await run.answer(3);
    release();
    expect(await reply).toMatchObject({ ok: true, job: { request_id: 'job-1' } });
    expect(await run.callTool(4, 'list_jobs', {})).toMatchObject({ ok: true, jobs: [{ request_id: 'job-1' }] });
    run.child.stdin.end();
    expect(await run.exit).toBe(0);
  });

  it('may be no file descriptor at all', async () => {
    const run = CommandRun.greeted(
      ['--sandbox'],
      {},
      { program: '/bin/sh', before: ['-c', 'exec "$0" "$@" 2>&-', process.execPath] },
    );
    expect(await run.answer('hello')).toHaveProperty('result.serverInfo');
  });
});

describe('the end of the process', () => {
  const settings = (gateway: RecordingGateway, dataDir: string) => ({
    SKILLBOSS_WHOLESALE_KEY: KEY,
    SKILLBOSS_BASE_URL: gateway.url,
    SHOTSTACK_MCP_DATA_DIR: dataDir,
  });

  it.each([
    ['stdin ends', (run: CommandRun) => void run.child.stdin.end()],
    ['SIGHUP comes', (run: CommandRun) => void run.child.kill('SIGHUP')],
    ['SIGTERM comes', (run: CommandRun) => void run.child.kill('SIGTERM')],
    [
      'every pipe breaks',
      (run: CommandRun) => {
        run.child.stdout.destroy();
        run.child.stderr.destroy();
        run.child.stdin.destroy();
      },
    ],
  ])('waits for the answer to a submit when %s, and its id is stored', async (_, end) => {
    const { gateway, submitted, release } = await slowGateway();
    const dataDir = sharedFolder();
    const run = CommandRun.greeted([], settings(gateway, dataDir));
    run.write({ id: 1, method: 'tools/call', params: { name: 'update_template', arguments: { prompt: 'p' } } });
    await submitted;
    end(run);
    await delay(LATE_MS);
    release();
    expect(await run.exit).toBe(0);
    const next = CommandRun.greeted([], settings(gateway, dataDir));
    expect(await next.callTool(1, 'list_jobs', {})).toMatchObject({
      jobs: [{ request_id: 'job-1', status: 'IN_QUEUE' }],
    });
  });

  it('comes once the parent is gone, though another process holds stdin', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const [cli, hello] = process.argv.slice(1);
      const hold = 'process.stdout.write(process.argv[1]); setInterval(() => {}, 1000)';
      const holder = spawn(process.execPath, ['-e', hold, hello], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
      console.error(JSON.stringify({ holder: holder.pid }));
      spawn(process.execPath, [cli, '--sandbox'], { stdio: [holder.stdout, 'inherit', 'inherit'] });
      setInterval(() => {}, 1000);`;
    const hello = `${JSON.stringify({ jsonrpc: '2.0', ...INITIALIZE })}\n`;
    const parent = new CommandRun([hello], {}, { before: ['-e', script] });
    await parent.answer('hello');
    onTestFinished(() => void process.kill(JSON.parse(linesOf(parent.stderr)[0] ?? '').holder));
    parent.child.kill('SIGKILL');
    // Its pipes close when the server, which has them too, is gone.
    await parent.exit;
    expect(linesOf(parent.stderr).map(line => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ event: 'stopping', reason: 'the parent has ended' }),
    );
  });

  it('comes with a signal while the host reads nothing', async () => {
    const run = CommandRun.greeted(['--sandbox'], {});
    await run.answer('hello');
    run.child.stdout.removeAllListeners('data').pause();
    for (let id = 0; id < 2_000; id++) run.write({ id, method: 'tools/list' });
    run.child.kill('SIGTERM');
    await new Promise(resolve => run.child.on('exit', resolve));
    expect(run.child.exitCode).toBe(0);
  });
});

describe('a host that reads nothing', () => {
  it('is read no further once some megabytes wait for it, and gets every answer when it reads again', async () => {
    const requests = 1_000;
    const params = { _meta: { padding: 'x'.repeat(4_000) } };
    const run = CommandRun.greeted(['--sandbox']);
    await run.answer('hello');
    const { stdin, stdout } = run.child;
    stdout.removeAllListeners('data').pause();
    for (let id = 0; id < requests; id++) run.write({ id, method: 'tools/list', params });
    const given = stdin.writableLength;
    // What the server has not taken stays here.
    let left: number;
    do {
      left = stdin.writableLength;
      await delay(1_000);
    } while (stdin.writableLength < left);
    expect(left).toBeGreaterThan(given / 2);

    let answers = 0;
    const all = new Promise<void>(resolve => {
      stdout.on('data', (text: string) => {
        answers += text.split('\n').length - 1;
        if (answers === requests) resolve();
      });
    });
    stdout.resume();
    await all;
    stdin.end();
    expect(await run.exit).toBe(0);
  });
});
