import { describe, expect, test } from 'vitest';
import type { Issue } from '../../src/base/failure.ts';
import { validateDefinition } from '../../src/definition/validate.ts';
import { changed, goodDefinition } from './definitions.ts';

const T = 'timeline.tracks[0].clips[0]';
const V = 'timeline.tracks[1].clips[0]';
const P = 'timeline.tracks[1].clips[1]';
const A = 'timeline.tracks[2].clips[0]';

type Row = [path: string, value: unknown, expected: Partial<Issue> & { says?: RegExp }];

/** One mistake each, and the one error it must give; the path is the same unless `expected` names another. */
const ERRORS: Row[] = [
  [`${V}.start`, '5s', { says: /a number of at least 0, or "auto"/, suggestion: '5', received: '5s' }],
  [`${V}.start`, -1, { says: /at least 0/, received: -1 }],
  [`${V}.start`, null, { says: /at least 0/ }],
  [`${V}.start`, 'end', { says: /"auto" or "alias:\/\/NAME"/ }],
  [`${V}.start`, undefined, { says: /required/ }],
  [`${V}.length`, undefined, { says: /required/ }],
  [`${V}.length`, 'until the end', { says: /"auto", "end"/ }],
  [`${V}.length`, [3], { says: /a number/ }],
  [`${V}.asset`, undefined, { says: /required: an object/ }],
  [`${V}.asset`, null, { says: /null is not allowed, and this is required/ }],
  [`${V}.asset`, 'https://example.com/a.mp4', { says: /must be an object/ }],
  [`${V}.asset.type`, undefined, { says: /required/ }],
  [`${V}.asset.type`, 'vidoe', { suggestion: 'video', received: 'vidoe' }],
  [`${V}.asset.type`, 'mp4', { says: /allowed/ }],
  [`${V}.asset.src`, undefined, { says: /src/ }],
  [`${V}.asset.src`, 7, { says: /a text/ }],
  [`${V}.asset.trim`, 'one', { says: /a number/ }],
  [`${V}.asset.volume`, 3, { says: /from 0 to 1/, received: 3 }],
  [`${V}.asset.volume`, 'loud', { says: /from 0 to 1/ }],
  [`${V}.asset.speed`, 11, { says: /from 0 to 10/ }],
  [`${V}.asset.chromaKey`, { color: 'green' }, { path: `${V}.asset.chromaKey.color`, says: /a colour such as/ }],
  [`${V}.asset.crop`, { top: 2 }, { path: `${V}.asset.crop.top`, says: /from 0 to 1/ }],
  [`${V}.asset.opacity`, 0.5, { says: /belongs to the clip/ }],
  [`${V}.asset.fit`, 'crop', { says: /belongs to the clip/ }],
  [`${V}.asset.sorce`, 'x', { says: /Did you mean src|no such key/ }],
  [`${V}.volume`, 1, { says: /asset\.volume/ }],
  [`${V}.trim`, 1, { says: /asset\.trim/ }],
  [`${V}.fit`, 'coverr', { suggestion: 'cover', allowed: ['cover', 'contain', 'crop', 'none'] }],
  [`${V}.fit`, 'fill', { allowed: ['cover', 'contain', 'crop', 'none'] }],
  [`${V}.filter`, 'grayscale', { suggestion: 'greyscale' }],
  [`${V}.effect`, 'zoomin', { suggestion: 'zoomIn' }],
  [`${V}.effect`, 'spin', { says: /allowed/ }],
  [`${V}.offset`, { x: 'left' }, { path: `${V}.offset.x`, says: /from -10 to 10/ }],
  [`${V}.offset`, 0.5, { says: /an object with x, y/ }],
  [`${V}.transition`, 'fade', { says: /an object with in, out/ }],
  [`${V}.transition`, { in: 'fadee' }, { path: `${V}.transition.in`, suggestion: 'fade' }],
  [`${V}.transition`, { enter: 'fade' }, { path: `${V}.transition.enter`, allowed: ['in', 'out'] }],
  [`${V}.transitions`, { in: 'fade' }, { suggestion: 'transition' }],
  [`${V}.zIndex`, 3, { says: /no such key/ }],
  [`${V}.width`, '100%', { says: /from 1 to 3840.*in pixels/ }],
  [`${P}.scale`, 'half', { says: /a number/ }],
  [`${P}.position`, 'middle', { suggestion: 'center' }],
  [`${P}.position`, 'top-left', { suggestion: 'topLeft' }],
  [`${P}.asset.type`, 'Image', { suggestion: 'image' }],
  [`${A}.asset.effect`, 'fade', { says: /"fadeIn", "fadeOut", "fadeInFadeOut"/ }],
  [`${A}.alias`, 'my music', { says: /letters, digits/ }],
  [`${T}.opacity`, [{ from: 0, to: 1, start: 0, length: 'x' }], { path: `${T}.opacity[0].length`, says: /a number/ }],
  [`${T}.asset.text`, undefined, { says: /required: a text of at most 5000/ }],
  [`${T}.asset.text`, 42, { says: /a text/ }],
  [`${T}.asset.font`, { name: 'Roboto' }, { path: `${T}.asset.font.name`, suggestion: 'family' }],
  [`${T}.asset.font`, { fontSize: 12 }, { path: `${T}.asset.font.fontSize`, suggestion: 'size' }],
  [`${T}.asset.font.size`, 0, { says: /a whole number from 1 to 500/ }],
  [`${T}.asset.font.color`, 'white', { says: /a colour/ }],
  [`${T}.asset.align.vertical`, 'center', { suggestion: 'middle', allowed: ['top', 'middle', 'bottom'] }],
  [`${T}.asset.align.horizontal`, 'centre', { suggestion: 'center' }],
  [`${T}.asset.align`, 'center', { says: /an object with horizontal, vertical/ }],
  [`${T}.asset.animation`, { preset: 'bounce' }, { path: `${T}.asset.animation.preset`, says: /"fadeIn"/ }],
  ['timeline.tracks', [], { says: /at least one entry/ }],
  ['timeline.tracks', undefined, { says: /required/ }],
  ['timeline.tracks', {}, { says: /a list/ }],
  ['timeline.tracks[1].clips', [], { says: /at least one entry/ }],
  ['timeline.tracks[1].clips[1]', 'clip', { says: /an object/ }],
  ['timeline.track', [], { says: /no such key/ }],
  ['timeline.duration', 9, { says: /no such key/ }],
  ['timeline.fonts', ['Roboto'], { path: 'timeline.fonts[0]', says: /an object with src/ }],
  ['output.format', 'mp5', { allowed: ['mp4', 'gif', 'mp3', 'jpg', 'png', 'bmp'] }],
  ['output.format', undefined, { says: /required/ }],
  ['output.size', undefined, { path: 'output', says: /resolution/ }],
  ['output.size', { width: 0, height: 720 }, { path: 'output.size.width', says: /from 1 to 4096/ }],
  ['output.size.width', 'wide', { says: /a whole number from 1 to 4096/ }],
  ['output.resolution', '720p', { says: /"hd"/ }],
  ['output.fps', 17, { says: /12, 15|allowed/, received: 17 }],
  ['output.mute', 'yes', { says: /true or false/ }],
  ['output.quality', 'best', { says: /"verylow"/ }],
  ['output.duration', 5, { says: /no such key/ }],
  ['merge', [{ find: 'NAME' }], { path: 'merge[0].replace', says: /required/ }],
  ['merge', { NAME: 'x' }, { says: /a list/ }],
  ['callbackUrl', 'https://example.com', { says: /no such key/ }],
];

