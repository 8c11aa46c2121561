import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AllowedFolders } from '../../src/files/allowed-folders.ts';
import { Files } from '../../src/files/files.ts';
import { scratch } from './scratch.ts';

function read(contents: string | Buffer) {
  const folder = scratch({ 'a.json': contents });
  return new Files(new AllowedFolders([folder])).readJson(join(folder, 'a.json'));
}

describe('readJsonFile', () => {
  test('reads JSON, with a byte order mark or without', async () => {
    expect(await read('{"a": ["ü", 1.0]}')).toEqual({ json: { a: ['ü', 1] } });
    expect(await read('\ufeff{"a": 1}')).toEqual({ json: { a: 1 } });
  });

  test.each([
    ['a comma too many', '{\n  "a": 1,\n}', 3, 1],
    ['a comma that is missing', '{"a": 1\n "b": 2}', 2, 2],
    ['a bare word', '{"a": tru}', 1, 7],
    ['a single quote', "{\r\n'a': 1}", 2, 1],
    ['a comment', '{\n  // no\n}', 2, 3],
    ['a line break in a string', '{"a":\n"x\ny"}', 2, 3],
    ['a bad escape', '{"a": "\\q"}', 1, 9],
    ['a second value', '{}\n\n{}', 3, 1],
    ['a number such as NaN', '[1,\n NaN]', 2, 2],
    ['a leading comma', '[1,\r\n,2]', 2, 1],
    ['no JSON at all', 'timeline:\n  tracks: []', 1, 1],
    ['text that speaks of positions', '["at position 1", oops]', 1, 19],
  ])('tells line and column of %s', async (_, contents, line, column) => {
    const found = await read(contents);
    const [, saidLine, saidColumn] = /line (\d+), column (\d+)/.exec('problem' in found ? found.problem : '') ?? [];
    expect(Number(saidLine)).toBe(line);
    // Parsers differ by a character or two on where a mistake begins.
    expect(Math.abs(Number(saidColumn) - column)).toBeLessThanOrEqual(2);
  });

  test.each(['', '{"a": [1, 2', '{"a"'])('tells that %j ends too early', async contents => {
    expect(await read(contents)).toEqual({ problem: 'It is not JSON: it ends too early.', refused: false });
  });

  test('refuses text that is not UTF-8', async () => {
    const problem = 'It is not text in UTF-8.';
    expect(await read(Buffer.from('\ufeff{}', 'utf16le'))).toEqual({ problem, refused: false });
    expect(await read(Buffer.from('{"a":"ü"}', 'latin1'))).toEqual({ problem, refused: false });
  });

  test('takes 5 MiB and no more', async () => {
    const folder = scratch({ 'a.json': `{}${' '.repeat(5 * 1024 * 1024 - 2)}` });
    const files = new Files(new AllowedFolders([folder]));
    expect(await files.readJson(join(folder, 'a.json'))).toEqual({ json: {} });
    truncateSync(join(folder, 'a.json'), 5 * 1024 * 1024 + 1);
    expect(await files.readJson(join(folder, 'a.json'))).toHaveProperty('problem');
  });
});
