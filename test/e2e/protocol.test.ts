import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CommandRun, INITIALIZE, linesOf } from '../support/command.ts';
import { definition } from '../support/definition.ts';
import { KEY } from '../support/keys.ts';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** The messages of a host are the test's own, the greeting too. */
function startSandbox(): CommandRun {
  const run = new CommandRun(['--sandbox']);
  onTestFinished(() => void run.child.kill());
  return run;
}

describe('what hosts really send', () => {
  it('a byte order mark before the first message is skipped', async () => {
    const run = startSandbox();
    run.child.stdin.write('\ufeff');
    run.write(INITIALIZE);
    expect(await run.answer('hello')).toHaveProperty('result.serverInfo');
  });

  it.each([null, []])('params of %j are no params, before and after the SDK is loaded', async params => {
    const run = startSandbox();
    run.write(INITIALIZE, { id: 1, method: 'tools/list', params }, { id: 2, method: 'prompts/list', params });
    expect(await run.answer(1)).toHaveProperty('result.tools');
    expect(await run.answer(2)).toHaveProperty('result.prompts');
    run.write({ id: 3, method: 'tools/list', params }, { id: 4, method: 'ping', params });
    expect(await run.answer(3)).toHaveProperty('result.tools');
    expect(await run.answer(4)).toHaveProperty('result');
  });

  it('null in place of a cursor, of _meta, of a progress token, of arguments and of client fields counts as absent', async () => {
    const run = startSandbox();
    const { params } = INITIALIZE;
    run.write(
      { ...INITIALIZE, params: { ...params, _meta: null, clientInfo: { ...params.clientInfo, title: null } } },
      { id: 1, method: 'tools/list', params: { cursor: null } },
      { id: 2, method: 'resources/list', params: { cursor: null, _meta: null } },
      { id: 3, method: 'tools/call', params: { name: 'list_jobs', arguments: null, _meta: { progressToken: null } } },
      { id: 4, method: 'tools/call', params: { name: 'list_jobs', arguments: [] } },
      { id: 5, method: 'prompts/get', params: { name: 'recover-jobs', arguments: null } },
      { id: 6, method: 'tools/call', params: { name: 'list_jobs', arguments: 'null', _meta: [] } },
    );
    expect(await run.answer('hello')).toHaveProperty('result.serverInfo');
    expect(await run.answer(1)).toHaveProperty('result.tools');
    expect(await run.answer(2)).toHaveProperty('result.resources');
    expect(await run.answer(3)).toHaveProperty('result.structuredContent.ok', true);
    expect(await run.answer(4)).toHaveProperty('result.structuredContent.ok', true);
    expect(await run.answer(5)).toHaveProperty('result.messages');
    expect(await run.answer(6)).toHaveProperty('result.structuredContent.ok', true);
  });

  it.each([{ capabilities: null }, { capabilities: [] }, { capabilities: undefined }, { capabilities: { roots: [] } }])(
    'a greeting with %j is answered',
    async given => {
      const run = startSandbox();
      run.write({ ...INITIALIZE, params: { ...INITIALIZE.params, ...given } }, { id: 1, method: 'prompts/list' });
      expect(await run.answer('hello')).toHaveProperty('result.serverInfo');
      expect(await run.answer(1)).toHaveProperty('result.prompts');
    },
  );

  it.each([
    ['as JSON', { arguments: '{"request_id": "none", "wait_seconds": 0}' }],
    ['beside the tool’s name', { request_id: 'none', wait_seconds: 0 }],
  ])('the arguments of a call are read %s', async (_, params) => {
    const run = startSandbox();
    run.write(INITIALIZE, { id: 1, method: 'tools/call', params: { name: 'get_status', ...params } });
    const { result } = await run.answer(1);
    expect(result?.structuredContent).toMatchObject({ error: { code: 'job_not_found' } });
  });

  it('server/discover is answered as unknown, and the handshake goes on', async () => {
    const run = startSandbox();
    run.write({ id: 0, method: 'server/discover', params: { _meta: {} } }, INITIALIZE, { id: 1, method: 'tools/list' });
    expect(await run.answer(0)).toMatchObject({ error: { code: -32601 } });
    expect(await run.answer('hello')).toHaveProperty('result.serverInfo');
    expect(await run.answer(1)).toHaveProperty('result.tools');
    expect(await run.callTool(2, 'list_jobs', {})).toMatchObject({ ok: true, sandbox: true });
    run.write({ id: 3, method: 'server/discover', params: {} });
    expect(await run.answer(3)).toMatchObject({ error: { code: -32601 } });
  });

  it('line separators outside ASCII are escaped on output', async () => {
    const run = startSandbox();
    const text = 'red\u2028blue\u2029green\u0085';
    run.write(INITIALIZE, { id: 1, method: 'prompts/get', params: { name: 'nothing', arguments: {} } });
    await run.callTool(2, 'validate_template', { template: { timeline: { tracks: text }, output: {} } });
    await run.callTool(3, 'get_definition', { template_id: text });
    run.write({ id: text, method: 'ping' });
    await run.answer(text);
    expect(run.stdout).not.toMatch(/[\u2028\u2029\u0085]/);
    for (const line of linesOf(run.stdout)) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('the cancelling of request 0 ends its wait', async () => {
    const gateway = await RecordingGateway.start((_request, response) => json(response, 200, { status: 'IN_QUEUE' }));
    onTestFinished(() => gateway.close());
    const run = CommandRun.greeted([], {
      SKILLBOSS_WHOLESALE_KEY: KEY,
      SKILLBOSS_BASE_URL: gateway.url,
      SHOTSTACK_MCP_POLL_SECONDS: '0.1',
    });
    const call = { name: 'get_status', arguments: { request_id: 'queued', wait_seconds: 45 } };
    run.write({ id: 0, method: 'tools/call', params: call });
    while (gateway.about('queued').length < 2) await delay(20);
    run.write({ method: 'notifications/cancelled', params: { requestId: 0 } }, { id: 1, method: 'ping' });
    await run.answer(1);
    // A poll that was on its way arrives before this one does.
    await run.callTool(2, 'get_status', { request_id: 'other', wait_seconds: 0 });
    const polls = gateway.about('queued').length;
    await delay(1_000);
    expect(gateway.about('queued').length).toBe(polls);
    expect(run.stdout).not.toMatch(/"id":0[,}]/);
  });
});

describe('the sandbox', () => {
  it('says what it is in its name, its title, its instructions and each tool, and the live server does not', async () => {
    const live = new CommandRun([]);
    onTestFinished(() => void live.child.kill());
    const said = await Promise.all(
      [startSandbox(), live].map(async run => {
        run.write(INITIALIZE, { id: 1, method: 'tools/list' });
        const { result: hello = {} } = await run.answer('hello');
        const { result: listed = {} } = await run.answer(1);
        const { name, title } = hello.serverInfo as { name: string; title: string };
        const tools = listed.tools as { description: string }[];
        const firstLines = tools.map(({ description }) => description.split('\n')[0] ?? '');
        return [name, title, String(hello.instructions), ...firstLines];
      }),
    );
    const [sandbox = [], real = []] = said;
    expect(sandbox.length).toBeGreaterThan(8);
    for (const text of sandbox) expect(text).toMatch(/sandbox/i);
    for (const text of real) expect(text).not.toMatch(/sandbox/i);
  });
});

describe('a reply has at most 20,000 characters', () => {
  const links = Array.from({ length: 40 }, (_, i) => `https://cdn.example.com/${i}?${'x'.repeat(1_500)}`);
  const clips = Array.from({ length: 1_000 }, (_, i) => ({ asset: { type: `type-${i}` }, start: 'x'.repeat(300) }));
  const many = { timeline: { tracks: [{ clips }] }, output: { format: 'mp4', resolution: 'hd' } };
  let gateway: RecordingGateway;
  let server: StdioServer;

  beforeAll(async () => {
    let jobs = 0;
    gateway = await RecordingGateway.start((request, response) => {
      if (request.method === 'POST') return accept(response, `job-${++jobs}`);
      json(response, 200, { status: 'COMPLETED', result: { outputs: links } });
    });
    server = await StdioServer.start({ gateway: gateway.url });
    const update = (_: unknown, i: number) =>
      server.call('update_template', {
        prompt: 'p',
        template_id: `${i}-${'t'.repeat(150)}`,
        name: `${i} ${'n'.repeat(200)}`,
        template: definition(),
      });
    await Promise.all(Array.from({ length: 100 }, update));
  }, 90_000);
  afterAll(async () => {
    await server.stop();
    await gateway.close();
  });

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    ['100 jobs with long names', 'list_jobs', { limit: 100 }, /\d+ more jobs do not fit here/],
    ['40 long links', 'get_status', { request_id: 'job-1' }, /\d+ more outputs .* do not fit here/],
    ['1,000 mistakes in a definition', 'validate_template', { template: many }, /mistakes/],
    ['1,000 mistakes in an update', 'update_template', { prompt: 'p', template: many }, /./],
    [
      '500 pictures that are none',
      'update_template',
      { prompt: 'p', reference_images: Array(500).fill('x'.repeat(99)) },
      /./,
    ],
    ['1,000 names that no argument has', 'list_jobs', Object.fromEntries(links.map(link => [link, link])), /Ignored/],
  ])('for %s', async (_, tool, args, summary) => {
    const reply = await server.call(tool, args);
    expect(JSON.stringify(reply).length).toBeLessThanOrEqual(20_000);
    expect(reply.summary).toMatch(summary);
  });

  it('and no links where it lists jobs', async () => {
    const { jobs } = await server.call('list_jobs', { status: 'COMPLETED' });
    expect(jobs).toMatchObject([{ request_id: 'job-1', output_count: 40 }]);
    expect(JSON.stringify(jobs)).not.toContain('https://');
  });
});