/** Where the schema is stricter than templates are: one warning each, and no error. */
const WARNINGS: Row[] = [['output.fps', '25', { says: /may still take this text/, suggestion: '25' }]];

/** Taken as they are. */
const ACCEPTED: [path: string, value: unknown][] = [
  [`${V}.start`, '{{ NAME }}'],
  [`${V}.start`, 'auto'],
  [`${V}.length`, '4.5'],
  [`${V}.length`, 'alias://music'],
  [`${V}.asset.src`, '{{ NAME }}'],
  [`${V}.asset.volume`, '{{NAME}}'],
  ['output.size.width', '1280'],
  [`${V}.fit`, '{{ FIT }}'],
  [`${V}.transition`, { in: '{{ IN }}' }],
  [`${V}.start`, '{{ brand-start }}'],
  ['output.mute', '{{ MUTE }}'],
  ['output.format', '{{ FORMAT }}'],
];

const matches = (issue: Issue | undefined, path: string, { says, ...expected }: Row[2]): void => {
  expect(issue).toMatchObject({ path, ...expected });
  if (says) expect(issue?.message).toMatch(says);
};
const named = ([path, value]: Row | (typeof ACCEPTED)[number]): string => `${path} = ${JSON.stringify(value)}`;

describe('the check of a definition', () => {
  test('accepts a valid one without issues or warnings', () => {
    expect(validateDefinition(goodDefinition(), null)).toMatchObject({ valid: true, issues: [], warnings: [] });
  });

  test('has at least 60 mistakes to tell apart', () => expect(ERRORS.length).toBeGreaterThanOrEqual(60));

  test.each(ERRORS.map(row => [named(row), row] as const))(
    'one mistake, one issue: %s',
    (_name, [path, value, expected]) => {
      const { valid, issues } = validateDefinition(changed(path, value), null);
      expect(valid).toBe(false);
      expect(issues, JSON.stringify(issues)).toHaveLength(1);
      matches(issues[0], path, expected);
      expect(issues[0]?.message).not.toMatch(/pattern|\{\{/);
    },
  );

  test.each(WARNINGS.map(row => [named(row), row] as const))('a warning only: %s', (_name, [path, value, expected]) => {
    const { valid, warnings } = validateDefinition(changed(path, value), null);
    expect(valid).toBe(true);
    expect(warnings).toHaveLength(1);
    matches(warnings[0], path, expected);
  });

  test.each(ACCEPTED.map(row => [named(row), row] as const))('taken: %s', (_name, [path, value]) => {
    expect(validateDefinition(changed(path, value), null)).toMatchObject({ valid: true, issues: [] });
  });

  test('counts a key under a wrong name as one mistake', () => {
    const definition = changed(`${V}.duration`, 5);
    const { issues } = validateDefinition(JSON.parse(JSON.stringify(definition).replace('"length":5,', '')), null);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ path: `${V}.duration`, suggestion: 'length' });
  });

  test('lists 10 mistakes, the most serious first, and counts the others by kind', () => {
    const clips = Array.from({ length: 12 }, (_, i) => ({
      asset: { type: 'hologram' },
      start: i,
      length: 1,
      fit: 'x',
      y1: 1,
    }));
    const definition = { ...goodDefinition(), timeline: { tracks: [{ clips }] } };
    const { issues, more } = validateDefinition(definition, null);
    expect(issues).toHaveLength(10);
    expect(issues.every(({ path }) => path.endsWith('.type'))).toBe(true);
    expect(more).toMatchObject({ issues: 26, kinds: { 'wrong shape': 2, 'unknown key': 12, 'wrong value': 12 } });
    expect(more).not.toHaveProperty('at_least');
  });

  test('says that there are more mistakes than it counted', () => {
    const clips = Array.from({ length: 600 }, (_, i) => ({ asset: { type: 'hologram' }, start: i, length: 1 }));
    const { more } = validateDefinition({ ...goodDefinition(), timeline: { tracks: [{ clips }] } }, null);
    expect(more).toMatchObject({ issues: 490, at_least: true });
  });

  test('lists warnings of every kind before more of one kind', () => {
    const overlapping = Array.from({ length: 20 }, () => ({
      asset: { type: 'image', src: 'https://a.com/b.png' },
      start: 0,
      length: 9,
    }));
    const definition = {
      timeline: { tracks: [{ clips: overlapping }] },
      output: { format: 'mp4', resolution: 'hd' },
      // Its rule comes last.
      callback: 'http://a.com/x',
    };
    const { warnings, more } = validateDefinition(definition, null);
    expect(warnings).toHaveLength(10);
    expect(warnings.map(({ path }) => path)).toContain('callback');
    expect(more).toMatchObject({ warnings: 10, kinds: { 'overlapping-clips': 10 } });
  });
});
