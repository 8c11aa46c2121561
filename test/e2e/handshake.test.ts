import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSIONS } from '../../src/handshake-answers.ts';
import { WireServer } from '../support/wire-server.ts';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

const clientInfo = { name: 'host', version: '1' };
const hello = (protocolVersion: string) => ({ protocolVersion, capabilities: { roots: {} }, clientInfo });

/** Runs work on a sandbox, and sees that nothing was answered twice. */
async function onServer(work: (server: WireServer) => Promise<void>): Promise<void> {
  const server = new WireServer({}, ['--sandbox']);
  await work(server);
  await server.stop();
  expect(server.wrong).toEqual([]);
}

describe('the handshake', () => {
  it('answers just as the SDK does, whatever version is asked for', async () => {
    await onServer(async late => {
      // What the handshake has no answer for ends it; all that follows is the SDK's.
      expect((await late.request('no/such/method', {})).error?.code).toBe(-32601);
      for (const version of [...PROTOCOL_VERSIONS, '2099-01-01', '']) {
        await onServer(async early => {
          for (const [method, params] of [
            ['ping', {}],
            ['initialize', hello(version)],
            ['tools/list', {}],
            ['tools/list', { _meta: { progressToken: 1 } }],
          ] as const) {
            const { result } = await early.request(method, params);
            expect(result).toBeDefined();
            expect(result).toEqual((await late.request(method, params)).result);
          }
        });
      }
    });
  });

  it('leaves to the SDK what it has no answer for, and hands the greeting on', () =>
    onServer(async server => {
      const { result } = await server.request('initialize', hello('2025-06-18'));
      expect(result).toMatchObject({
        protocolVersion: '2025-06-18',
        serverInfo: { name: 'shotstack-template-mcp-sandbox' },
      });
      server.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
      const called = await Promise.all([
        server.call('list_jobs', {}),
        server.request('tools/list', {}),
        server.call('no_such_tool', {}),
        server.request('initialize', hello('2024-11-05')),
        server.request('ping', {}),
      ]);
      expect(called.map(({ error }) => error?.code)).toEqual([undefined, undefined, -32602, undefined, undefined]);
      expect(called[0].result).toMatchObject({ isError: false });
      expect(called[3].result).toMatchObject({ protocolVersion: '2024-11-05' });
    }));

  it.each([
    ['no client', { protocolVersion: '2025-06-18', capabilities: {} }],
    ['a version that is no text', { ...hello(''), protocolVersion: 5 }],
    ['capabilities that are no object', { ...hello('2025-06-18'), capabilities: 'roots' }],
    ['nothing', undefined],
  ])('refuses a greeting with %s, and takes a better one', (_, params) =>
    onServer(async server => {
      expect((await server.request('initialize', params)).error?.message).toBeDefined();
      expect((await server.request('initialize', hello('2025-06-18'))).result).toBeDefined();
    }),
  );

  it('answers requests that share an id once each', () =>
    onServer(async server => {
      const say = (method: string, params: object): Promise<unknown> => {
        const answer = server.answerTo(7);
        server.write(`${JSON.stringify({ jsonrpc: '2.0', id: 7, method, params })}\n`);
        return answer;
      };
      expect(await say('initialize', hello('2025-06-18'))).toHaveProperty('result.capabilities');
      expect(await say('tools/list', {})).toHaveProperty('result.tools');
      expect(await say('resources/templates/list', {})).toHaveProperty('result.resourceTemplates');
      expect(await say('ping', {})).toMatchObject({ result: {} });
    }));

  it.each(['while the SDK is loaded', 'afterwards'])('begins no call that is taken back at once, %s', when =>
    onServer(async server => {
      await server.initialize();
      if (when === 'afterwards') await server.call('list_jobs', {});
      const call = { name: 'update_template', arguments: { prompt: 'Taken back' } };
      const messages = [
        { id: 'gone', method: 'tools/call', params: call },
        { method: 'notifications/cancelled', params: { requestId: 'gone' } },
      ];
      server.write(messages.map(message => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''));
      // Comes after it in the store, if it gets there.
      await server.call('update_template', { prompt: 'Kept' });
      const { result } = await server.call('list_jobs', {});
      expect(result?.structuredContent).toMatchObject({ jobs: [{ terminal: false }] });
    }),
  );

  it('loads less than 50 KB: neither the SDK nor a schema', () => {
    const loaded = new Set<string>();
    const load = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      const text = readFileSync(file, 'utf8');
      for (const [, name = ''] of text.matchAll(/(?:from|import)"(\.[^"]+)"/g)) load(join(dirname(file), name));
      if (file.endsWith('cli.js')) {
        for (const [, name = ''] of text.matchAll(/import\("(\.[^"]+)"\)/g)) load(join(dirname(file), name));
      }
    };
    load(join(DIST, 'cli.js'));
    const all = [...loaded].map(file => readFileSync(file, 'utf8')).join('');
    expect(loaded.size).toBeGreaterThan(1);
    expect(all.includes('notifications/initialized')).toBe(true);
    expect(all.length).toBeLessThan(50_000);
  });
});
