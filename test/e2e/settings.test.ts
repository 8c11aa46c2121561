import { describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/tools/tools.ts';
import { CommandRun, linesOf } from '../support/command.ts';
import { KEY } from '../support/keys.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** A call of each tool that would need a key. */
const PAID: [string, Record<string, unknown>][] = [
  ['update_template', { prompt: 'p' }],
  ['get_status', { request_id: 'a' }],
  ['cancel_job', { request_id: 'a' }],
  ['list_jobs', {}],
];

describe('without a key', () => {
  it.each(['', '  ', '$' + '{user_config.skillboss_wholesale_key}'])(
    '(%j) tools are listed, and each call answers missing_key',
    async key => {
      const server = await StdioServer.start({ env: { SKILLBOSS_WHOLESALE_KEY: key } });
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
    },
  );

  it.each(['$' + '{SKILLBOSS_WHOLESALE_KEY}', '%SKILLBOSS_WHOLESALE_KEY%', 'your wholesale key', 'undefined'])(
    'because it reads %j, a call says that the host did not fill it in',
    async key => {
      const server = await StdioServer.start({ env: { SKILLBOSS_WHOLESALE_KEY: key } });
      expect(await server.call('list_jobs', {})).toMatchObject({
        error: { code: 'missing_key', message: expect.stringContaining('placeholder') },
      });
      await server.stop();
    },
  );

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

describe('a setting that does not fit', () => {
  it.each([
    ['SKILLBOSS_WHOLESALE_KEY', `${KEY} and more`],
    ['SKILLBOSS_BASE_URL', 'http://api.skillboss.co'],
    ['SKILLBOSS_BASE_URL', `https://user:${KEY}@api.skillboss.co`],
    ['SHOTSTACK_MCP_TEMPLATE_INPUTS', 'deep'],
    ['SHOTSTACK_MCP_POLL_SECONDS', '0'],
    ['SHOTSTACK_MCP_SANDBOX', 'maybe'],
    ['SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR', '0.5'],
    ['SHOTSTACK_MCP_MAX_WAIT_SECONDS', '60'],
    ['SHOTSTACK_MCP_DATABASE_URL', 'mysql://ada:geheim-4711@localhost/jobs'],
    ['SHOTSTACK_MCP_ALLOWED_DIRS', 'videos'],
    ['SHOTSTACK_MCP_ALLOWED_DIRS', '$' + '{workspaceFolder}/videos'],
    ['HTTPS_PROXY', 'socks5://ada:geheim-4711@localhost:1080'],
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
