import { describe, expect, test } from 'vitest';
import { parseJsonText } from '../../src/definition/json-text.ts';
import { fc } from '../support/properties.ts';

const problem = async (text: string): Promise<string> => {
  const parsed = await parseJsonText(text);
  return 'problem' in parsed ? parsed.problem : `no problem: ${JSON.stringify(parsed.json)}`;
};

describe('JSON text', () => {
  test.each([
    ['an object', '{"a": 1}', { a: 1 }],
    ['a byte order mark before it', '\u{feff}{"a": 1}', { a: 1 }],
    ['blanks around it', '\n {"a": 1}\r\n', { a: 1 }],
    ['a text', '"a"', 'a'],
  ])('is read: %s', async (_what, text, json) => expect(await parseJsonText(text)).toEqual({ json }));

  test.each<[what: string, text: string, where: string, says: RegExp]>([
    ['a line comment', '{\n  // size\n  "a": 1\n}', 'line 2, column 3', /comment/],
    ['a block comment', '{"a": /* b */ 1}', 'line 1, column 7', /comment/],
    ['a trailing comma in an object', '{\n  "a": 1,\n}', 'line 3, column 1', /trailing comma/],
    ['a trailing comma in a list', '[1, 2,]', 'line 1, column 7', /trailing comma/],
    ['two commas', '[1,, 2]', 'line 1, column 4', /comma too many/],
    ['a placeholder without quotes', '{"a": {{ NAME }}}', 'line 1, column 8', /placeholder without quotes/],
    ['an expression without quotes', '{"a": {{ $json.b }}, "c": 1}', 'line 1, column 8', /placeholder without quotes/],
    ['single quotes', "{'a': 1}", 'line 1, column 2', /single quotes/],
    ['typographic quotes', '{“a”: 1}', 'line 1, column 2', /typographic/],
    ['a key without quotes', '{a: 1}', 'line 1, column 2', /key without quotes/],
    ['Python’s words', '{"a": True}', 'line 1, column 7', /Python/],
    ['undefined', '{"a": undefined}', 'line 1, column 7', /does not have/],
    ['a missing colon', '{"a": [1], "b" 2}', 'line 1, column 16', /colon is missing/],
    ['a missing comma in a list', '["a", "b" "c"]', 'line 1, column 11', /comma is missing/],
    ['a missing comma', '{"a": 1\n "b": 2}', 'line 2, column 2', /comma is missing/],
    ['words before it', 'Here it is: {"a": 1}', 'line 1, column 1', /words before the JSON/],
    ['words behind it', '{"a": 1} as you wished', 'line 1, column 10', /something behind/],
    ['quotes with backslashes', '{\\"a\\": 1}', 'line 1, column 2', /backslash/],
    ['a line break in a text', '{"a": "b\nc"}', 'line 1, column 9', /line break/],
    ['a Markdown fence', '```json\n{"a": 1}\n```', 'line 1, column 1', /Markdown fence/],
    ['anything else', '{"a": 1 ? 2}', 'line 1, column 9', /does not belong there/],
  ])('with %s is refused with the line and column', async (_what, text, where, says) => {
    expect(await problem(text)).toMatch(says);
    expect(await problem(text)).toContain(where);
  });

  test.each([
    ['cut off in an object', '{"a": {"b": [1, 2', /ends too early, with 3 brackets open/],
    ['cut off in a text', '{"a": "b', /ends too early/],
    ['cut off in a text of 8 MiB', `{"a": "${'b'.repeat(8 * 1024 * 1024)}`, /ends too early, with 1 bracket open/],
    ['empty', ' \n', /empty/],
    ['a mark and nothing else', '\u{feff}', /empty/],
  ])('that is %s is refused with the reason', async (_what, text, says) => expect(await problem(text)).toMatch(says));

  test('of any kind is parsed or refused', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map(json => json.slice(0, -1)),
      fc.json().map(json => `${json},`),
    );
    await fc.assert(
      fc.asyncProperty(text, async given => {
        const parsed = await parseJsonText(given);
        if ('json' in parsed) expect(parsed.json).toEqual(JSON.parse(given));
        else expect(parsed.problem).toMatch(/^It is (not JSON|empty)/);
      }),
      { numRuns: 500 },
    );
  });

  test('has its line and column counted after a byte order mark', async () => {
    expect(await problem('\u{feff}{"a": 1,}')).toContain('line 1, column 9');
  });
});
