import { describe, expect, it, onTestFinished } from 'vitest';
import { TOOLS } from '../../src/tools/tools.ts';
import { CommandRun, linesOf } from '../support/command.ts';
import { definition } from '../support/definition.ts';
import { scratch } from '../support/folder.ts';
import { KEY } from '../support/keys.ts';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** A call of each tool that would need a key. */
const PAID: [string, Record<string, unknown>][] = [
  ['update_template', { prompt: 'p' }],
  ['get_status', { request_id: 'a' }],
  ['cancel_job', { request_id: 'a' }],
  ['list_jobs', {}],
];

describe('without a key', () => {
  it('tools are listed, and each call answers missing_key', async () => {
    const server = await StdioServer.start({ env: { SKILLBOSS_WHOLESALE_KEY: '' } });
    const { tools } = await server.client.listTools();
    expect(tools.map(tool => tool.name)).toHaveLength(TOOLS.length);
    for (const [tool, args] of PAID) {
      expect(await server.call(tool, args)).toMatchObject({
        ok: false,
        error: {
          code: 'missing_key',
          fix_by: 'operator',
          message: expect.stringContaining('SKILLBOSS_WHOLESALE_KEY'),
        },
        next: { action: 'ask_user' },
      });
    }
    expect(await server.call('update_template', {})).toMatchObject({ error: { code: 'invalid_arguments' } });
    await server.stop();
  });

  it('because it is a placeholder, a call says that the host did not fill it in', async () => {
    const server = await StdioServer.start({ env: { SKILLBOSS_WHOLESALE_KEY: '%SKILLBOSS_WHOLESALE_KEY%' } });
    expect(await server.call('list_jobs', {})).toMatchObject({
      error: { code: 'missing_key', message: expect.stringContaining('placeholder') },
    });
    await server.stop();
  });

  it.each([
    { args: ['--sandbox'], env: {} },
    { args: [], env: { SHOTSTACK_MCP_SANDBOX: 'Yes' } },
    { args: ['--sandbox'], env: { SKILLBOSS_BASE_URL: 'nonsense', SHOTSTACK_MCP_DATABASE_URL: 'nonsense' } },
  ])('the sandbox works all the same, and every reply says that it is one: %j', async ({ args, env }) => {
    const server = await StdioServer.start({ args, env: { SKILLBOSS_WHOLESALE_KEY: '', ...env } });
    expect(await server.call('update_template', { prompt: 'p' })).toMatchObject({ ok: true, sandbox: true });
    expect(await server.call('update_template', {})).toMatchObject({ ok: false, sandbox: true });
    await server.stop();
  });
});

