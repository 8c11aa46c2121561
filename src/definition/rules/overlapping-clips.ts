import { isObject } from '../../base/json.ts';
import { isTimed, type PlacedClip, type TimedClip } from '../clips.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

/** Sums of decimal fractions differ by less than this. */
const TOLERANCE_SECONDS = 1e-6;
const LONGEST_TRANSITION_SECONDS = 2;

/** A luma matte plays together with the clip that it masks, and sound is not shown. */
const BESIDE_OTHERS = new Set(['luma', 'audio', 'text-to-speech']);

export const overlappingClips: Rule = {
  name: 'overlapping-clips',
  finds: 'clips of one track that show at the same time',
  source: `${AGENT_CORE}, "Don't overlap clips on the same track"`,
  find({ clips }) {
    const shown = clips.filter(isTimed).filter(({ type }) => !BESIDE_OTHERS.has(type));
    const byStart = shown.sort((a, b) => a.track - b.track || a.start - b.start);
    const lastOn = new Map<number, TimedClip>();
    return byStart.flatMap(clip => {
      const last = lastOn.get(clip.track);
      if (!last || clip.end > last.end) lastOn.set(clip.track, clip);
      if (!last || clip.start >= last.end - TOLERANCE_SECONDS || isMeant(last, clip)) return [];
      const message = `It overlaps ${last.path} on the same track, which flickers. Put what shows at the same time on tracks of its own.`;
      const received = `${clip.start}–${clip.end} s beside ${last.start}–${last.end} s`;
      return [{ path: clip.path, message, received }];
    });
  },
};

/**
 * Shotstack's own examples overlap clips on a track to blend one into the next, where they show in different places, and
 * where they are different parts of a picture.
 */
function isMeant(earlier: TimedClip, later: TimedClip): boolean {
  return isBlended(earlier, later) || placeOf(earlier) !== placeOf(later) || areParts(earlier, later);
}

function isBlended(earlier: TimedClip, later: TimedClip): boolean {
  const { transition } = later.clip;
  if (!isObject(transition)) return false;
  const brief = later.start > earlier.start && earlier.end - later.start <= LONGEST_TRANSITION_SECONDS;
  return isObject(earlier.clip.transition) || (brief && transition.in !== undefined);
}

const placeOf = ({ clip, asset }: PlacedClip): string =>
  JSON.stringify([clip.position, clip.offset, asset.position, asset.offset]);

/** Whether two clips are cropped, and to different parts or to mirror images. */
function areParts(one: PlacedClip, other: PlacedClip): boolean {
  const part = ({ clip, asset }: PlacedClip): string => JSON.stringify([asset.crop, clip.transform]);
  return isObject(one.asset.crop) && isObject(other.asset.crop) && part(one) !== part(other);
}
