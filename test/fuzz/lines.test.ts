import { PassThrough } from 'node:stream';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, it } from 'vitest';
import { JsonLineStream } from '../../src/stdio/lines.ts';
import { StdioTransport } from '../../src/stdio/transport.ts';
import { fc } from '../support/properties.ts';
import { FUZZ_RUNS, json, text } from './hostile.ts';

const RUNS = Math.ceil(FUZZ_RUNS / 2);
const CAP_BYTES = 2_000;

/** A line, and what it must lead to. */
interface Line {
  bytes: Buffer;
  /** `taken`: it is a message; otherwise the ids of the errors it is answered with. */
  leads: 'taken' | (string | number | null)[];
}

const line = (value: string, leads: Line['leads']): Line => ({ bytes: Buffer.from(value), leads });
const request = (id: unknown, params: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'ping', params: { nested: params } });
const id = fc.oneof(fc.integer(), fc.string({ minLength: 1, maxLength: 20 }));
const small = json.filter(value => (JSON.stringify(value) ?? '').length < 300);

const lines: fc.Arbitrary<Line> = fc.oneof(
  fc.tuple(id, small).map(([name, params]) => line(request(name, params), 'taken')),
  fc.constantFrom('', ' ', '\r').map(blank => line(blank, [])),
  fc.constant(line('{"jsonrpc":"2.0","method":"notifications/initialized"}', 'taken')),
  // Cut short, so that it is no JSON any more.
  fc.tuple(id, small).map(([name, params]) => line(request(name, params).slice(0, -1), [null])),
  fc
    .uint8Array({ minLength: 1, maxLength: 200 })
    .map(bytes => Buffer.from(bytes).map(byte => (byte === 0x0a ? 0x7b : byte)))
    .map(bytes => ({ bytes: Buffer.concat([Buffer.from('!'), bytes]), leads: [null] })),
  // JSON, but no message of the protocol.
  id.map(name => line(JSON.stringify({ jsonrpc: '1.0', id: name, method: 'ping' }), [name])),
  id.map(name => line(JSON.stringify({ jsonrpc: '2.0', id: name, method: 7 }), [name])),
  id.map(name => line(JSON.stringify({ jsonrpc: '2.0', id: name, method: 'ping', params: [1] }), [name])),
  fc.constantFrom(1.5, 0.1).map(name => line(request(name, 0), [name])),
  fc.constantFrom(null, true, { a: 1 }, [1]).map(name => line(request(name, 0), [null])),
  fc.constantFrom('5', 'null', '"text"', '{}', 'true').map(other => line(other, [null])),
  // Broken answers and notifications are nobody's request.
  fc.constantFrom('{"jsonrpc":"2.0","id":1,"result":7}', '{"id":1,"error":{}}').map(other => line(other, [])),
  fc.constantFrom('{"method":"notifications/x"}').map(other => line(other, [])),
  // Batches.
  fc.array(id, { minLength: 1, maxLength: 4 }).map(ids => line(`[${ids.map(name => request(name, 0))}]`, ids)),
  fc.constantFrom('[]', '[1,2]', '[{"method":"notifications/x"}]').map(other => line(other, [null])),
  // Over the cap, the id where clients put it or nowhere to be found.
  id.map(name => line(JSON.stringify({ jsonrpc: '2.0', id: name, method: 'x'.repeat(CAP_BYTES) }), [name])),
  id.map(name => line(JSON.stringify({ method: 'x'.repeat(CAP_BYTES * 9), jsonrpc: '2.0', id: name }), [name])),
  text.map(other =>
    line(`{"method":"${'x'.repeat(CAP_BYTES)}","other":${JSON.stringify(other)},"id":{"id":7}}`, [null]),
  ),
  fc.nat(3).map(n => line('{'.repeat(CAP_BYTES * (n + 1)), [null])),
);

it(`each line that wants an answer gets one, in pieces of any size (${RUNS} cases)`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { maxLength: 8 }), fc.infiniteStream(fc.nat(700)), async (given, sizes) => {
      const [stdin, stdout] = [new PassThrough(), new PassThrough()];
      const input = new JsonLineStream({ stdin, stdout, capBytes: CAP_BYTES, redact: text => text, onerror: () => {} });
      const transport = new StdioTransport(input, []);
      const taken: JSONRPCMessage[] = [];
      transport.onmessage = message => taken.push(message);
      await transport.start();
      input.start();
      const bytes = Buffer.concat(given.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]));
      for (let from = 0; from < bytes.length; ) {
        const size = 1 + (sizes.next().value ?? 0);
        stdin.write(bytes.subarray(from, from + size));
        from += size;
      }
      stdin.end();
      await new Promise(resolve => stdin.once('end', resolve));
      await transport.close();
      stdout.end();
      let said = '';
      for await (const piece of stdout) said += piece;
      const ids = said.split('\n').flatMap(answer => (answer === '' ? [] : [JSON.parse(answer).id]));
      expect(taken).toHaveLength(given.filter(({ leads }) => leads === 'taken').length);
      expect(ids).toEqual(given.flatMap(({ leads }) => (leads === 'taken' ? [] : leads)));
    }),
    { numRuns: RUNS },
  );
});
