import { describe, expect, it } from 'vitest';
import { outlineOf } from '../../src/definition/outline.ts';
import { resolvePointer } from '../../src/definition/pointer.ts';
import { changed, goodDefinition } from './definitions.ts';

const MOST = 20_000;

describe('outlineOf', () => {
  it('has a line for each clip, font, merge field and other part, which begins with its pointer', () => {
    const definition = {
      ...changed('timeline.fonts', [{ src: 'https://example.com/font.ttf' }]),
      callback: 'https://example.com/hook',
    };
    expect(outlineOf(definition, '', MOST)).toEqual([
      '/timeline/tracks/0/clips/0 rich-text 0–3 s Hello, {{ NAME }}',
      '/timeline/tracks/1/clips/0 video 0–5 s https://example.com/a.mp4',
      '/timeline/tracks/1/clips/1 image 5–7.5 s https://example.com/b.png',
      '/timeline/tracks/2/clips/0 audio start 0 length end https://example.com/c.mp3 alias music',
      '/timeline/background #000000',
      '/timeline/fonts/0 src https://example.com/font.ttf',
      '/merge/0 NAME = world',
      '/output format mp4, 1280×720, fps 25, mute false, quality high',
      '/callback https://example.com/hook',
    ]);
  });

  it('shows the soundtrack, and a track without clips', () => {
    const definition = {
      timeline: { soundtrack: { src: 'https://example.com/m.mp3', effect: 'fadeOut' }, tracks: [{ clips: [] }] },
      output: {},
    };
    expect(outlineOf(definition, '', MOST)).toEqual([
      '/timeline/tracks/0 0 clips',
      '/timeline/soundtrack src https://example.com/m.mp3, effect fadeOut',
      '/output an empty object',
    ]);
  });

  it('has the lines below a pointer alone, and a clip’s own members for a pointer to it', () => {
    const definition = goodDefinition();
    expect(outlineOf(definition, '/timeline/tracks/1', MOST)).toHaveLength(2);
    expect(outlineOf(definition, '/timeline/tracks/1/clips/1', MOST)).toEqual([
      '/timeline/tracks/1/clips/1/asset type image, src https://example.com/b.png',
      '/timeline/tracks/1/clips/1/start 5',
      '/timeline/tracks/1/clips/1/length 2.5',
      '/timeline/tracks/1/clips/1/scale 0.5',
    ]);
    expect(outlineOf(definition, '/timeline/tracks/1/clips/1/asset', MOST)[0]).toMatch(/asset\/type image$/);
  });

  it('does not take track 1 for the beginning of track 10', () => {
    const tracks = Array.from({ length: 11 }, () => ({ clips: [{ asset: { type: 'luma' }, start: 0, length: 1 }] }));
    const lines = outlineOf({ timeline: { tracks }, output: {} }, '/timeline/tracks/1', MOST);
    expect(lines).toEqual(['/timeline/tracks/1/clips/0 luma 0–1 s']);
  });

  it('lists tracks where the clips are too many, and counts what does not fit even so', () => {
    const clips = Array.from({ length: 1_000 }, (_, i) => ({
      asset: { type: 'image', src: `https://x/${i}` },
      start: i,
    }));
    const definition = { timeline: { tracks: [{ clips }, { clips: clips.slice(0, 1) }] }, output: { format: 'gif' } };
    expect(outlineOf(definition, '', MOST)).toEqual([
      '/timeline/tracks/0 1000 clips',
      '/timeline/tracks/1 1 clip',
      '/output format gif',
    ]);
    const many = { timeline: { tracks: Array.from({ length: 5_000 }, () => ({ clips: [{}] })) }, output: {} };
    const lines = outlineOf(many, '', MOST);
    expect(lines.join('\n').length).toBeLessThanOrEqual(MOST);
    expect(lines.at(-1)).toBe(`and ${5_001 - (lines.length - 1)} more parts: ask with a longer pointer`);
  });

  it('shortens what is long and harmful, and passes over what is malformed', () => {
    const lines = outlineOf(
      {
        timeline: { tracks: [null, { clips: [7, { asset: { type: {}, text: `a\u202e\n${'b'.repeat(5_000)}` } }] }] },
        output: 5,
        ['k'.repeat(5_000)]: 'v'.repeat(5_000),
      },
      '',
      MOST,
    );
    expect(lines[0]).toMatch(/^\/timeline\/tracks\/1\/clips\/1 no type a\ufffd b+…$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(200);
    expect(lines).toContain('/output 5');
  });
});

describe('resolvePointer', () => {
  const definition = { 'a/b': { '~': [1, { x: null }] } };

  it.each([
    ['', definition],
    ['/a~1b/~0/0', 1],
    ['/a~1b/~0/1/x', null],
  ])('finds %j', (pointer, value) => {
    expect(resolvePointer(definition, pointer, 'pointer')).toEqual(value);
  });

  it.each([
    ['/timelin', '`/timelin`: there is no `timelin` in the definition; `timeline` is there'],
    [
      '/timeline/tracks/7',
      '`/timeline/tracks/7`: `/timeline/tracks` is a list without an item `7`; its items are 0 to 2',
    ],
    ['/timeline/background/x', '`/timeline/background/x`: `/timeline/background` is a plain value and has no members'],
    [
      '/timeline/tracks/0/zzzzzzz',
      '`/timeline/tracks/0/zzzzzzz`: there is no `zzzzzzz` in `/timeline/tracks/0`; `clips` is there',
    ],
    ['/zzzzzzzz', '`/zzzzzzzz`: there is no `zzzzzzzz` in the definition; `timeline`, `output`, `merge` are there'],
    ['/toString', '`/toString`: there is no `toString` in the definition; `timeline`, `output`, `merge` are there'],
    ['timeline.tracks[0]', '`timeline.tracks[0]` is no JSON Pointer; write `/timeline/tracks/0`'],
    ['/__proto__', '`/__proto__`: __proto__ is refused as a name'],
  ])('says of %j what is there instead', (pointer, problem) => {
    const facts = { issues: [{ path: 'pointer', message: `${problem}.` }] };
    expect(() => resolvePointer(goodDefinition(), pointer, 'pointer')).toThrow(expect.objectContaining({ facts }));
  });
});
