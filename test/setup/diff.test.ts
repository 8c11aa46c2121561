import { describe, expect, it } from 'vitest';
import { diffLines } from '../../src/setup/diff.ts';

describe('a diff', () => {
  it('has the lines that go and come, and none of their surroundings', () => {
    expect(diffLines('a\nsecret\nb\nc\n', 'a\nsecret\nB\nc\nd\n')).toEqual(['- b', '+ B', '+ d']);
  });

  it('of a file on one line has the part that changes', () => {
    const other = `"other":{"key":"${'s'.repeat(300)}"}`;
    expect(diffLines(`{${other}}`, `{${other},"me":{}}`)).toEqual(['- …  …', '+ … ,"me":{} …']);
  });

  it('of a new file has every line', () => {
    expect(diffLines('', 'a\nb\n')).toEqual(['+ a', '+ b']);
  });

  it('does not take line ends for changes', () => {
    expect(diffLines('a\r\nb\r\n', 'a\r\nb\r\nc\r\n')).toEqual(['+ c']);
  });
});
