import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/base/redact.ts';
import { JsonLineStream } from '../../src/stdio/lines.ts';

const KEY = 'wk-test-0123456789';

function start(stdout: Writable = new PassThrough()) {
  const stdin = new PassThrough();
  const lines = new JsonLineStream({ stdin, stdout, capBytes: 1_000_000, redact: redactor(KEY), onerror: () => {} });
  const values: unknown[] = [];
  lines.onvalue = json => values.push(json);
  lines.start();
  return { stdin, stdout, lines, values };
}

/** A host that reads nothing until it is told to. */
class LazyHost extends Writable {
  bytes = 0;
  #waiting: (() => void)[] = [];
  #reads = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.bytes += chunk.length;
    if (this.#reads) done();
    else this.#waiting.push(done);
  }

  read(): void {
    this.#reads = true;
    for (const done of this.#waiting.splice(0)) done();
  }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

describe('lines', () => {
  it('are read after a byte order mark, with params of null normalized', async () => {
    const { stdin, values } = start();
    stdin.write('\ufeff{"method":"ping","params":null}\n{"method":"pong"}\r\n');
    await turn();
    expect(values).toEqual([{ method: 'ping' }, { method: 'pong' }]);
  });

  it('are written so that no line reader splits them, and without the key', async () => {
    const { stdout, lines } = start();
    const message = { text: 'a\u2028b\u2029c\u0085d', key: `Bearer ${KEY}` };
    await lines.write(message);
    const written = String(stdout instanceof PassThrough ? stdout.read() : '');
    expect(written.split(/[\n\u2028\u2029\u0085]/)).toHaveLength(2);
    expect(JSON.parse(written)).toEqual({ text: message.text, key: 'Bearer [key]' });
  });

  it('are not read while over 4 MB wait for a host that does not read, and all of them once it does', async () => {
    const host = new LazyHost();
    const { stdin, lines, values } = start(host);
    const answer = { text: 'x'.repeat(1_000_000) };
    lines.onvalue = json => {
      values.push(json);
      void lines.write(answer);
    };
    const sent = Array.from({ length: 50 }, (_, i) => i);
    stdin.write(
      sent
        .slice(0, 40)
        .map(i => `${i}\n`)
        .join(''),
    );
    for (const i of sent.slice(40)) stdin.write(`${i}\n`);
    for (let i = 0; i < 20; i++) await turn();
    expect(values.length).toBeGreaterThan(3);
    expect(values.length).toBeLessThan(7);
    expect(host.writableLength).toBeLessThan(6_000_000);
    host.read();
    while (values.length < sent.length) await turn();
    expect(values).toEqual(sent);
  });
});
