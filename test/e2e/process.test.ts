import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { SETTINGS } from '../../src/config.ts';
import { CommandRun, INITIALIZE, linesOf } from '../support/command.ts';
import { KEY } from '../support/keys.ts';
import { json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** The server gives itself 0.8 s to end; a busy machine is given more, and less than the wait that is under way. */
const SOON_MS = 30_000;

describe('the server’s end', () => {
  let gateway: RecordingGateway;

  beforeEach(async () => {
    gateway = await RecordingGateway.start((request, response) => {
      // One job is queued for ever, and the gateway never answers about the other.
      if (request.subject === 'queued') json(response, 200, { status: 'IN_QUEUE' });
    });
  });
  afterEach(() => gateway.close());

  const endings: [string, (run: CommandRun) => void][] = [
    ['the end of stdin', ({ child }) => child.stdin.end()],
    ['SIGTERM', ({ child }) => child.kill('SIGTERM')],
    ['SIGINT', ({ child }) => child.kill('SIGINT')],
  ];

  it.each(endings)('comes with %s within 45 s waits on a queued and on a silent job', async (_how, end) => {
    const server = await StdioServer.start({ gateway: gateway.url });
    const waits = ['queued', 'silent'].map(job => server.call('get_status', { request_id: job, wait_seconds: 45 }));
    // The second poll shows that the answer to the first is in; the silent job never gets that far.
    await vi.waitFor(() => expect(gateway.about('queued').length).toBeGreaterThanOrEqual(2), 60_000);
    await vi.waitFor(() => expect(gateway.about('silent')).toHaveLength(1), 60_000);
    const start = performance.now();
    end(server.run);
    expect(await server.run.exit).toBe(0);
    expect(performance.now() - start).toBeLessThan(SOON_MS);
    expect(await Promise.all(waits)).toMatchObject([{ ok: true }, { ok: false }]);
    await server.stop();
  });

  it('comes when its parent is killed: no orphan stays', async () => {
    const script = `
      const child = require('node:child_process').spawn(process.execPath, [process.argv[1]], { stdio: ['pipe', 'inherit', 'inherit'] });
      child.stdin.write(process.argv[2]);
      setInterval(() => {}, 1000);`;
    const call = { name: 'get_status', arguments: { request_id: 'queued', wait_seconds: 45 } };
    const messages = [
      INITIALIZE,
      { method: 'notifications/initialized' },
      { id: 1, method: 'tools/call', params: call },
    ]
      .map(message => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
      .join('');
    const env = { SKILLBOSS_WHOLESALE_KEY: KEY, SKILLBOSS_BASE_URL: gateway.url };
    const parent = new CommandRun([messages], env, { before: ['-e', script] });
    await vi.waitFor(() => expect(gateway.about('queued')).not.toEqual([]), 60_000);
    const start = performance.now();
    parent.child.kill('SIGKILL');
    // The server has the parent's own pipes: they close when the last of the two is gone.
    await parent.exit;
    expect(performance.now() - start).toBeLessThan(SOON_MS);
  });
});

describe('the command', () => {
  it.each([['--help'], ['-h'], ['help']])('%s prints how to use it, at 80 columns', async flag => {
    const run = new CommandRun([flag]);
    expect(await run.exit).toBe(0);
    for (const word of ['setup', 'remove', 'doctor', 'demo', 'sandbox', '--port', 'Examples', ...Object.keys(SETTINGS)])
      expect(run.stdout).toContain(word);
    for (const line of linesOf(run.stdout)) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(run.stderr).toBe('');
  });

  it.each([['--version'], ['-v'], ['version']])('%s prints the package’s version and nothing else', async word => {
    const run = new CommandRun([word]);
    expect(await run.exit).toBe(0);
    expect(run.stdout).toBe(`${manifest.version}\n`);
  });

  it.each([
    [['serve-all']],
    [['demo', 'twice']],
    [['--key=secret']],
    [['serve', '--port', '3000']],
    [['demo', '--json']],
    [['sandbox', '--port', 'x']],
    [['sandbox', '--port', '70000']],
  ])('%j ends with one clear line', async args => {
    const run = new CommandRun(args);
    expect(await run.exit).toBe(1);
    expect(linesOf(run.stderr)).toEqual([expect.stringMatching(/^shotstack-template-mcp: .+/)]);
    expect(run.stdout + run.stderr).not.toContain('secret');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('sandbox serves alone until %s', async signal => {
    const run = new CommandRun(['sandbox', '--port', '0']);
    const setting = (name: string): string => new RegExp(`${name}=(\\S+)`).exec(run.stdout)?.[1] ?? '';
    await vi.waitFor(() => expect(setting('SKILLBOSS_WHOLESALE_KEY')).not.toBe(''), 60_000);
    const server = await StdioServer.start({
      gateway: setting('SKILLBOSS_BASE_URL'),
      env: { SKILLBOSS_WHOLESALE_KEY: setting('SKILLBOSS_WHOLESALE_KEY') },
    });
    expect(await server.call('update_template', { prompt: 'p' })).toMatchObject({
      ok: true,
      job: { status: 'IN_QUEUE' },
    });
    await server.stop();
    run.child.kill(signal);
    expect(await run.exit).toBe(0);
  });

  it('sandbox for a program has the key that it was given, and prints one line once it is ready', async () => {
    const run = new CommandRun(['sandbox', '--key', 'ci', '--json']);
    await vi.waitFor(() => expect(run.stdout).toContain('\n'), 60_000);
    const settings = JSON.parse(run.stdout);
    expect(settings).toEqual({
      SKILLBOSS_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      SKILLBOSS_WHOLESALE_KEY: 'ci',
    });
    const headers = { authorization: 'Bearer ci' };
    expect((await fetch(`${settings.SKILLBOSS_BASE_URL}/v1/run/status/x`, { headers })).status).toBe(404);
    run.child.kill();
    expect(await run.exit).toBe(0);
  });

  it('sandbox ends with one line when its port is taken', async () => {
    const gateway = await RecordingGateway.start();
    const run = new CommandRun(['sandbox', '--port', new URL(gateway.url).port]);
    expect(await run.exit).toBe(1);
    expect(linesOf(run.stderr)).toEqual([expect.stringMatching(/EADDRINUSE.*--port/)]);
    await gateway.close();
  });
});

it('demo runs the main job without a key, as docs/demo.md shows it', async () => {
  const run = new CommandRun(['demo'], { SKILLBOSS_BASE_URL: 'http://127.0.0.1:1' });
  expect(await run.exit).toBe(0);
  expect(run.stderr).toBe('');
  for (const shown of ['update_template', 'result: http', 'not_cancellable', 'insufficient_credits', 'rate_limited']) {
    expect(run.stdout).toContain(shown);
  }
  expect(run.stdout).toMatch(/Every step went as expected\.[^\n]*\n$/);
  // A slow machine may miss a state on the way, so the recording may have more.
  const recording = linesOf(readFileSync(new URL('../../docs/demo.md', import.meta.url), 'utf8'));
  expect(recording).toEqual(expect.arrayContaining(linesOf(anyRun(run.stdout))));
});

it('demo ends without an error when its output is closed', async () => {
  const run = new CommandRun(['demo']);
  run.child.stdout.destroy();
  expect(await run.exit).toBe(0);
  expect(run.stderr).toBe('');
});

/** The demo's words without what differs from run to run. */
const anyRun = (told: string): string =>
  told
    .replace(/\b[0-9a-f]{32}\b/g, '<id>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<time>')
    .replace(/left of \d+ s/g, 'left of <n> s');
