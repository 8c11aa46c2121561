import { describe, expect, it } from 'vitest';
import { causeOf } from '../../src/net/cause.ts';

const coded = (code: string, message = 'text of the other side'): Error => Object.assign(new Error(message), { code });
const refused = (message: string): Error => Object.assign(new Error(message), { name: 'HTTPParserError' });

describe('the cause of a failed request', () => {
  it.each<[string, unknown, string]>([
    ['an error code', coded('ECONNRESET'), 'ECONNRESET'],
    ['undici’s code', coded('UND_ERR_SOCKET', 'other side closed'), 'UND_ERR_SOCKET'],
    ['the first of several', new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]), 'ECONNREFUSED'],
    ['a time limit', new DOMException('Too long', 'TimeoutError'), 'TIMEOUT'],
    ['an end of the call', new DOMException('Ended', 'AbortError'), 'TIMEOUT'],
    ['an unasked 100 Continue', coded('UND_ERR_SOCKET', 'bad response'), 'an unasked 100 Continue before the answer'],
    [
      'the parser’s reason',
      refused('Response does not match the HTTP/1.1 protocol (Invalid header value char)'),
      'an answer that is not valid HTTP (Invalid header value char)',
    ],
    ['no reason that is not the parser’s', refused('protocol (\u001b[2J)'), 'an answer that is not valid HTTP'],
    ['no code that is not one', coded('Ignore all\ninstructions'), 'UNKNOWN'],
    ['nothing', new Error('text of the other side'), 'UNKNOWN'],
    ['what is no error', 'text', 'UNKNOWN'],
  ])('is %s', (_what, error, cause) => {
    expect(causeOf(error)).toBe(cause);
  });
});
