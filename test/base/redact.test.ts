import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/base/log.ts';
import { redactor, stringifyRedacted } from '../../src/base/redact.ts';

const KEY = 'wk-$&"\\secret';

describe('redaction', () => {
  it('replaces every occurrence, whatever characters the key has', () => {
    expect(redactor(KEY)(`a ${KEY} b ${KEY}`)).toBe('a [key] b [key]');
    expect(redactor(null)('as it is')).toBe('as it is');
  });

  it('finds the key in a value however JSON spells it', () => {
    const json = stringifyRedacted({ list: [`x${KEY}`], deep: { text: KEY } }, redactor(KEY));
    expect(JSON.parse(json)).toEqual({ list: ['x[key]'], deep: { text: '[key]' } });
  });

  it('finds it as JSON spells it, in text that is not read as JSON', () => {
    expect(redactor(KEY)(`half {"key": ${JSON.stringify(KEY)}`)).toBe('half {"key": "[key]"');
  });

  it('leaves no key in any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(redactor(KEY)(before + KEY + after)).not.toContain(KEY);
      }),
    );
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
