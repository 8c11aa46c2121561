import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import { validateDefinition } from '../../../src/definition/validate.ts';
import { CLIP, clip, edit, text, video } from '../rules/build.ts';

const output = (more: JsonObject): JsonObject =>
  edit([[video()]], { output: { format: 'mp4', resolution: 'hd', ...more } });
const sized = (size: unknown): JsonObject => edit([[video()]], { output: { format: 'mp4', size } });
const lettered = (asset: JsonObject): JsonObject => edit([[text('a', asset)]]);
const ASSET = `${CLIP}.asset`;

type Row = [what: string, definition: JsonObject, path: string, suggestion: string | undefined, says?: RegExp];

/** One mistake each: what people write, and what the one issue has to suggest. */
const ROWS: Record<string, Row[]> = {
  'a resolution': [
    ...['720p', '720'].map((name): Row => [name, output({ resolution: name }), 'output.resolution', 'hd']),
    ...['fhd', 'FullHD', 'full-hd', '1080p', '1920x1080'].map(
      (name): Row => [name, output({ resolution: name }), 'output.resolution', '1080'],
    ),
    ...['uhd', '4K', '2160p'].map((name): Row => [name, output({ resolution: name }), 'output.resolution', '4k']),
    ['the number 1080', output({ resolution: 1080 }), 'output.resolution', '1080', /quotes/],
    ['1080x1920', output({ resolution: '1080x1920' }), 'output.resolution', '1080', /aspectRatio "9:16"/],
    ['800x600', output({ resolution: '800x600' }), 'output.resolution', 'size: {"width":800,"height":600}'],
    ['an object', output({ resolution: { width: 1280, height: 720 } }), 'output.resolution', 'hd'],
    ['480p', output({ resolution: '480p' }), 'output.resolution', undefined, /use size in place of resolution/],
    ['a word of another kind', output({ resolution: 'best' }), 'output.resolution', undefined],
  ],
  'an aspect ratio': [
    ...['16x9', '16/9', 'landscape', '1920x1080'].map(
      (name): Row => [name, output({ aspectRatio: name }), 'output.aspectRatio', '16:9'],
    ),
    ...['9x16', 'portrait', 'vertical', '1080x1920'].map(
      (name): Row => [name, output({ aspectRatio: name }), 'output.aspectRatio', '9:16'],
    ),
    ['square', output({ aspectRatio: 'square' }), 'output.aspectRatio', '1:1'],
  ],
  'a position': [
    ...['top-left', 'TOP_LEFT', 'left top', 'upper left', 'leftTop'].map(
      (name): Row => [name, edit([[video({ position: name })]]), `${CLIP}.position`, 'topLeft'],
    ),
    ...['middle', 'centre', 'center center', 'CENTER'].map(
      (name): Row => [name, edit([[video({ position: name })]]), `${CLIP}.position`, 'center'],
    ),
    ...['bottom-center', 'bottomCenter', 'lower'].map(
      (name): Row => [name, edit([[video({ position: name })]]), `${CLIP}.position`, 'bottom'],
    ),
    ['lower third', edit([[video({ position: 'lower third' })]]), `${CLIP}.position`, undefined],
  ],
  'a fade or slide': [
    ['effect fadeIn', edit([[video({ effect: 'fadeIn' })]]), `${CLIP}.effect`, 'transition: {"in":"fade"}'],
    ['effect fade', edit([[video({ effect: 'fade' })]]), `${CLIP}.effect`, 'transition: {"in":"fade","out":"fade"}'],
    [
      'a sound’s effect at the clip',
      edit([[clip({ type: 'audio', src: 'https://a.com/b.mp3' }, { effect: 'fadeOut' })]]),
      `${CLIP}.effect`,
      'asset.effect',
    ],
    ['transition fade', edit([[video({ transition: 'fade' })]]), `${CLIP}.transition`, '{"in":"fade","out":"fade"}'],
    [
      'a list of transitions',
      edit([[video({ transition: ['fade', 'slide-left'] })]]),
      `${CLIP}.transition`,
      '{"in":"fade","out":"slideLeft"}',
    ],
    ['in fadeIn', edit([[video({ transition: { in: 'fadeIn' } })]]), `${CLIP}.transition.in`, 'fade'],
    ['out fade-out', edit([[video({ transition: { out: 'fade-out' } })]]), `${CLIP}.transition.out`, 'fade'],
    [
      'a sound’s effect',
      edit([[clip({ type: 'audio', src: 'https://a.com/b.mp3', effect: 'fadeInOut' })]]),
      `${ASSET}.effect`,
      'fadeInFadeOut',
    ],
    ['kenBurns', edit([[video({ effect: 'kenBurns' })]]), `${CLIP}.effect`, 'zoomIn'],
    ['slow zoom in', edit([[video({ effect: 'slow zoom in' })]]), `${CLIP}.effect`, 'zoomInSlow'],
    [
      'a speed that a transition lacks',
      edit([[video({ transition: { in: 'zoomFast' } })]]),
      `${CLIP}.transition.in`,
      'zoom',
    ],
  ],
  'a type': [
    ...['img', 'picture', 'Image', 'photo'].map(
      (name): Row => [name, edit([[clip({ type: name, src: 'https://a.com/b.png' })]]), `${ASSET}.type`, 'image'],
    ),
    ...['sound', 'music'].map(
      (name): Row => [name, edit([[clip({ type: name, src: 'https://a.com/b.mp3' })]]), `${ASSET}.type`, 'audio'],
    ),
    ['subtitle', edit([[clip({ type: 'subtitle', src: 'https://a.com/b.srt' })]]), `${ASSET}.type`, 'rich-caption'],
    ['Rich_Text', edit([[clip({ type: 'Rich_Text', text: 'a' })]]), `${ASSET}.type`, 'rich-text'],
    ['vidoe', edit([[clip({ type: 'vidoe', src: 'https://a.com/b.mp4' })]]), `${ASSET}.type`, 'video'],
  ],
  'a number': [
    ...['00:00:05', '5s', '5 seconds', '5000ms', '0:05'].map(
      (time): Row => [time, edit([[video({ start: time })]]), `${CLIP}.start`, '5'],
    ),
    ['a minute and a half', edit([[video({ length: '1:30' })]]), `${CLIP}.length`, '90'],
    ['pixels', lettered({ font: { size: '40px' } }), `${ASSET}.font.size`, '40'],
    ['80 of 100', edit([[video({}, { volume: 80 })]]), `${ASSET}.volume`, '0.8'],
    ['80 %', edit([[video({}, { volume: '80%' })]]), `${ASSET}.volume`, '0.8'],
    ['100 % of the frame', edit([[video({ width: '100%' })]]), `${CLIP}.width`, undefined, /in pixels/],
    ['a little too much', edit([[video({}, { volume: 3 })]]), `${ASSET}.volume`, undefined],
    ['frames per second in words', output({ fps: '30fps' }), 'output.fps', '30'],
    ['50 % of what has no limit', edit([[video({ opacity: '50%' })]]), `${CLIP}.opacity`, '0.5'],
    ['a fraction of a whole number', lettered({ font: { size: 48.4 } }), `${ASSET}.font.size`, '48'],
    [
      'pixels as an offset',
      edit([[video({ offset: { x: 100 } })]]),
      `${CLIP}.offset.x`,
      undefined,
      /fraction of the frame, not pixels/,
    ],
    ['END', edit([[video({ length: 'END' })]]), `${CLIP}.length`, 'end'],
    [
      'an alias with one colon',
      edit([[video({ start: 'alias:a' }), video({ start: 9, alias: 'a' })]]),
      `${CLIP}.start`,
      'alias://a',
    ],
    ['no number', edit([[video({ start: 'soon' })]]), `${CLIP}.start`, undefined],
  ],
  'a colour': [
    ['a name', lettered({ font: { color: 'white' } }), `${ASSET}.font.color`, '#ffffff'],
    ['three digits', lettered({ font: { color: '#f80' } }), `${ASSET}.font.color`, '#ff8800'],
    ['no hash', lettered({ font: { color: 'ff8800' } }), `${ASSET}.font.color`, '#ff8800'],
    ['rgb()', lettered({ font: { color: 'rgb(255, 136, 0)' } }), `${ASSET}.font.color`, '#ff8800'],
    ['rgba()', lettered({ font: { color: 'rgba(0,0,0,0.5)' } }), `${ASSET}.font.color`, '#000000', /opacity/],
    [
      'the green of a green screen',
      edit([[video({}, { chromaKey: { color: 'green' } })]]),
      `${ASSET}.chromaKey.color`,
      undefined,
    ],
    ['eight digits', lettered({ font: { color: '#ff880080' } }), `${ASSET}.font.color`, undefined, /opacity/],
    [
      'an object for the background',
      edit([[video()]], {}, { background: { color: 'red' } }),
      'timeline.background',
      '#ff0000',
      /hex colour/,
    ],
  ],
  'one value in place of an object or a list': [
    ['a font', lettered({ font: 'Roboto' }), `${ASSET}.font`, '{"family":"Roboto"}'],
    ['an alignment', lettered({ align: 'center' }), `${ASSET}.align`, '{"horizontal":"center"}'],
    ['a background', lettered({ background: 'black' }), `${ASSET}.background`, '{"color":"#000000"}'],
    ['an animation', lettered({ animation: 'fade-in' }), `${ASSET}.animation`, '{"preset":"fadeIn"}'],
    [
      'a URL as the asset',
      edit([[clip('https://a.com/b.png' as never)]]),
      ASSET,
      '{"type":"image","src":"https://a.com/b.png"}',
    ],
    [
      'a URL as a font',
      edit([[video()]], {}, { fonts: ['https://a.com/f.ttf'] }),
      'timeline.fonts[0]',
      '{"src":"https://a.com/f.ttf"}',
    ],
    ['an angle', edit([[video({ transform: { rotate: 45 } })]]), `${CLIP}.transform.rotate`, '{"angle":45}'],
    ['two numbers', edit([[video({ offset: [0.1, 0.2] })]]), `${CLIP}.offset`, '{"x":0.1,"y":0.2}'],
    [
      'a place as a distance',
      edit([[video({ position: { x: 0.1, y: 0 } })]]),
      `${CLIP}.position`,
      'offset: {"x":0.1,"y":0}',
    ],
    ['a list of one asset', edit([[clip([video().asset] as never)]]), ASSET, JSON.stringify(video().asset)],
    ['a list of one filter', edit([[video({ filter: ['blur'] })]]), `${CLIP}.filter`, 'blur'],
    ['an object with a type', edit([[video({ effect: { type: 'zoom-in' } })]]), `${CLIP}.effect`, 'zoomIn'],
    [
      'an object with a url',
      edit([[video()]], { callback: { url: 'https://a.com/x' } }),
      'callback',
      'https://a.com/x',
    ],
    [
      'a list of clips as a track',
      { timeline: { tracks: [[video()]] }, output: { format: 'mp4', resolution: 'hd' } },
      'timeline.tracks[0]',
      JSON.stringify({ clips: [video()] }),
    ],
    ['a size in words', sized('1280x720'), 'output.size', '{"width":1280,"height":720}'],
    ['merge as an object', edit([[video()]], { merge: { A: 'b' } }), 'merge', '[{"find":"A","replace":"b"}]'],
    [
      'merge as JSON text',
      edit([[video()]], { merge: '[{"find":"A","replace":"b"}]' }),
      'merge',
      '[{"find":"A","replace":"b"}]',
      /JSON in quotes/,
    ],
    [
      'one clip',
      { timeline: { tracks: [{ clips: video() }] }, output: { format: 'mp4', resolution: 'hd' } },
      'timeline.tracks[0].clips',
      JSON.stringify([video()]),
    ],
  ],
  'what is left out, or true, or a text': [
    ['null', edit([[video({ fit: null })]]), `${CLIP}.fit`, undefined, /null is not allowed: leave the key out/],
    [
      'null where something is required',
      edit([[video({ start: null })]]),
      `${CLIP}.start`,
      undefined,
      /required: a number/,
    ],
    ['yes', output({ mute: 'yes' }), 'output.mute', 'true'],
    ['a number as a text', lettered({ text: 42 }), `${ASSET}.text`, '42', /in quotes: "42"/],
    [
      'the word null',
      edit([[video({ start: 'null' })]]),
      `${CLIP}.start`,
      undefined,
      /not a value: give one, or leave/,
    ],
    ['true in quotes', output({ mute: 'true' }), 'output.mute', 'true'],
    ['an empty src', edit([[video({}, { src: '' })]]), `${ASSET}.src`, undefined, /empty/],
  ],
  'inside a union': [
    [
      'an interpolation',
      edit([[video({ opacity: [{ from: 0, to: 1, start: 0, length: 1, interpolation: 'ease' }] })]]),
      `${CLIP}.opacity[0].interpolation`,
      'bezier',
      /"linear", "bezier", "constant"/,
    ],
    [
      'an easing',
      edit([[video({ scale: [{ from: 0, to: 1, easing: 'ease-in-out' }] })]]),
      `${CLIP}.scale[0].easing`,
      'easeInOut',
    ],
    [
      'a list in quotes that is too deep',
      edit([], {}, { tracks: '['.repeat(20_000) + ']'.repeat(20_000) }),
      'timeline.tracks',
      undefined,
    ],
    ['a padding', lettered({ padding: { top: 'a' } }), `${ASSET}.padding.top`, undefined, /a number of at least 0/],
  ],
};

describe.each(Object.entries(ROWS))('%s', (_kind, rows) => {
  test.each(rows)('%s gets one issue, with what was meant', (_what, definition, path, suggestion, says) => {
    const { issues } = validateDefinition(definition, null);
    expect(issues.map(issue => issue.path)).toEqual([path]);
    expect(issues[0]?.suggestion).toBe(suggestion);
    if (says) expect(issues[0]?.message).toMatch(says);
  });
});
