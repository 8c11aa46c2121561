import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import { validateDefinition } from '../../../src/definition/validate.ts';
import { CLIP, clip, edit, text, video } from '../rules/build.ts';

const ASSET = `${CLIP}.asset`;
const asset = (parts: JsonObject): JsonObject => edit([[clip(parts)]]);
const picture = (parts: JsonObject): JsonObject => asset({ type: 'image', src: 'https://a.com/b.png', ...parts });
const timeline = (parts: JsonObject): JsonObject => edit([[video()]], {}, parts);
const output = (parts: JsonObject): JsonObject => edit([[video()]], { output: { format: 'mp4', ...parts } });
const untimed = (parts: JsonObject): JsonObject =>
  edit([[{ asset: { type: 'video', src: 'https://a.com/b.mp4' }, start: 0, ...parts }]]);

type Row = [what: string, definition: JsonObject, path: string, suggestion: string | undefined, says?: RegExp];

const ROWS: Record<string, Row[]> = {
  'of an older schema or another asset type': [
    ['voice of audio', asset({ type: 'audio', prompt: 'a', voice: 'Amy' }), `${ASSET}.voice`, 'options.voice'],
    ['language', asset({ type: 'audio', prompt: 'a', language: 'en' }), `${ASSET}.language`, 'options.language'],
    [
      'newscaster',
      asset({ type: 'audio', prompt: 'a', newscaster: true }),
      `${ASSET}.newscaster`,
      'options.newscaster',
    ],
    [
      'a picture as seed',
      asset({ type: 'video', prompt: 'a', seed: 'https://a.com/b.png' }),
      `${ASSET}.seed`,
      'options.inputSrc',
    ],
    ['a number as seed', asset({ type: 'video', prompt: 'a', seed: 5 }), `${ASSET}.seed`, 'options.seed'],
    [
      'customFonts',
      edit([[text('a', { customFonts: [{ src: 'https://a.com/f.ttf' }] })]]),
      `${ASSET}.customFonts`,
      'timeline.fonts',
    ],
    [
      'style of a text',
      asset({ type: 'text', text: 'a', style: {} }),
      `${ASSET}.style`,
      undefined,
      /Change type to "rich-text"/,
    ],
    ['font.font', edit([[text('a', { font: { font: 'Roboto' } })]]), `${ASSET}.font.font`, 'family'],
    [
      'font.align of a text',
      asset({ type: 'text', text: 'a', font: { align: 'center' } }),
      `${ASSET}.font.align`,
      `${ASSET}.alignment.horizontal`,
    ],
    [
      'font.align of a rich text',
      edit([[text('a', { font: { align: 'center' } })]]),
      `${ASSET}.font.align`,
      `${ASSET}.align.horizontal`,
    ],
    [
      'wordAnimation',
      asset({ type: 'rich-caption', src: 'https://a.com/b.srt', wordAnimation: { style: 'pop' } }),
      `${ASSET}.wordAnimation`,
      'animation',
    ],
    ['a video’s effect', edit([[video({}, { effect: 'fadeOut' })]]), `${ASSET}.effect`, 'volumeEffect'],
    ['an effect of the clip', edit([[video({}, { effect: 'zoomIn' })]]), `${ASSET}.effect`, `${CLIP}.effect`],
    [
      'an audio’s volumeEffect',
      asset({ type: 'audio', src: 'https://a.com/b.mp3', volumeEffect: 'fadeOut' }),
      `${ASSET}.volumeEffect`,
      'effect',
    ],
    [
      'a caption’s align',
      asset({ type: 'caption', src: 'https://a.com/b.srt', align: {} }),
      `${ASSET}.align`,
      undefined,
      /rich-caption/,
    ],
    [
      'a caption’s stroke',
      asset({ type: 'caption', src: 'https://a.com/b.srt', stroke: {} }),
      `${ASSET}.stroke`,
      undefined,
      /rich-caption/,
    ],
    ['a picture’s volume', picture({ volume: 1 }), `${ASSET}.volume`, undefined, /key of video, audio/],
  ],
  'that people write from habit': [
    ['duration', untimed({ duration: 5 }), `${CLIP}.duration`, 'length'],
    ['startTime', edit([[{ asset: video().asset, startTime: 1, length: 2 }]]), `${CLIP}.startTime`, 'start'],
    ['url', asset({ type: 'image', url: 'https://a.com/b.png' }), `${ASSET}.url`, 'src'],
    ['framerate', output({ resolution: 'hd', framerate: 30 }), 'output.framerate', 'fps'],
    ['frame_rate', output({ resolution: 'hd', frame_rate: 30 }), 'output.frame_rate', 'fps'],
    ['aspect_ratio', output({ resolution: 'hd', aspect_ratio: '9:16' }), 'output.aspect_ratio', 'aspectRatio'],
    ['music', timeline({ music: { src: 'https://a.com/b.mp3' } }), 'timeline.music', 'soundtrack'],
    ['backgroundColor', timeline({ backgroundColor: '#000000' }), 'timeline.backgroundColor', 'background'],
    ['fontSize', edit([[text('a', { fontSize: 40 })]]), `${ASSET}.fontSize`, 'font.size'],
    ['rotation', edit([[video({ rotation: 45 })]]), `${CLIP}.rotation`, 'transform.rotate.angle'],
    ['x', edit([[video({ x: 0.1 })]]), `${CLIP}.x`, 'offset.x'],
    ['trimEnd', edit([[video({}, { trimEnd: 4 })]]), `${ASSET}.trimEnd`, undefined, /clip’s length/],
    [
      'a transition’s duration',
      edit([[video({ transition: { in: 'fade', duration: 1 } })]]),
      `${CLIP}.transition.duration`,
      undefined,
      /fadeSlow or fadeFast/,
    ],
    [
      'a font’s family',
      timeline({ fonts: [{ src: 'https://a.com/f.ttf', family: 'A' }] }),
      'timeline.fonts[0].family',
      undefined,
      /name of its file/,
    ],
    ['html’s style', asset({ type: 'html', html: '<p>a</p>', style: 'p {}' }), `${ASSET}.style`, 'css'],
    ['zIndex', edit([[video({ zIndex: 3 })]]), `${CLIP}.zIndex`, undefined, /order of the tracks/],
    ['webhook_url', edit([[video()]], { webhook_url: 'https://a.com/x' }), 'webhook_url', 'callback'],
    ['name', edit([[video()]], { name: 'Promo' }), 'name', undefined, /argument name: leave it out/],
    [
      'output.duration',
      output({ resolution: 'hd', duration: 5 }),
      'output.duration',
      undefined,
      /as long as its clips/,
    ],
  ],
  'in the wrong object': [
    ['volume at the clip', edit([[video({ volume: 0.5 })]]), `${CLIP}.volume`, 'asset.volume'],
    ['fit at the asset', picture({ fit: 'crop' }), `${ASSET}.fit`, `${CLIP}.fit`],
    ['resolution at the top', edit([[video()]], { fps: 25 }), 'fps', 'output.fps'],
  ],
  'written otherwise or mistyped': [
    ['case', edit([[video({ Position: 'top' })]]), `${CLIP}.Position`, 'position'],
    ['an underscore', output({ resolution: 'hd', scale_to: 'sd' }), 'output.scale_to', 'scaleTo'],
    ['lenght', untimed({ lenght: 4 }), `${CLIP}.lenght`, 'length'],
    [
      'postion with a value that needs mending, too',
      edit([[video({ postion: 'topLeft' })]]),
      `${CLIP}.postion`,
      'position',
    ],
    ['seed is not speed', asset({ type: 'image', prompt: 'a', sede: 5 }), `${ASSET}.sede`, undefined],
    ['three letters are never guessed', edit([[video({ fot: 'crop' })]]), `${CLIP}.fot`, undefined],
    ['a value of another kind is never moved', edit([[video({ scael: { a: 1 } })]]), `${CLIP}.scael`, undefined],
  ],
  'that are one mistake together': [
    ['end', untimed({ end: 5 }), `${CLIP}.end`, 'length: 5', /5 less 0 is 5/],
    ['end of a clip that starts later', untimed({ start: 2, end: 5 }), `${CLIP}.end`, 'length: 3', /5 less 2 is 3/],
    ['end of a range', output({ resolution: 'hd', range: { start: 1, end: 4 } }), 'output.range.end', 'length: 3'],
    ['one side of the output', output({ width: 1280, resolution: 'hd' }), 'output.width', undefined, /give both/],
    [
      'a clip in place of a track',
      { timeline: { tracks: [video()] }, output: { format: 'mp4', resolution: 'hd' } },
      'timeline.tracks[0]',
      JSON.stringify({ clips: [video()] }),
      /move its contents into a clip/,
    ],
    [
      'clips without a track',
      { timeline: { clips: [video()] }, output: { format: 'mp4', resolution: 'hd' } },
      'timeline.clips',
      `tracks: ${JSON.stringify([{ clips: [video()] }])}`,
    ],
    [
      'width and height of the output',
      output({ width: 1280, height: 720 }),
      'output.width',
      'size: {"width":1280,"height":720}',
    ],
    [
      'key and value of merge fields',
      edit([[video()]], {
        merge: [
          { key: 'A', value: 1 },
          { key: 'B', value: 2 },
        ],
      }),
      'merge',
      '[{"find":"A","replace":1},{"find":"B","replace":2}]',
      /not \{key, value\}/,
    ],
    [
      'merge fields whose names differ from one to the next',
      edit([[video()]], {
        merge: [
          { find: 'A', value: 1 },
          { key: 'B', replace: 2 },
          { name: 'C', text: 'c' },
        ],
      }),
      'merge',
      '[{"find":"A","replace":1},{"find":"B","replace":2},{"find":"C","replace":"c"}]',
    ],
    [
      'a tween that ends before it starts',
      edit([[video({ opacity: [{ from: 0, to: 1, start: 3, end: 2 }] })]]),
      `${CLIP}.opacity[0]`,
      undefined,
    ],
    [
      'a tween’s values as start and end',
      edit([[video({ opacity: [{ start: 0, end: 1, startTime: 0, duration: 2 }] })]]),
      `${CLIP}.opacity[0]`,
      '{"from":0,"to":1,"start":0,"length":2}',
    ],
    [
      'a tween’s end as a time',
      edit([[video({ opacity: [{ from: 0, to: 1, start: 1, end: 3 }] })]]),
      `${CLIP}.opacity[0]`,
      '{"from":0,"to":1,"start":1,"length":2}',
    ],
    [
      'a clip without an asset',
      edit([[{ type: 'rich-text', text: 'a', font: { family: 'Roboto' }, start: 0, length: 5 }]]),
      CLIP,
      '{"asset":{"type":"rich-text","text":"a","font":{"family":"Roboto"}},"start":0,"length":5}',
      /Put type, text and font into `asset`/,
    ],
  ],
};

