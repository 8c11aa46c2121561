import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { CLI, CommandRun, INITIALIZE, KEY, linesOf } from '../support/stdio-server.ts';

const PATH = process.env.PATH ?? '';
const asRoot = process.getuid?.() === 0;

function start(...args: ConstructorParameters<typeof CommandRun>): CommandRun {
  const run = new CommandRun(...args);
  onTestFinished(() => void run.child.kill());
  run.write(INITIALIZE, { method: 'notifications/initialized' });
  return run;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'shotstack-test-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  chmodSync(made, 0o777);
  return made;
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
    const run = start([], { PATH, SKILLBOSS_WHOLESALE_KEY: KEY }, user);
    expect(await run.callTool(1, 'list_jobs', {})).toMatchObject({
      ok: false,
      error: { code: 'store_unavailable', fix_by: 'operator' },
      next: { action: 'ask_user' },
    });
    const told = await run.callTool(2, 'update_template', { prompt: 'p' });
    expect(JSON.stringify(told.error)).toContain('SHOTSTACK_MCP_DATA_DIR');
    const clip = { asset: { type: 'text', text: 'Hello' }, start: 0, length: 3 };
    const template = { timeline: { tracks: [{ clips: [clip] }] }, output: { format: 'mp4', resolution: 'sd' } };
    expect(await run.callTool(3, 'validate_template', { template })).toMatchObject({ ok: true });
  });

  it('gets a working server with a data folder, and with --sandbox', async () => {
    const live = start([], { PATH, SKILLBOSS_WHOLESALE_KEY: KEY, SHOTSTACK_MCP_DATA_DIR: folder() }, user);
    expect(await live.callTool(1, 'list_jobs', {})).toMatchObject({ ok: true, jobs: [] });
    const sandbox = start(['--sandbox'], { PATH }, user);
    expect(await sandbox.callTool(1, 'update_template', { prompt: 'p' })).toMatchObject({ ok: true, sandbox: true });
  });
});

it('a poor environment and a missing folder for temporary files change nothing', async () => {
  const run = start(
    [],
    { SKILLBOSS_WHOLESALE_KEY: KEY, SHOTSTACK_MCP_DATA_DIR: folder(), TMPDIR: '/nowhere', TMP: '/nowhere' },
    { bare: true },
  );
  expect(await run.callTool(1, 'list_jobs', {})).toMatchObject({ ok: true });
});

describe('a stderr that nobody reads', () => {
  const settings = (gateway: RecordingGateway) => ({
    SKILLBOSS_WHOLESALE_KEY: KEY,
    SKILLBOSS_BASE_URL: gateway.url,
    SHOTSTACK_MCP_DATA_DIR: folder(),
    SHOTSTACK_MCP_LOG_LEVEL: 'debug',
  });

  it('may be closed before the start', async () => {
    const { gateway, release } = await slowGateway();
    release();
    const run = new CommandRun([], settings(gateway));
    onTestFinished(() => void run.child.kill());
    run.child.stderr.destroy();
    run.write(INITIALIZE, { method: 'notifications/initialized' });
    expect(await run.callTool(1, 'update_template', { prompt: 'p' })).toMatchObject({ ok: true });
  });

  it('may be closed in mid-session, while a paid submit is on its way', async () => {
    const { gateway, submitted, release } = await slowGateway();
    const run = start([], settings(gateway));
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
    const shell = spawn('/bin/sh', ['-c', 'exec "$0" "$1" --sandbox 2>&-', process.execPath, CLI], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(() => void shell.kill());
    let stdout = '';
    shell.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    shell.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...INITIALIZE })}\n`);
    while (!stdout.includes('\n')) await new Promise(resolve => shell.stdout.once('data', resolve));
    expect(JSON.parse(stdout)).toHaveProperty('result.serverInfo');
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
    const dataDir = folder();
    const run = start([], settings(gateway, dataDir));
    run.write({ id: 1, method: 'tools/call', params: { name: 'update_template', arguments: { prompt: 'p' } } });
    await submitted;
    end(run);
    setTimeout(release, 1_200);
    expect(await run.exit).toBe(0);
    const next = start([], settings(gateway, dataDir));
    expect(await next.callTool(1, 'list_jobs', {})).toMatchObject({
      jobs: [{ request_id: 'job-1', status: 'IN_QUEUE' }],
    });
  });

  it('comes once the parent is gone, though another process holds stdin', async () => {
    const hello = `${JSON.stringify({ jsonrpc: '2.0', ...INITIALIZE })}\n`;
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `const { spawn } = require('node:child_process');
         const [cli, hello] = process.argv.slice(1);
         const hold = 'process.stdout.write(process.argv[1]); setInterval(() => {}, 1000)';
         const holder = spawn(process.execPath, ['-e', hold, hello], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
         console.error(JSON.stringify({ holder: holder.pid }));
         spawn(process.execPath, [cli, '--sandbox'], { stdio: [holder.stdout, 'inherit', 'inherit'] });
         setInterval(() => {}, 1000);`,
        CLI,
        hello,
      ],
      { env: { PATH }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let [stdout, stderr] = ['', ''];
    parent.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    parent.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    while (!stdout.includes('\n')) await new Promise(resolve => parent.stdout.once('data', resolve));
    onTestFinished(() => void process.kill(JSON.parse(linesOf(stderr)[0] ?? '').holder));
    // The pipes close when the server, which has them too, is gone.
    const gone = new Promise(resolve => parent.on('close', resolve));
    parent.kill('SIGKILL');
    await gone;
    expect(linesOf(stderr).map(line => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ event: 'stopping', reason: 'the parent has ended' }),
    );
  });

  it('comes with a signal while the host reads nothing', async () => {
    const run = start(['--sandbox'], {});
    await run.answer('hello');
    run.child.stdout.removeAllListeners('data').pause();
    for (let id = 0; id < 2_000; id++) run.write({ id, method: 'tools/list' });
    run.child.kill('SIGTERM');
    await new Promise(resolve => run.child.on('exit', resolve));
    expect(run.child.exitCode).toBe(0);
  });
});

it.runIf(process.platform === 'linux')('the memory of a server whose host reads nothing stays bounded', async () => {
  const run = start(['--sandbox'], {});
  await run.answer('hello');
  run.child.stdout.removeAllListeners('data').pause();
  const requests = Array.from(
    { length: 1_000 },
    (_, id) => `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list' })}\n`,
  ).join('');
  // Some 30 kB each; what the pipe does not take waits here, not in the server.
  let taken = true;
  for (let i = 0; i < 20 && taken; i++) taken = run.child.stdin.write(requests);
  await new Promise(resolve => setTimeout(resolve, 1_500));
  const { readFileSync } = await import('node:fs');
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${run.child.pid}/status`, 'utf8'))?.[1]);
  expect(kilobytes).toBeLessThan(200_000);
  run.child.kill('SIGKILL');
});
