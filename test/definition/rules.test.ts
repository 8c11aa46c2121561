import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { RULES } from '../../src/definition/rules/rules.ts';
import { goodDefinition } from './definitions.ts';

const video = (more: JsonObject = {}, asset: JsonObject = {}): JsonObject => ({
  asset: { type: 'video', src: 'https://example.com/a.mp4', ...asset },
  start: 0,
  length: 5,
  ...more,
});
const text = (family: string): JsonObject => ({
  asset: { type: 'rich-text', text: 'Hi', font: { family } },
  start: 0,
  length: 5,
});
const script = (js: string): JsonObject => ({ asset: { type: 'html5', html: '<p></p>', js }, start: 0, length: 1 });
const edit = (tracks: JsonObject[][], more: JsonObject = {}, timeline: JsonObject = {}): JsonObject => ({
  timeline: { tracks: tracks.map(clips => ({ clips })), ...timeline },
  output: { format: 'mp4', resolution: 'hd' },
  ...more,
});

/** For each rule: definitions in which it must speak, with the path, and definitions in which it must not. */
const CASES: Record<string, { fires: [path: string, edit: JsonObject][]; silent: JsonObject[] }> = {
  'overlapping-clips': {
    fires: [
      ['timeline.tracks[0].clips[1]', edit([[video(), video({ start: 4 })]])],
      ['timeline.tracks[0].clips[0]', edit([[video({ start: 2 }), video()]])],
      [
        'timeline.tracks[0].clips[2]',
        edit([[video({ length: 9 }), video({ start: 9 }), video({ start: 7, length: 1 })]]),
      ],
    ],
    silent: [
      edit([[video(), video({ start: 5 })]]),
      edit([[video({ length: 0.1 + 0.2 }), video({ start: 0.3 })]]),
      edit([[video()], [video()]]),
      edit([[video(), video({ start: 'auto' })]]),
      edit([[video(), video({ length: '{{ LENGTH }}' })]]),
      edit([[{ ...video(), asset: { type: 'luma', src: 'https://example.com/m.mp4' } }, video()]]),
      edit([[video({ transition: { out: 'fade' } }), video({ start: 4, transition: { in: 'fade' } })]]),
      edit([[video({ position: 'left' }), video({ position: 'right' })]]),
    ],
  },
  'unreachable-sources': {
    fires: [
      ['timeline.tracks[0].clips[0].asset.src', edit([[video({}, { src: 'http://example.com/a.mp4' })]])],
      ['timeline.tracks[0].clips[0].asset.src', edit([[video({}, { src: '/home/me/a.mp4' })]])],
      ['timeline.tracks[0].clips[0].asset.src', edit([[video({}, { src: 'https://192.168.1.4/a.mp4' })]])],
      ['timeline.tracks[0].clips[0].asset.src', edit([[video({}, { src: 'data:video/mp4;base64,AAAA' })]])],
      ['timeline.fonts[0].src', edit([[video()]], {}, { fonts: [{ src: 'http://example.com/f.ttf' }] })],
      ['timeline.soundtrack.src', edit([[video()]], {}, { soundtrack: { src: 'file:///a.mp3' } })],
    ],
    silent: [
      edit([[video()]]),
      edit([[video({}, { src: '{{ VIDEO }}' })]]),
      edit([[video({}, { src: 'http://{{ HOST }}/a.mp4' })]]),
      edit([[{ asset: { type: 'rich-caption', src: 'alias://voice' }, start: 0, length: 1 }]]),
      edit([[{ asset: { type: 'svg', src: '<svg/>' }, start: 0, length: 1 }]]),
    ],
  },
  'unknown-fonts': {
    fires: [['timeline.tracks[0].clips[0].asset.font.family', edit([[text('Arial')]])]],
    silent: [
      edit([[text('Open Sans')]]),
      edit([[text('opensans')]]),
      edit([[text('Montserrat ExtraBold')]]),
      edit([[text('{{ FONT }}')]]),
      edit([[text('Inter')]], {}, { fonts: [{ src: 'https://example.com/x.ttf' }] }),
    ],
  },
  'placeholders-without-default': {
    fires: [['merge', edit([[video({}, { src: '{{ VIDEO }}' })]], { merge: [] })]],
    silent: [
      edit([[video({}, { src: '{{ VIDEO }}' })]]),
      edit([[video({}, { src: '{{VIDEO}}' })]], { merge: [{ find: 'VIDEO', replace: 'https://example.com/a.mp4' }] }),
    ],
  },
  'misspelt-merge-fields': {
    fires: [
      ['merge[0].find', edit([[video({}, { src: '{{ VIDEO }}' })]], { merge: [{ find: 'video', replace: 'x' }] })],
      ['merge[0].find', edit([[video({}, { src: '{{ VIDEO }}' })]], { merge: [{ find: '{{VIDEO}}', replace: 'x' }] })],
    ],
    silent: [
      edit([[video()]], { merge: [{ find: 'SOMETHING', replace: 'x' }] }),
      edit([[video({}, { src: '{{ VIDEO }}' })]], { merge: [{ find: 'VIDEO', replace: 'x' }] }),
    ],
  },
  'hidden-layers': {
    fires: [['timeline.tracks[0].clips[0]', edit([[video()], [text('Roboto')]])]],
    silent: [
      edit([[text('Roboto')], [video()]]),
      edit([[video({ opacity: 0.5 })], [text('Roboto')]]),
      edit([[video({ width: 400, height: 200 })], [text('Roboto')]]),
      edit([[video({ length: 2 })], [text('Roboto')]]),
      edit([[video({}, { src: 'https://example.com/overlay.webm' })], [text('Roboto')]]),
      edit([[video()], [{ asset: { type: 'audio', src: 'https://example.com/a.mp3' }, start: 0, length: 5 }]]),
    ],
  },
  'stretched-fit': {
    fires: [['timeline.tracks[0].clips[0].fit', edit([[video({ fit: 'cover', width: 400, height: 300 })]])]],
    silent: [edit([[video({ fit: 'cover' })]]), edit([[video({ fit: 'crop', width: 400, height: 300 })]])],
  },
  'script-syntax': {
    fires: [['timeline.tracks[0].clips[0].asset.js', edit([[script('const a = ;')]])]],
    silent: [
      edit([[script('const a = 1; return a;')]]),
      edit([[script('const colour = "{{ ACCENT }}"; const n = {{ COUNT }};')]]),
      edit([[script('globalThis.ranByTheCheck = true; throw new Error("never run");')]]),
    ],
  },
};

describe.each(RULES.map(rule => [rule.name, rule] as const))('the rule %s', (name, rule) => {
  const cases = CASES[name];

  test('names its source', () => expect(rule.source).toMatch(/^shotstack\//));

  test('speaks where it should', () => {
    expect(cases?.fires.length).toBeGreaterThan(0);
    for (const [path, definition] of cases?.fires ?? []) {
      expect(
        rule.find(definition).map(issue => issue.path),
        JSON.stringify(definition),
      ).toEqual([path]);
    }
  });

  test('is silent where it should be', () => {
    for (const definition of [goodDefinition(), ...(cases?.silent ?? [])]) {
      expect(rule.find(definition), JSON.stringify(definition)).toEqual([]);
    }
  });

  test('passes over what is not well-formed', () => {
    const odd = [
      {},
      { timeline: null },
      edit([[null as never, 7 as never, { asset: 'x' }, { start: {} }]]),
      { merge: 3 },
    ];
    for (const definition of odd) expect(rule.find(definition)).toEqual([]);
  });
});

test('a script is parsed and never run', () => expect(globalThis).not.toHaveProperty('ranByTheCheck'));
