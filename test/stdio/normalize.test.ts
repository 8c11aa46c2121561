import { expect, test } from 'vitest';
import { normalizeMessage } from '../../src/stdio/normalize.ts';

const request = (method: string, params?: unknown) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  ...(params === undefined ? {} : { params }),
});

test.each([
  ['tools/list', null, undefined],
  ['tools/list', [], undefined],
  ['tools/list', { cursor: null }, {}],
  ['tools/list', { _meta: null, cursor: 'a' }, { cursor: 'a' }],
  ['tools/call', { name: 'x', _meta: { progressToken: null } }, { name: 'x', _meta: {} }],
  ['tools/call', { name: 'x', _meta: { progressToken: 0 } }, { name: 'x', _meta: { progressToken: 0 } }],
  ['tools/call', { name: 'x', arguments: null }, { name: 'x' }],
  ['tools/call', { name: 'x', arguments: [] }, { name: 'x' }],
  ['tools/call', { name: 'x', task: null, arguments: {} }, { name: 'x', arguments: {} }],
  ['tools/call', { name: 'x', task: { ttl: 1 }, arguments: {} }, { name: 'x', arguments: {} }],
  ['tools/call', { name: 'x', arguments: '{"a": 1}' }, { name: 'x', arguments: { arguments: '{"a": 1}' } }],
  ['tools/call', { name: 'x', arguments: [1] }, { name: 'x', arguments: { arguments: [1] } }],
  ['tools/call', { name: 'x', a: 1, _meta: [] }, { name: 'x', arguments: { a: 1 } }],
  ['tools/call', { name: 'x', a: 1, arguments: {} }, { name: 'x', arguments: {} }],
  ['prompts/get', { name: 'x', arguments: null }, { name: 'x' }],
  ['notifications/cancelled', { requestId: 3, reason: null }, { requestId: 3 }],
  [
    'initialize',
    { capabilities: { roots: null, experimental: [] }, clientInfo: { name: 'h', version: '1', title: null } },
    { capabilities: {}, clientInfo: { name: 'h', version: '1' } },
  ],
  ['initialize', { capabilities: [], clientInfo: {} }, { capabilities: {}, clientInfo: {} }],
  ['initialize', { clientInfo: {} }, { capabilities: {}, clientInfo: {} }],
])('%s with %j is read as with %j', (method, params, read) => {
  expect(normalizeMessage(request(method, params))).toEqual(request(method, read));
});

test.each([
  [
    'null inside arguments, where it is a value',
    request('tools/call', { name: 'x', arguments: { image: null, a: [] } }),
  ],
  ['params in a list with something in it', request('tools/list', ['a'])],
  ['an answer', { jsonrpc: '2.0', id: 1, result: { a: null } }],
  ['a batch', [request('ping', null)]],
  ['null', null],
  ['a text', 'params'],
])('%s stays as it is', (_, message) => {
  expect(normalizeMessage(message)).toStrictEqual(message);
});
