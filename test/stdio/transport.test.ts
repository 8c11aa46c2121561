import { PassThrough } from 'node:stream';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import type { BacklogMessage } from '../../src/stdio/handshake.ts';
import { JsonLineStream } from '../../src/stdio/lines.ts';
import { StdioTransport } from '../../src/stdio/transport.ts';

async function start(backlog: BacklogMessage[] = []) {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const lines = new JsonLineStream({ stdin, stdout, capBytes: 999, redact: text => text, onerror: () => {} });
  const transport = new StdioTransport(lines, backlog);
  const received: JSONRPCMessage[] = [];
  transport.onmessage = message => received.push(message);
  await transport.start();
  const written = (): unknown[] =>
    String(stdout.read() ?? '')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line));
  return { lines, transport, received, written };
}

test('what came in before the SDK was there is handed on in its order, and kept no longer', async () => {
  const messages = [1, 2].map(id => ({ jsonrpc: '2.0', id, method: 'ping' }));
  const backlog = messages.map(message => ({ message, answered: false }));
  const { received } = await start(backlog);
  expect(received).toEqual(messages);
  expect(backlog).toEqual([]);
});

test.each([0, ''])('a request with the id %j and its cancelling reach the SDK under one truthy id', async id => {
  const { lines, transport, received, written } = await start();
  lines.onvalue({ jsonrpc: '2.0', id, method: 'tools/call', params: {} });
  lines.onvalue({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
  const [request, cancelled] = received;
  const given = request && 'id' in request ? request.id : undefined;
  expect(given).toBeTruthy();
  expect(cancelled).toMatchObject({ params: { requestId: given } });
  if (given === undefined) throw new Error('The request has no id.');
  await transport.send({ jsonrpc: '2.0', id: given, result: {} });
  expect(written()).toEqual([{ jsonrpc: '2.0', id, result: {} }]);
});

test('a request with the id 0 that was answered already is not answered twice', async () => {
  const message = { jsonrpc: '2.0', id: 0, method: 'initialize' };
  const { transport, received, written } = await start([{ message, answered: true }]);
  const [request] = received;
  if (!request || !('id' in request) || request.id === undefined) throw new Error('The request has no id.');
  await transport.send({ jsonrpc: '2.0', id: request.id, result: {} });
  expect(written()).toEqual([]);
});
