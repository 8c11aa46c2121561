import { describe, expect, it } from 'vitest';
import { fail, ok, warn } from '../../src/doctor/check.ts';
import { isFancy, renderJson, renderText } from '../../src/doctor/render.ts';

const CHECKS = [ok('node', 'Node.'), warn('key', 'None.', 'Set it.'), { ...fail('Zed', 'Gone.'), snippet: '{\n}' }];

describe('for a person', () => {
  it('plain marks are words, with what to change and what to paste below', () => {
    const text = renderText(CHECKS, { fancy: false });
    expect(text.split('\n').slice(2)).toEqual([
      'ok   node: Node.',
      'warn key: None.',
      '     → Set it.',
      'FAIL Zed: Gone.',
      '',
      '       {',
      '       }',
      '',
      '',
      '1 thing to change. 1 thing to look at.',
      '',
    ]);
  });

  it('marks on a terminal are signs in colour', () => {
    const text = renderText(CHECKS, { fancy: true });
    expect(text).toContain('\x1b[32m✔\x1b[39m node');
    expect(text).toContain('\x1b[31m✖\x1b[39m Zed');
    expect(text).not.toContain('FAIL');
  });

  it.each([
    [true, {}, true],
    [true, { NO_COLOR: '' }, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('a terminal: %s, with %j: signs and colours %s', (terminal, env, fancy) => {
    expect(isFancy(terminal, env)).toBe(fancy);
  });
});

it('for a program, what is wrong decides ok, and a warning does not', () => {
  expect(JSON.parse(renderJson(CHECKS))).toEqual({ ok: false, checks: CHECKS });
  expect(JSON.parse(renderJson(CHECKS.slice(0, 2)))).toMatchObject({ ok: true });
});