describe.each(Object.entries(ROWS))('a key %s', (_kind, rows) => {
  test.each(rows)('%s gets one issue, with what was meant', (_what, definition, path, suggestion, says) => {
    const { issues } = validateDefinition(definition, null);
    expect(issues.map(issue => issue.path)).toEqual([path]);
    expect(issues[0]?.suggestion).toBe(suggestion);
    if (says) expect(issues[0]?.message).toMatch(says);
  });
});

test('a missing asset lists the types', () => {
  const { issues } = validateDefinition(edit([[{ start: 0, length: 1 }]]), null);
  expect(issues).toHaveLength(1);
  expect(issues[0]?.path).toBe(ASSET);
  expect(issues[0]?.allowed).toContain('rich-text');
  expect(issues[0]?.allowed).toHaveLength(16);
});

test('a mistake does not hide others', () => {
  const hidden = edit([[clip({ type: 'img', url: 'https://a.com/b.png', volume: 1 }, { position: 'top-left' })]]);
  expect(validateDefinition(hidden, null).issues.map(({ path }) => path)).toEqual([
    `${ASSET}.type`,
    `${CLIP}.position`,
    `${ASSET}.url`,
    `${ASSET}.volume`,
  ]);
});

test('a tween that has only times is a warning', () => {
  const { valid, warnings } = validateDefinition(edit([[video({ opacity: [{ start: 0, length: 2 }] })]]), null);
  expect(valid).toBe(true);
  expect(warnings[0]?.message).toMatch(/changes nothing/);
});
