import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { describeChanges } from '../../src/definition/changes.ts';
import { isTooDeep } from '../../src/definition/path.ts';
import { prepareDefinition } from '../../src/definition/prepared-definition.ts';
import { statsOf } from '../../src/definition/stats.ts';
import { validateDefinition } from '../../src/definition/validate.ts';
import { fc } from '../support/properties.ts';
import { changed, goodDefinition } from './definitions.ts';

test('a mistake behind more than 500 placeholders is found', () => {
  const parts = { fit: '{{ A }}', position: '{{ A }}', effect: '{{ A }}', filter: '{{ A }}' };
  const asset = { type: 'image', src: 'https://example.com/a.png' };
  const clips = Array.from({ length: 200 }, (_, i) => ({ asset, start: i, length: 1, ...parts }));
  const definition = {
    ...goodDefinition(),
    timeline: { tracks: [{ clips: [...clips, { asset, start: 200, length: -5 }] }] },
  };
  expect(validateDefinition(definition, null)).toMatchObject({
    valid: false,
    issues: [{ path: 'timeline.tracks[0].clips[200].length' }],
  });
});

describe('a valid definition', () => {
  test('stays valid and unchanged with its keys in any order', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), order => {
        const mixed = shuffled(goodDefinition(), () => order.next().value) as JsonObject;
        const before = JSON.stringify(mixed);
        expect(validateDefinition(mixed, null).valid).toBe(true);
        expect(JSON.stringify(mixed)).toBe(before);
      }),
      { numRuns: 50 },
    );
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('may hold the word %s anywhere', word => {
    const odd = JSON.parse(JSON.stringify(goodDefinition()).replaceAll(/"(\w+)":/g, `"$1":"${word}","${word}":`));
    const words = JSON.parse(
      JSON.stringify(goodDefinition()).replaceAll(/"(center|fade|video|Roboto|NAME)"/g, `"${word}"`),
    );
    for (const definition of [odd, words]) expect(validateDefinition(definition, null).valid).toBe(false);
  });

  test('with any JSON in it is checked without an exception, and left unchanged', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (extra, odd) => {
        for (const definition of [
          { ...goodDefinition(), ...extra },
          { timeline: odd, output: odd, merge: odd } as JsonObject,
          changed('timeline.tracks[1].clips[0]', { ...extra, asset: extra, start: odd, effect: odd, transition: odd }),
          changed('timeline.tracks[0].clips[0].asset', {
            type: 'rich-text',
            ...extra,
            text: odd,
            font: extra,
            align: odd,
          }),
        ]) {
          const before = JSON.stringify(definition);
          validateDefinition(definition, goodDefinition());
          expect(JSON.stringify(definition)).toBe(before);
        }
      }),
      { numRuns: 50 },
    );
  });
});

