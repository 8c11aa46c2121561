import { describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/tools/tools.ts';
import { CommandRun, KEY, linesOf, StdioServer } from '../support/stdio-server.ts';

describe('without a key', () => {
  it.each(['', '  ', '$' + '{SKILLBOSS_WHOLESALE_KEY}'])('(%j) tools are listed and each call says so', async key => {
    const server = await StdioServer.start({ env: { SKILLBOSS_WHOLESALE_KEY: key } });
    const { tools } = await server.client.listTools();
    expect(tools.map(tool => tool.name)).toHaveLength(TOOLS.length);
    const calls: [string, Record<string, unknown>][] = [
      ['update_template', { prompt: 'p' }],
      ['get_status', { request_id: 'a' }],
      ['cancel_job', { request_id: 'a' }],
      ['list_jobs', {}],
    ];
    for (const [tool, args] of calls) {
      expect(await server.call(tool, args)).toMatchObject({
        ok: false,
        error: { code: 'missing_key', fix_by: 'operator', message: expect.stringContaining('SKILLBOSS_WHOLESALE_KEY') },
        next: { action: 'ask_user' },
      });
    }
    expect(await server.call('update_template', {})).toMatchObject({ error: { code: 'invalid_arguments' } });
    await server.stop();
  });

  it.each([
    { args: ['--sandbox'], env: {} },
    { args: [], env: { SHOTSTACK_MCP_SANDBOX: 'true' } },
  ])('the sandbox works all the same, and every reply says that it is one: %j', async ({ args, env }) => {
    const server = await StdioServer.start({ args, env: { ...env, SKILLBOSS_WHOLESALE_KEY: '' } });
    expect(await server.call('update_template', { prompt: 'p' })).toMatchObject({ ok: true, sandbox: true });
    expect(await server.call('update_template', {})).toMatchObject({ ok: false, sandbox: true });
    await server.stop();
  });
});

describe('settings that cannot be used', () => {
  it.each([
    ['SKILLBOSS_WHOLESALE_KEY', `${KEY} and more`],
    ['SKILLBOSS_BASE_URL', 'http://api.skillboss.co'],
    ['SKILLBOSS_BASE_URL', `https://user:${KEY}@api.skillboss.co`],
    ['SHOTSTACK_MCP_TEMPLATE_INPUTS', 'deep'],
    ['SHOTSTACK_MCP_POLL_SECONDS', '0'],
    ['SHOTSTACK_MCP_LOG_LEVEL', 'loud'],
    ['SHOTSTACK_MCP_SANDBOX', 'yes'],
    ['SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR', 'many'],
    ['SHOTSTACK_MCP_DATABASE_URL', 'mysql://localhost/jobs'],
  ])('%s=%s stops the start with one clear line', async (name, text) => {
    const run = new CommandRun([], { SKILLBOSS_WHOLESALE_KEY: KEY, [name]: text });
    expect(await run.exit).toBe(1);
    expect(linesOf(run.stderr)).toEqual([expect.stringMatching(new RegExp(`^shotstack-template-mcp: ${name} .+`))]);
    expect(run.stdout + run.stderr).not.toContain(KEY);
    expect(run.stdout).toBe('');
  });
});
