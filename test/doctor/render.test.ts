import { describe, expect, it } from 'vitest';
import { fail, ok, warn } from '../../src/doctor/check.ts';
import { renderJson, renderText } from '../../src/doctor/render.ts';

const CHECKS = [
  { ...fail('Zed', 'Gone.', 'Write it anew.'), snippet: '{\n}' },
  ok('node', 'Node.'),
  fail('key', 'Refused.', 'Get another.'),
  warn('stores', 'Two.', 'Set one.'),
];

describe('the report for a person', () => {
  it('has what fails last, with the fix and the snippet below, and ends with the first thing to do', () => {
    expect(renderText(CHECKS).split('\n').slice(2)).toEqual([
      'ok   node: Node.',
      'warn stores: Two.',
      '     → Set one.',
      'FAIL Zed: Gone.',
      '     → Write it anew.',
      '',
      '       {',
      '       }',
      '',
      'FAIL key: Refused.',
      '     → Get another.',
      '',
      '2 things to change. 1 thing to look at.',
      'First, Zed: Gone.',
      '→ Write it anew.',
      '',
    ]);
  });

  it('breaks lines between words, at 80 columns', () => {
    const words = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
    const path = `/home/${'x'.repeat(90)}`;
    const lines = renderText([fail('settings', words, `Look at ${path}`)]).split('\n');
    expect(lines.filter(line => line.length > 80)).toEqual([`       ${path}`, `  ${path}`]);
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(words);
  });

  it('has no colours', () => {
    expect(renderText(CHECKS)).not.toContain('\x1b');
  });
});

it('the report for a program keeps the order of the checks, and a warning is no failure', () => {
  expect(JSON.parse(renderJson(CHECKS))).toEqual({ ok: false, checks: CHECKS });
  expect(JSON.parse(renderJson([ok('node', 'Node.'), warn('key', 'None.')]))).toMatchObject({ ok: true });
});
