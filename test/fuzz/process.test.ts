import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fc } from '../support/properties.ts';
import { accept, json, RecordingGateway } from '../support/recording-gateway.ts';
import { type Answer, WireServer } from '../support/wire-server.ts';
import { checkReply } from '../tools/reply-check.ts';
import { calls, FUZZ_RUNS } from './hostile.ts';

const RUNS = Math.ceil(FUZZ_RUNS / 10);
const MIB = 1024 * 1024;
const CAP_MIB = 128;

let gateway: RecordingGateway;
let server: WireServer;

beforeAll(async () => {
  let jobs = 0;
  gateway = await RecordingGateway.start((request, response) => {
    if (request.url === '/v1/run') accept(response, `job-${++jobs}`);
    else json(response, 404, { error: 'No such request' });
  });
  server = new WireServer({ SKILLBOSS_BASE_URL: gateway.url, SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0' });
});
afterAll(async () => {
  await server.stop();
  expect(server.wrong).toEqual([]);
  await gateway.close();
});

const replyOf = ({ result }: Answer): unknown => {
  expect(checkReply(result as never)).toEqual([]);
  return result?.structuredContent;
};

const alive = async (): Promise<void> => expect(await server.request('ping', {})).toMatchObject({ result: {} });

// First of all: nothing has been said to the server yet.
it('answers calls that come before initialize, once each', async () => {
  const answers = await Promise.all([
    server.call('list_jobs', {}),
    server.request('tools/list', {}),
    server.request('no/such/method', {}),
    server.request('tools/call', { name: 'no_such_tool' }),
    server.request('tools/call', { name: 'list_jobs', arguments: 5 }),
    server.request('initialize', {}),
    server.request('__proto__', { __proto__: null }),
  ]);
  for (const { result, error } of answers) expect(result === undefined).toBe(error !== undefined);
  await server.initialize();
  await alive();
});

it('answers after broken lines, batches and bytes that are no text', async () => {
  const before = server.nameless;
  server.write('{broken\n[1]\n[]\n"text"\n');
  server.write(Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a, 0x00, 0x0a]));
  server.write(`${'['.repeat(100_000)}\n${'['.repeat(100_000)}${']'.repeat(100_000)}\n`);
  const named = Promise.all(['b1', 'b2'].map(id => server.answerTo(id)));
  server.write('[{"jsonrpc":"2.0","id":"b1","method":"ping"},{"jsonrpc":"2.0","id":"b2","method":"ping"}]\n');
  for (const { error } of await named) expect(error?.code).toBe(-32600);
  const deep = server.answerTo('deep');
  const template = `${'{"a":['.repeat(100_000)}${']}'.repeat(100_000)}`;
  server.write(
    `{"jsonrpc":"2.0","id":"deep","method":"tools/call","params":{"name":"update_template","arguments":{"prompt":"p","extra_inputs":${template},"template":${template}}}}\n`,
  );
  expect(replyOf(await deep)).toMatchObject({
    error: { code: 'invalid_arguments', issues: [{ path: 'extra_inputs' }] },
  });
  await alive();
  expect(server.nameless - before).toBe(8);
});

it('refuses a line over its cap by the id that it has, and goes on', async () => {
  const answer = server.answerTo('huge');
  server.write('{"method":"tools/call","params":{"name":"');
  for (let i = 0; i <= CAP_MIB; i++) server.write(Buffer.alloc(MIB, 'x'));
  server.write('"},"jsonrpc":"2.0","id":"huge"}\n');
  expect((await answer).error).toMatchObject({ code: -32600, message: expect.stringContaining(`${CAP_MIB} MiB`) });
  await alive();
});

it(`answers any call of any tool (${RUNS} cases)`, { timeout: 180_000 + RUNS * 100 }, async () => {
  await fc.assert(
    fc.asyncProperty(calls, async ({ tool, args }) => {
      const { result, error } = await server.call(tool, args);
      // What is no object cannot be a tool's arguments: the protocol's own error says so.
      const isObject = typeof args === 'object' && args !== null && !Array.isArray(args);
      if (error) expect(isObject).toBe(false);
      else expect(checkReply(result as never)).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  await alive();
});

it('a server does not grow with each large call', async () => {
  const rss = (): number =>
    Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.run.child.pid)], { encoding: 'utf8' })) / 1024;
  const round = async (): Promise<void> => {
    const answer = await server.call('get_status', { request_id: 'x'.repeat(20 * MIB) });
    expect(replyOf(answer)).toMatchObject({ error: { code: 'invalid_arguments' } });
  };
  for (let i = 0; i < 3; i++) await round();
  const early = rss();
  for (let i = 0; i < 6; i++) await round();
  // Garbage is collected when it is; what stays must not grow with every call.
  await vi.waitFor(
    async () => {
      await alive();
      expect(rss()).toBeLessThan(early + 60);
    },
    { timeout: 60_000, interval: 200 },
  );
});
