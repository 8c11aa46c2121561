import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/base/log.ts';
import { redactor, stringifyRedacted } from '../../src/base/redact.ts';
import { fc } from '../support/properties.ts';

const KEY = 'wk-$&"\\secret';

describe('redaction', () => {
  it('replaces every occurrence of a key with special characters', () => {
    expect(redactor(KEY)(`a ${KEY} b ${KEY}`)).toBe('a [key] b [key]');
  });

  it.each([null, undefined, ''])('changes nothing without a key (%j)', key => {
    expect(redactor(key)('as it is')).toBe('as it is');
  });

  it.each<[string, string]>([
    ['percent-encoded', encodeURIComponent(KEY)],
    ['percent-encoded in lower case', encodeURIComponent(KEY).toLowerCase()],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(KEY))],
    ['percent-encoded to the last character', [...KEY].map(c => `%${c.charCodeAt(0).toString(16)}`).join('')],
    ['as JSON spells it', JSON.stringify(KEY).slice(1, -1)],
    ['as JSON in JSON spells it', JSON.stringify(JSON.stringify(KEY)).slice(3, -3)],
    ['in JSON escapes', [...KEY].map(c => `\\u00${c.charCodeAt(0).toString(16)}`).join('')],
    ['in JSON escapes, partly', KEY.replace('secret', '\\u0073ecret')],
    ['wrapped', KEY.replace('secret', '\n   secret')],
  ])('finds the key %s', (_what, spelled) => {
    expect(redactor(KEY)(`a ${spelled} b`)).toBe('a [key] b');
  });

  it('finds a key of any character', () => {
    const key = fc.string({
      minLength: 8,
      unit: fc.integer({ min: 0x21, max: 0x7e }).map(code => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(key, secret => {
        for (const spelled of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
          expect(redactor(secret)(`é ${spelled} é`)).toBe('é [key] é');
      }),
    );
  });

  it('replaces a very short key only where it is a word of its own', () => {
    const redact = redactor('x');
    expect(redact('fix_arguments, next, x, "x", (x) %78')).toBe('fix_arguments, next, [key], "[key]", ([key]) [key]');
    expect(redactor('abc-1')('abc-12 abc-1 xabc-1')).toBe('abc-12 [key] xabc-1');
  });

  it('keeps several secrets out', () => {
    expect(redactor('key-one-1', 'pass-two-2', null)('key-one-1 and pass-two-2')).toBe('[key] and [key]');
  });

  it('finds a key that begins with another one to its end', () => {
    expect(redactor('key-one-1', 'key-one-1-new')('key-one-1-new, key-one-1')).toBe('[key], [key]');
  });

  it('finds the key inside base64, wherever it is in the bytes', () => {
    for (const before of ['', 'a', 'ab', 'abc'])
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = redactor(KEY)(Buffer.from(`${before}${KEY}${before}`).toString(encoding));
        expect(text).toContain('[key]');
        expect(Buffer.from(text.replace('[key]', ''), encoding).toString()).not.toContain('secret');
      }
  });

  it('finds the key in the names of members', () => {
    expect(stringifyRedacted({ a: [{ [KEY]: 1, b: 2 }] }, redactor(KEY))).toBe('{"a":[{"[key]":1,"b":2}]}');
  });

  it('finds the key in a value however JSON would spell it', () => {
    const json = stringifyRedacted({ list: [`x${KEY}`], deep: { text: KEY } }, redactor(KEY));
    expect(JSON.parse(json)).toEqual({ list: ['x[key]'], deep: { text: '[key]' } });
  });

  it('leaves no key in any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(redactor(KEY)(before + KEY + after)).not.toContain(KEY);
      }),
    );
  });

  it('returns for long texts that are almost the key', () => {
    const text = `${'wk-$&"\\secre '.repeat(50_000)}wk-${' '.repeat(100_000)}!`;
    expect(redactor(KEY)(text)).toBe(text);
  });
});

describe('the log', () => {
  it('writes one JSON line of the threshold and graver, without the key', () => {
    const lines: string[] = [];
    const log = createLog('warn', redactor(KEY), line => lines.push(line));
    log('info', 'too_light');
    log('warn', 'seen', { text: `a\n${KEY}` });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', event: 'seen', text: 'a\n[key]' });
  });
});
