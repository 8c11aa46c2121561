import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Heard } from '../../src/stdio/handshake.ts';
import { Lines } from '../../src/stdio/lines.ts';
import { StdioTransport } from '../../src/stdio/transport.ts';

test('what came in before the SDK was there is handed on in its order, and kept no longer', async () => {
  const lines = new Lines({ stdin: new PassThrough(), stdout: new PassThrough(), capBytes: 99, onerror: () => {} });
  const messages = [1, 2].map(id => ({ jsonrpc: '2.0', id, method: 'ping' }));
  const backlog: Heard[] = messages.map(message => ({ message, answered: false }));
  const transport = new StdioTransport(lines, backlog);
  const heard: unknown[] = [];
  transport.onmessage = message => heard.push(message);
  await transport.start();
  expect(heard).toEqual(messages);
  expect(backlog).toEqual([]);
});
