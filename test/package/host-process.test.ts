import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { CLI } from '../support/stdio-server.ts';

/** Loads the server as Claude Desktop's own Node does: into a running process whose stdin does not keep it alive. */
const HOST = `
  import { PassThrough } from 'node:stream';
  const pipe = process.stdin;
  const stdin = new PassThrough();
  pipe.on('data', data => stdin.write(data)).on('end', () => stdin.end());
  pipe.unref();
  Object.defineProperty(process, 'stdin', { value: stdin });
  await import(process.argv[1]);
`;

test('the server lives as long as its host’s stdin is open, even one that keeps nothing alive', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOST, CLI], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exit = new Promise(resolve => child.on('close', resolve));
  const buffer = new ReadBuffer();
  const answers: JSONRPCMessage[] = [];
  child.stdout.on('data', data => {
    buffer.append(data);
    for (let message = buffer.readMessage(); message; message = buffer.readMessage()) answers.push(message);
  });
  child.stdin.on('error', () => {});
  for (const id of [1, 2, 3]) {
    child.stdin.write(serializeMessage({ jsonrpc: '2.0', id, method: 'ping' }));
    await expect.poll(() => answers, { timeout: 10_000 }).toHaveLength(id);
    // Long enough for a process without work to end; nothing depends on it otherwise.
    await delay(200);
  }
  child.stdin.end();
  expect(await exit).toBe(0);
});
