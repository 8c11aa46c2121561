import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../src/base/text.ts';

describe('cleanText', () => {
  it.each<[string, string, string | null]>([
    ['plain text', 'No such template: 42 €', 'No such template: 42 €'],
    ['line breaks and tabs', ' a\r\n\tb\u0000c ', 'a b c'],
    ['colour codes', '\u001b[31mred\u001b[0m', 'red'],
    ['a terminal’s title command', '\u001b]0;owned\u0007after', 'after'],
    ['bidirectional marks', 'abc\u202edef\u2066', 'abc def'],
    ['zero-width marks', 'a\u200bb\ufeffc\u00add', 'a b c d'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['tag characters', 'a\u{e0041}\u{e0042}b', 'a b'],
    ['a lone surrogate', 'a\ud83d', 'a\ufffd'],
    ['nothing visible', '\u0000\u200b \n', null],
    ['nothing', '', null],
  ])('makes %s harmless', (_what, given, shown) => {
    expect(cleanText(given)).toBe(shown);
  });

  it('caps at 500 characters, and no half character stands at the cut', () => {
    const cut = cleanText('😀'.repeat(400)) ?? '';
    expect(cut).toHaveLength(500);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.endsWith('…')).toBe(true);
    expect(cleanText('x'.repeat(500))).toBe('x'.repeat(500));
  });

  it('lets nothing through that can hide or reorder text, whatever comes in', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u001b[2J', '\u202e', '\ud800', '\u0007'));
    fc.assert(
      fc.property(fc.array(part), parts => {
        const text = cleanText(parts.join(''));
        if (text === null) return;
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(text.length).toBeLessThanOrEqual(500);
      }),
    );
  });
});