describe('settings as people write them', () => {
  it.each([`Bearer ${KEY}`, `'${KEY}'`, `SKILLBOSS_WHOLESALE_KEY=${KEY}`, `\u200b ${KEY}\n`])(
    'the key is read from %j',
    async spelled => {
      const gateway = await RecordingGateway.start((_request, response) => accept(response, 'job-1'));
      onTestFinished(() => gateway.close());
      const server = await StdioServer.start({ gateway: gateway.url, env: { SKILLBOSS_WHOLESALE_KEY: spelled } });
      expect(await server.call('update_template', { prompt: 'p' })).toMatchObject({ ok: true });
      expect(gateway.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`]);
      await server.stop();
    },
  );

  it('a home folder, quotes, words for true and levels in capitals are read', async () => {
    const home = scratch({ 'videos/template.json': JSON.stringify(definition()) });
    const server = await StdioServer.start({
      env: {
        HOME: home,
        USERPROFILE: home,
        SHOTSTACK_MCP_SANDBOX: ' on ',
        SHOTSTACK_MCP_LOG_LEVEL: 'DEBUG',
        SHOTSTACK_MCP_ALLOWED_DIRS: '"~/videos"',
        SHOTSTACK_MCP_POLL_SECONDS: "'1'",
      },
    });
    const reply = await server.call('validate_template', { template_path: '~/videos/template.json' });
    expect(reply).toMatchObject({ ok: true, sandbox: true });
    expect(server.run.stderr).toContain('"level":"debug"');
    await server.stop();
  });

  it('the longest wait is what next and the default of wait_seconds follow', async () => {
    const gateway = await RecordingGateway.start((request, response) =>
      request.method === 'POST' ? accept(response, 'job-1') : json(response, 200, { status: 'IN_QUEUE' }),
    );
    onTestFinished(() => gateway.close());
    const server = await StdioServer.start({ gateway: gateway.url, env: { SHOTSTACK_MCP_MAX_WAIT_SECONDS: '1' } });
    const { next } = await server.call('update_template', { prompt: 'p' });
    expect(next).toMatchObject({ tool: 'get_status', arguments: { wait_seconds: 1 } });
    const waits: { progress: number; total?: number | undefined }[] = [];
    for (const args of [{}, { wait_seconds: 45 }]) {
      await server.call('get_status', { request_id: 'job-1', ...args }, { onprogress: wait => void waits.push(wait) });
    }
    expect(waits).not.toEqual([]);
    // A poll that ends after the wait lengthens the total.
    for (const { progress, total } of waits) expect(total).toBe(Math.max(1, progress));
    await server.stop();
  });
});

describe('a setting that does not fit', () => {
  // One that holds a key, one that holds a password, one that holds neither; test/config.test.ts has all of them.
  it.each([
    ['SKILLBOSS_BASE_URL', `https://user:${KEY}@api.skillboss.co`],
    ['SHOTSTACK_MCP_DATABASE_URL', 'mysql://ada:geheim-4711@localhost/jobs'],
    ['SHOTSTACK_MCP_POLL_SECONDS', '0'],
  ])('(%s=%s) lets the server start and list its tools, and every call names it', async (name, text) => {
    const server = await StdioServer.start({ env: { [name]: text } });
    expect((await server.client.listTools()).tools).toHaveLength(TOOLS.length);
    const calls: typeof PAID = [...PAID, ['validate_template', { template: {} }], ['update_template', {}]];
    for (const [tool, args] of calls) {
      const reply = await server.call(tool, args);
      expect(reply).toMatchObject({
        ok: false,
        error: { code: 'invalid_setting', fix_by: 'operator', retryable: false },
        next: { action: 'ask_user' },
      });
      expect(JSON.stringify(reply.error)).toContain(name);
    }
    expect(server.run.stdout + server.run.stderr).not.toContain('geheim');
    await server.stop();
  });

  it('among the folders of serve is one too', async () => {
    const server = await StdioServer.start({ args: ['serve', 'videos'] });
    expect(await server.call('list_jobs', {})).toMatchObject({ error: { code: 'invalid_setting' } });
    await server.stop();
  });

  it('a database address with a slash in its password shows none of it', async () => {
    const server = await StdioServer.start({ env: { SHOTSTACK_MCP_DATABASE_URL: 'postgres://u:4711/geheim@host/db' } });
    const reply = await server.call('update_template', { prompt: 'p' });
    expect(reply).toMatchObject({ error: { code: 'store_unavailable' }, next: { action: 'ask_user' } });
    expect(JSON.stringify(reply) + server.run.stderr).not.toMatch(/4711|geheim/);
    await server.stop();
  });

  it('a key of one letter is kept out of replies as a whole word only', async () => {
    const server = await StdioServer.start({ env: { SKILLBOSS_WHOLESALE_KEY: 'x' } });
    const reply = await server.call('update_template', {});
    expect(reply).toMatchObject({ error: { code: 'invalid_arguments' }, next: { action: 'fix_arguments' } });
    await server.stop();
  });

  it('but is only the log level, changes nothing but the log', async () => {
    const server = await StdioServer.start({ env: { SHOTSTACK_MCP_LOG_LEVEL: 'loud' } });
    expect(await server.call('list_jobs', {})).toMatchObject({ ok: true });
    expect(server.run.stderr).toContain('SHOTSTACK_MCP_LOG_LEVEL');
    await server.stop();
  });

  it('ends a command that a person runs with one line', async () => {
    const run = new CommandRun(['serve', '--port', '1']);
    expect(await run.exit).toBe(1);
    expect(linesOf(run.stderr)).toHaveLength(1);
  });
});
