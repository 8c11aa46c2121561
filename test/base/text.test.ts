import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/base/redact.ts';
import { cleanText } from '../../src/base/text.ts';
import { fc } from '../support/properties.ts';

const KEY = 'wk-live-0123456789';
const clean = (text: string, longest?: number): string | undefined => cleanText(text, redactor(KEY), longest);

describe('cleanText', () => {
  it.each<[string, string, string | undefined]>([
    ['plain text', 'No such template: 42 €', 'No such template: 42 €'],
    ['line breaks and tabs', ' a\r\n\tb\u0000c ', 'a b c'],
    ['colour codes', '\u001b[31mred\u001b[0m', 'red'],
    ['a terminal’s title command', '\u001b]0;owned\u0007after', 'after'],
    ['bidirectional marks', 'abc\u202edef\u2066', 'abc def'],
    ['zero-width marks', 'a\u200bb\ufeffc\u00add', 'a b c d'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['tag characters', 'a\u{e0041}\u{e0042}b', 'a b'],
    ['a lone surrogate', 'a\ud83d', 'a\ufffd'],
    ['nothing visible', '\u0000\u200b \n', undefined],
    ['nothing', '', undefined],
  ])('makes %s harmless', (_what, given, shown) => {
    expect(clean(given)).toBe(shown);
  });

  it.each<[string, string]>([
    ['as it is', `key ${KEY}.`],
    ['with a colour code in it', 'key wk-live\u001b[31m-0123456789\u001b[0m.'],
    ['with a terminal’s title command in it', 'key wk-live\u001b]0;x\u0007-0123456789.'],
    ['with a zero-width mark in it', 'key wk-live\u200b-0123456789.'],
    ['over two lines', 'key wk-live-\r\n  0123456789.'],
  ])('redacts the key %s', (_what, given) => {
    expect(clean(given)).toBe('key [key].');
  });

  it('cuts nothing before it has redacted, so that no part of the key is left', () => {
    expect(clean(`${'x'.repeat(490)} ${KEY}`)).toBe(`${'x'.repeat(490)} [key]`);
    expect(clean(`1234567890${KEY}`, 12)).toBe('1234567890[…');
  });

  it('cuts at 500 characters, and no character in half', () => {
    const cut = clean('😀'.repeat(400)) ?? '';
    expect(cut).toHaveLength(500);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.endsWith('…')).toBe(true);
    expect(clean('x'.repeat(500))).toBe('x'.repeat(500));
  });

  it('removes every character that can hide or reorder text, from any text', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u001b[2J', '\u202e', '\ud800', '\u0007'));
    fc.assert(
      fc.property(fc.array(part), parts => {
        const text = clean(parts.join(''));
        if (text === undefined) return;
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(text.length).toBeLessThanOrEqual(500);
      }),
    );
  });
});
