import { describe, expect, it } from 'vitest';
import { Handshake } from '../../src/stdio/handshake.ts';

const ANSWERS = {
  protocolVersions: ['2025-11-25', '2025-06-18'],
  server: { serverInfo: { name: 's' }, capabilities: {} },
  tools: { tools: [] },
};
const HELLO = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'c', version: '1' } };

const request = (id: number, method: string, params?: object) => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(params ? { params } : {}),
});

describe('the handshake', () => {
  it('answers server/discover as an unknown method and goes on with the fast path', () => {
    const handshake = new Handshake(ANSWERS);
    expect(handshake.take(request(0, 'server/discover', { _meta: {} }))).toEqual({
      jsonrpc: '2.0',
      id: 0,
      error: { code: -32601, message: 'Method not found' },
    });
    expect(handshake.take(request(1, 'initialize', HELLO))).toMatchObject({
      result: { protocolVersion: '2025-06-18' },
    });
    expect(handshake.take({ jsonrpc: '2.0', method: 'notifications/initialized' })).toBeNull();
    expect(handshake.take(request(2, 'tools/list'))).toMatchObject({ result: ANSWERS.tools });
    expect(handshake.backlog.map(({ answered }) => answered)).toEqual([true, true]);
  });

  it('leaves the first message that it has no answer for, and all that follow, to the SDK', () => {
    const handshake = new Handshake(ANSWERS);
    handshake.take(request(1, 'initialize', HELLO));
    expect(handshake.take(request(2, 'tools/call', {}))).toBeUndefined();
    expect(handshake.take(request(3, 'ping'))).toBeUndefined();
    expect(handshake.backlog.map(({ answered }) => answered)).toEqual([true, false, false]);
  });
});
