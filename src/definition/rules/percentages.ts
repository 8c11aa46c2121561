import type { Issue } from '../../base/failure.ts';
import { isObject } from '../../base/json.ts';
import { timelineOf } from '../clips.ts';
import { partOfOne } from '../suggestions/parse-scalar.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

/** Ten times the size of the frame. */
const LARGEST_SCALE = 10;

export const percentages: Rule = {
  name: 'percentages',
  finds: 'an opacity, a scale or a volume in percent',
  source: `${AGENT_CORE}, "Clip-level": scale 1 is the fit result, opacity 0..1; schemas/soundtrack.yaml, "volume" between 0 and 1`,
  find({ filled, clips }) {
    const { soundtrack } = timelineOf(filled);
    return [
      ...clips.flatMap(({ clip, path }) => [
        ...above(`${path}.opacity`, clip.opacity, 1, '1 is opaque.'),
        ...above(`${path}.scale`, clip.scale, LARGEST_SCALE, '1 is the size that fits the frame.'),
      ]),
      ...(isObject(soundtrack)
        ? above('timeline.soundtrack.volume', soundtrack.volume, 1, '1 is the full volume.')
        : []),
    ];
  },
};

function above(path: string, value: unknown, most: number, fact: string): Issue[] {
  if (typeof value !== 'number' || value <= most) return [];
  const suggestion = partOfOne(value)?.toString();
  return [{ path, message: `${fact} This is no percentage.`, received: value, suggestion }];
}
