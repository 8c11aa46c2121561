import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CommandRun } from '../support/command.ts';

/** Loads the server as Claude Desktop's own Node does: into a running process whose stdin does not keep it alive. */
const HOST = `
  import { PassThrough } from 'node:stream';
  import { pathToFileURL } from 'node:url';
  const pipe = process.stdin;
  const stdin = new PassThrough();
  pipe.on('data', data => stdin.write(data)).on('end', () => stdin.end());
  pipe.unref();
  Object.defineProperty(process, 'stdin', { value: stdin });
  await import(pathToFileURL(process.argv[1]));
`;

test('the server lives as long as its host’s stdin is open, even one that keeps nothing alive', async () => {
  const run = new CommandRun([], {}, { before: ['--input-type=module', '-e', HOST] });
  for (const id of [1, 2, 3]) {
    run.write({ id, method: 'ping' });
    expect(await run.answer(id)).toMatchObject({ result: {} });
    // Long enough for a process without work to end; nothing depends on it otherwise.
    await delay(200);
  }
  run.child.stdin.end();
  expect(await run.exit).toBe(0);
});