test('no text of a definition becomes part of a message', () => {
  const word = 'xqzcanary';
  const good = JSON.stringify(goodDefinition());
  const spoilt = [
    good.replaceAll(/"(\w+)":/g, `"$1${word}":`),
    good.replaceAll(/"(\w+)":/g, `"$1":1,"${word}":`),
    good.replaceAll(/:"[^"]*"/g, `:"${word}"`),
    good.replaceAll(/"(center|fade|video|Roboto|NAME|world|music)"/g, `"${word} $1"`),
    good.replaceAll(/:\d+(\.\d+)?/g, `:"alias://${word}"`),
    good.replace('Hello, {{ NAME }}', `{${word}} {{ ${word} | x }}`).replaceAll('"NAME"', `"${word}"`),
    good.replaceAll(/https:[^"]*/g, `http://${word}.com/${word}.heic`),
  ];
  for (const text of spoilt) {
    const { issues, warnings } = validateDefinition(JSON.parse(text), goodDefinition());
    expect(issues.length + warnings.length).toBeGreaterThan(0);
    for (const { message } of [...issues, ...warnings]) expect(message).not.toContain(word);
  }
});

describe('stats', () => {
  const stats = (definition: JsonObject) => statsOf(prepareDefinition(definition));
  const clip = (asset: JsonObject, more: JsonObject = {}): JsonObject => ({
    timeline: { tracks: [{ clips: [{ asset, start: 0, length: 5, ...more }] }] },
    output: { format: 'mp4', resolution: 'hd' },
  });

  test('count what is there', () => {
    expect(stats(goodDefinition())).toEqual({
      tracks: 3,
      clips: 4,
      duration_seconds: 7.5,
      assets: { 'rich-text': 1, video: 1, image: 1, audio: 1 },
      placeholders: { NAME: 'world' },
      placeholders_without_default: [],
      unused_merge_fields: [],
      output_size: { width: 1280, height: 720 },
      deprecated: [],
    });
  });

  test('leave out what is not known', () => {
    const unknown = stats(changed('timeline.tracks[1].clips[0].length', 'auto'));
    expect(unknown).not.toHaveProperty('duration_seconds');
    const empty = stats({ timeline: { soundtrack: {}, tracks: [] }, output: {} });
    expect(empty).toMatchObject({ clips: 0, deprecated: ['soundtrack'] });
    expect(JSON.stringify([unknown, empty])).not.toContain('null');
  });

  test('turn the size of an upright video', () => {
    const upright = { timeline: { tracks: [] }, output: { resolution: 'hd', aspectRatio: '9:16' } };
    expect(stats(upright).output_size).toEqual({ width: 720, height: 1280 });
  });

  test.each([
    ['auto is 3 s for a picture', { type: 'image' }, { length: 'auto' }, 3],
    ['auto is 3 s for a text', { type: 'rich-text' }, { start: 2, length: 'auto' }, 5],
    ['a number in quotes counts', { type: 'video' }, { length: '4.5' }, 4.5],
  ])('know the duration: %s', (_what, asset, more, duration) => {
    expect(stats(clip(asset, more)).duration_seconds).toBe(duration);
  });

  test('know merge fields whose names hold blanks, and count with their defaults', () => {
    const definition = clip({ type: 'rich-text', text: '{{ First Name }} {{ City }}' }, { length: '{{ LENGTH }}' });
    definition.merge = [
      { find: 'First Name', replace: 'Ada' },
      { find: 'LENGTH', replace: 8 },
      { find: 'OLD', replace: 'x' },
    ];
    expect(stats(definition)).toMatchObject({
      duration_seconds: 8,
      placeholders: { 'First Name': 'Ada', LENGTH: '8' },
      placeholders_without_default: ['City'],
      unused_merge_fields: ['OLD'],
    });
  });

  test('say in one line what is generated at each render, and billed', () => {
    const prompted = stats(clip({ type: 'image', src: 'https://example.com/a.png', prompt: 'a cat' }));
    expect(prompted.generated).toBe(
      'Generated when rendered and billed each, in Shotstack’s own sandbox too: 1 image. A prompt replaces the src beside it.',
    );
    expect(stats(clip({ type: 'text-to-speech', text: 'a', voice: 'Amy' })).generated).toMatch(/1 text-to-speech\.$/);
    expect(stats(clip({ type: 'image', src: 'https://example.com/a.png' }))).not.toHaveProperty('generated');
  });
});

test('a studio link holds the definition itself, up to 6,000 characters', () => {
  const link = validateDefinition(goodDefinition(), null).studio_url;
  const [, encoded = ''] = link?.split('#json=') ?? [];
  expect(link).toMatch(/^https:\/\/shotstack\.studio\/#json=/);
  expect(JSON.parse(Buffer.from(encoded, 'base64url').toString())).toEqual(goodDefinition());
  expect(validateDefinition(changed('callback', 'x'.repeat(6_000)), null)).not.toHaveProperty('studio_url');
});

describe('changes', () => {
  const clip = (start: number, src = 'a'): JsonObject => ({ asset: { type: 'video', src }, start, length: 1 });
  const edit = (clips: JsonObject[], width = 1280): JsonObject => ({
    timeline: { tracks: [{ clips }] },
    output: { size: { width, height: 720 } },
  });

  test.each([
    ['nothing', edit([clip(0)]), edit([clip(0)]), []],
    [
      'a clip is added in front',
      edit([clip(1, 'b')]),
      edit([clip(0), clip(1, 'b')]),
      ['added timeline.tracks[0].clips[0] (video)'],
    ],
    [
      'a clip is removed',
      edit([clip(0), clip(1, 'b')]),
      edit([clip(1, 'b')]),
      ['removed timeline.tracks[0].clips[0] (video)'],
    ],
    ['a clip is retimed', edit([clip(0)]), edit([clip(2)]), ['changed timeline.tracks[0].clips[0].start: 0 → 2']],
    ['the output', edit([clip(0)]), edit([clip(0)], 1920), ['changed output.size.width: 1280 → 1920']],
  ])('%s', (_name, before, after, lines) => expect(describeChanges(before, after)).toEqual(lines));

  const text = (words: string): JsonObject => ({ asset: { type: 'text', text: words }, start: 0, length: 1 });
  const tracks = (...clips: JsonObject[]): JsonObject => ({
    timeline: { tracks: clips.map(one => ({ clips: [one] })) },
  });

  test.each([
    ['a track on top', tracks(clip(0), clip(1)), tracks(text('new'), clip(0), clip(1)), ['added timeline.tracks[0]']],
    ['a text', tracks(text('A')), tracks(text('B')), ['changed timeline.tracks[0].clips[0].asset.text: "A" → "B"']],
    [
      'the first of three',
      edit([text('A'), text('B'), text('C')]),
      edit([text('B'), text('C')]),
      ['removed timeline.tracks[0].clips[0] (text)'],
    ],
    [
      'too many to compare',
      edit(Array.from({ length: 2_001 }, () => clip(0))),
      edit([]),
      ['2001 clips before, 0 after: too many to compare'],
    ],
  ])('%s, and nothing else', (_name, before, after, lines) => expect(describeChanges(before, after)).toEqual(lines));

  test('are at most 20 lines', () => {
    const many = Array.from({ length: 50 }, (_, i) => clip(i, `clip ${i}`));
    const lines = describeChanges(edit([]), edit(many));
    expect(lines).toHaveLength(20);
    expect(lines.at(-1)).toBe('and 31 more changes');
  });
});

test('isTooDeep is true for a definition that is nested too deep to be walked', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 200_000; i++) deep = [deep];
  expect(isTooDeep(deep)).toBe(true);
  expect(isTooDeep(goodDefinition())).toBe(false);
});

function shuffled(value: unknown, next: () => number): unknown {
  if (Array.isArray(value)) return value.map(part => shuffled(part, next));
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.entries(value).map(([key, part]) => ({ key, part: shuffled(part, next), at: next() }));
  return Object.fromEntries(keys.sort((a, b) => a.at - b.at).map(({ key, part }) => [key, part]));
}
