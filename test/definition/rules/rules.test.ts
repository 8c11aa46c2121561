import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import { prepareDefinition } from '../../../src/definition/prepared-definition.ts';
import { RULES } from '../../../src/definition/rules/rules.ts';
import { validateDefinition } from '../../../src/definition/validate.ts';
import { goodDefinition } from '../definitions.ts';
import { edit, merge, text, video } from './build.ts';
import { FIELD_CASES } from './field-cases.ts';
import { RENDERER_CASES } from './renderer-cases.ts';
import { SOURCE_CASES } from './source-cases.ts';
import { TIME_CASES } from './time-cases.ts';

const CASES = { ...SOURCE_CASES, ...FIELD_CASES, ...TIME_CASES, ...RENDERER_CASES };

/** What is well-formed nowhere. */
const ODD: JsonObject[] = [
  {},
  { timeline: null },
  edit([[null as never, 7 as never, { asset: 'x' }, { start: {} }]]),
  { merge: 3 },
];

test('every rule has cases, and every case a rule', () => {
  expect(Object.keys(CASES).sort()).toEqual(RULES.map(({ name }) => name).sort());
});

describe.each(RULES.map(rule => [rule.name, rule] as const))('the rule %s', (name, rule) => {
  const { fires, silent } = CASES[name] ?? { fires: [], silent: [] };

  test('names the source of its fact', () => expect(rule.source).toMatch(/^shotstack(\/|\.io\/)/));

  test.each(fires)('warns of %s', (_what, definition, path, says, suggestion) => {
    const issues = rule.find(prepareDefinition(definition));
    expect(issues, JSON.stringify(issues)).toHaveLength(1);
    expect(issues[0]).toMatchObject({ path, message: expect.stringMatching(says) });
    expect(issues[0]?.suggestion).toBe(suggestion);
  });

  test.each([['a good definition', goodDefinition()] as const, ...silent])(
    'is silent about %s',
    (_what, definition) => {
      expect(rule.find(prepareDefinition(definition))).toEqual([]);
    },
  );

  test('passes over what is not well-formed', () => {
    for (const definition of ODD) expect(rule.find(prepareDefinition(definition))).toEqual([]);
  });
});

test.each(['{{', '[[', '{', '{{ A'])('%s and 100,000 blanks are read in time', opened => {
  const blanks = edit([[text(`${opened}${' '.repeat(100_000)}!`)]]);
  expect(validateDefinition(blanks, null)).toHaveProperty('warnings');
});

test('a script is parsed and never run', () => expect(globalThis).not.toHaveProperty('ranByTheCheck'));

test('a circle of aliases is a warning at each of its clips', () => {
  const circle = edit([[video({ alias: 'a', length: 'alias://b' })], [video({ alias: 'b', length: 'alias://a' })]]);
  const { warnings } = validateDefinition(circle, null);
  expect(warnings.map(({ path }) => path)).toEqual([
    'timeline.tracks[0].clips[0].length',
    'timeline.tracks[1].clips[0].length',
  ]);
});

describe('the default of a merge field', () => {
  const at = 'timeline.tracks[0].clips[0]';
  test.each([
    ['a number in a text', edit([[text('{{ V }}')]], merge({ V: 2024 })), /asset\.text\. This must be a text/, '2024'],
    [
      'a time in words',
      edit([[video({ length: '{{ V }}' })]], merge({ V: '5 seconds' })),
      /length\. This must be a number/,
      '5',
    ],
    ['a local path', edit([[video({}, { src: '{{ V }}' })]], merge({ V: 'C:\\a.mp4' })), /cannot fetch/, undefined],
    ['null', edit([[video({}, { src: '{{ V }}' })]], merge({ V: null })), /null/, undefined],
    [
      'no value of an enumeration',
      edit([[video({ fit: '{{ V }}' })]], merge({ V: 'crop-to-fill' })),
      /one of "cover"/,
      undefined,
    ],
    [
      'one that stretches',
      edit([[video({ fit: '{{ V }}', width: 9, height: 9 })]], merge({ V: 'cover' })),
      /stretches/,
      'crop',
    ],
  ])('that is %s is a warning at the default', (_what, definition, says, suggestion) => {
    const { valid, warnings } = validateDefinition(definition, null);
    expect(valid).toBe(true);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ path: 'merge[0].replace', message: expect.stringMatching(says) });
    expect(warnings[0]?.message).toContain(`This default is put in at ${at}`);
    expect(warnings[0]?.suggestion).toBe(suggestion);
  });

  test.each([
    ['fits', edit([[video({ fit: '{{ V }}', length: '{{ L }}' })]], merge({ V: 'crop', L: '4.5' }))],
    ['is empty', edit([[video({}, { src: '{{ V }}' })]], merge({ V: '' }))],
    ['is not there', edit([[video({ fit: '{{ V }}', start: '{{ First Name }}', scale: '{{S}}' })]])],
  ])('that %s is no warning', (_what, definition) => {
    expect(validateDefinition(definition, null)).toMatchObject({ valid: true, warnings: [] });
  });
});
