import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { validateDefinition } from '../../src/definition/validate.ts';
import { goodDefinition } from './definitions.ts';
import { mend } from './mender.ts';

/** A check, a correction and a check: more calls than this nobody should need. */
const MOST_CALLS = 2;

// biome-ignore lint/suspicious/noExplicitAny: a spoiled definition has no type.
type Spoilt = any;

const TEXT = (d: Spoilt) => d.timeline.tracks[0].clips[0];
const FILM = (d: Spoilt) => d.timeline.tracks[1].clips[0];
const PICTURE = (d: Spoilt) => d.timeline.tracks[1].clips[1];
const MUSIC = (d: Spoilt) => d.timeline.tracks[2].clips[0];

function rename(holder: Spoilt, from: string, to: string, value: unknown = holder[from]): void {
  delete holder[from];
  holder[to] = value;
}

/** Flattens a clip, as people do who do not know of assets. */
function flatten(clip: Spoilt): void {
  const { asset } = clip;
  delete clip.asset;
  Object.assign(clip, asset);
}

const SPOILT: [what: string, spoil: (d: Spoilt) => void][] = [
  [
    'habits of another API',
    d => {
      rename(FILM(d), 'length', 'duration', '5s');
      rename(FILM(d).asset, 'src', 'url');
      rename(d.output, 'fps', 'framerate');
    },
  ],
  [
    'names from CSS',
    d => {
      rename(TEXT(d).asset.font, 'family', 'name');
      TEXT(d).asset.align.vertical = 'center';
      rename(TEXT(d).asset, 'align', 'alignment');
      PICTURE(d).asset.type = 'img';
    },
  ],
  [
    'a size in the wrong place',
    d => {
      Object.assign(d.output, d.output.size);
      delete d.output.size;
      d.output.quality = 'HIGH';
    },
  ],
  [
    'a flattened clip',
    d => {
      flatten(FILM(d));
      FILM(d).effect = 'zoom-in';
      d.timeline.background = { color: 'black' };
    },
  ],
  [
    'flattened clips with other names',
    d => {
      flatten(TEXT(d));
      rename(TEXT(d), 'length', 'duration');
      flatten(PICTURE(d));
    },
  ],
  [
    'times in words',
    d => {
      FILM(d).start = '00:00:00';
      PICTURE(d).start = '5 seconds';
      PICTURE(d).length = '2500ms';
      FILM(d).asset.trim = '1s';
    },
  ],
  [
    'an end in place of a length',
    d => {
      rename(PICTURE(d), 'length', 'end', 7.5);
      TEXT(d).position = 'CENTER';
    },
  ],
  [
    'transitions',
    d => {
      TEXT(d).transition = 'fade';
      FILM(d).filter = 'grayscale';
      d.output.format = 'MP4';
    },
  ],
  [
    'transitions as a list',
    d => {
      TEXT(d).transitions = ['fadeIn', 'fadeOut'];
      delete TEXT(d).transition;
      FILM(d).fit = 'Crop';
    },
  ],
  [
    'percentages',
    d => {
      FILM(d).asset.volume = '50%';
      PICTURE(d).scale = 50;
    },
  ],
  [
    'a tween’s values and times',
    d => {
      TEXT(d).opacity = [{ start: 0, end: 1, startTime: 0, duration: 1 }];
      MUSIC(d).asset.type = 'sound';
    },
  ],
  [
    'merge fields',
    d => {
      d.merge = [{ key: 'NAME', value: 'world' }];
      TEXT(d).asset.text = 'Hello, {NAME}';
    },
  ],
  [
    'merge fields as an object',
    d => {
      d.merge = { NAME: 'world' };
      rename(TEXT(d).asset.font, 'size', 'fontSize', '40px');
      TEXT(d).asset.font.color = 'white';
    },
  ],
  [
    'merge fields in quotes',
    d => {
      d.merge = JSON.stringify(d.merge);
      TEXT(d).asset.text = 'Hello, {{ NAME | default: "you" }}';
    },
  ],
  [
    'keys at the wrong level',
    d => {
      FILM(d).volume = 0.5;
      delete FILM(d).asset.volume;
      FILM(d).asset.effect = 'zoomIn';
      delete FILM(d).effect;
    },
  ],
  [
    'an effect of the sound',
    d => {
      rename(MUSIC(d).asset, 'effect', 'volumeEffect');
      MUSIC(d).name = null;
      d.id = 'abc';
    },
  ],
  [
    'typing mistakes',
    d => {
      rename(FILM(d), 'start', 'strat');
      rename(TEXT(d), 'transition', 'transiton');
      rename(d.timeline, 'background', 'backgruond');
      rename(FILM(d).asset, 'volume', 'volumne');
    },
  ],
  [
    'nulls',
    d => {
      FILM(d).position = null;
      TEXT(d).asset.style = null;
      d.callback = null;
      d.output.repeat = null;
    },
  ],
  [
    'values alone',
    d => {
      TEXT(d).asset.align = { horizontal: 'Center', vertical: 'Middle' };
      d.output.size = '1280x720';
      d.output.mute = 'no';
      d.timeline.tracks[2].clips = MUSIC(d);
    },
  ],
  [
    'a type, a key and a value that hide each other',
    d => {
      PICTURE(d).asset = { type: 'picture', url: 'https://example.com/b.png', fit: 'contain' };
      rename(PICTURE(d), 'scale', 'Scale', '0.5x');
      FILM(d).asset.Volume = FILM(d).asset.volume;
      delete FILM(d).asset.volume;
    },
  ],
];

/** Checks and corrects until nothing is left to say. */
function obeyed(spoilt: JsonObject): { calls: number; definition: JsonObject } {
  let definition = spoilt;
  for (let calls = 1; ; calls++) {
    const { issues, warnings } = validateDefinition(definition, null);
    const said = [...issues, ...warnings];
    if (said.length === 0 || calls > MOST_CALLS) return { calls, definition };
    definition = mend(definition, said);
  }
}

describe('a program that applies the suggestions of the check', () => {
  test('has twenty definitions to mend', () => expect(SPOILT).toHaveLength(20));

  test.each(SPOILT)('mends %s within two calls', (_what, spoil) => {
    const spoilt = goodDefinition() as Spoilt;
    spoil(spoilt);
    expect(validateDefinition(spoilt, null)).not.toMatchObject({ issues: [], warnings: [] });
    const { calls, definition } = obeyed(spoilt);
    expect(calls).toBeLessThanOrEqual(MOST_CALLS);
    expect(validateDefinition(definition, null)).toMatchObject({ valid: true, issues: [], warnings: [] });
    expect(definition).toEqual(expected(definition));
  });
});

/** What was meant: the good definition; a key that was only added, such as a fit, may be there as well. */
function expected(mended: JsonObject): JsonObject {
  const good = goodDefinition() as Spoilt;
  if (PICTURE(mended).fit === 'contain') PICTURE(good).fit = 'contain';
  return good;
}
