import { expect, it } from 'vitest';
import type { Issue } from '../../src/base/failure.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { contradictions, type Options } from '../../src/definition/options.ts';
import { prepareDefinition } from '../../src/definition/prepared-definition.ts';
import { statsOf } from '../../src/definition/stats.ts';
import { changed, goodDefinition } from './definitions.ts';

const find = (definition: JsonObject, options: Options): Issue[] =>
  contradictions(definition, statsOf(prepareDefinition(definition)), options);

// The good definition makes 1280×720 and lasts 7.5 s.
const good = goodDefinition();

it.each<[Options, string[]]>([
  [{}, []],
  [{ aspect_ratio: '16:9', resolution: '720p', duration_seconds: 8 }, []],
  [{ aspect_ratio: '9:16' }, ['aspect_ratio']],
  [{ resolution: '1080p' }, ['resolution']],
  [{ duration_seconds: 7 }, []],
  [{ duration_seconds: 9 }, ['duration_seconds']],
  [
    { aspect_ratio: '1:1', resolution: '1080p', duration_seconds: 30 },
    ['aspect_ratio', 'resolution', 'duration_seconds'],
  ],
])('%j beside a definition of 1280×720 and 7.5 s contradicts it in %j', (options, paths) => {
  expect(find(good, options).map(({ path }) => path)).toEqual(paths);
});

it('says what the definition makes and that the option is to be left out', () => {
  expect(find(good, { aspect_ratio: '9:16' })).toEqual([
    {
      path: 'aspect_ratio',
      received: '9:16',
      message:
        'The definition makes 1280×720, and it is not known which of the two counts: leave aspect_ratio out, so that the definition decides, or change the definition.',
    },
  ]);
});

it.each<[unknown, Options, string[]]>([
  [
    { format: 'mp4', resolution: 'hd', aspectRatio: '9:16' },
    { aspect_ratio: '16:9', resolution: '720p' },
    ['aspect_ratio'],
  ],
  [{ format: 'mp4', resolution: 'sd' }, { resolution: '720p' }, ['resolution']],
  [{ format: 'mp4', resolution: '1080' }, { resolution: '1080p', aspect_ratio: '16:9' }, []],
  [{ format: 'mp4', resolution: 'hd', aspectRatio: '4:5' }, { aspect_ratio: '1:1' }, ['aspect_ratio']],
  [{ format: 'mp4', size: { width: 1080, height: 1080 } }, { aspect_ratio: '1:1', resolution: '1080p' }, []],
  [{ format: 'mp4', size: { width: 854, height: 480 } }, { aspect_ratio: '16:9' }, []],
  [{ format: 'mp4', size: { width: 0, height: 0 } }, { aspect_ratio: '16:9' }, []],
  [{ format: 'mp4' }, { aspect_ratio: '9:16', resolution: '1080p' }, []],
  ['none', { aspect_ratio: '9:16' }, []],
])('an output of %j beside %j is contradicted in %j', (output, options, paths) => {
  expect(find(changed('output', output), options).map(({ path }) => path)).toEqual(paths);
});

it('does not warn of a duration that the definition leaves open', () => {
  const open = changed('timeline.tracks[1].clips[0].length', 'auto');
  expect(find(open, { duration_seconds: 60 })).toEqual([]);
});
