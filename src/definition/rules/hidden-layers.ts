import { isAudioOnly, type PlacedClip, stringOrEmpty } from '../clips.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

/** Keys that may reveal what is below. */
const REVEALING = ['width', 'height', 'scale', 'opacity', 'position', 'offset', 'transform', 'transition', 'effect'];

export const hiddenLayers: Rule = {
  name: 'hidden-layers',
  finds: 'a picture or video that hides every track below it',
  source: `${AGENT_CORE}, "Track ordering is REVERSED"`,
  find({ clips }) {
    const masked = new Set(clips.filter(({ type }) => type === 'luma').map(({ track }) => track));
    const seen = clips.filter(clip => !isAudioOnly(clip));
    const below = new Map<number, Below | null>();
    return clips.flatMap(cover => {
      if (cover.start === undefined || cover.end === undefined || masked.has(cover.track) || !fillsFrame(cover))
        return [];
      const layer = below.get(cover.track) ?? layersBelow(seen, cover.track);
      below.set(cover.track, layer);
      if (!layer || layer.start < cover.start || layer.end > cover.end) return [];
      const message = `It fills the frame above ${layer.path}, and nothing below it can be seen: tracks[0] is the top layer. Move it to the last track.`;
      return [{ path: cover.path, message }];
    });
  },
};

/** The first clip below a track, and when the clips there are shown. */
interface Below {
  path: string;
  start: number;
  end: number;
}

/** Null where there is nothing below, or where it is not known when it is shown. */
function layersBelow(seen: readonly PlacedClip[], track: number): Below | null {
  const clips = seen.filter(clip => clip.track > track);
  const [first] = clips;
  if (!first) return null;
  return {
    path: first.path,
    start: clips.reduce((least, { start }) => Math.min(least, start ?? Number.NEGATIVE_INFINITY), first.start ?? 0),
    end: clips.reduce((most, { end }) => Math.max(most, end ?? Number.POSITIVE_INFINITY), first.end ?? 0),
  };
}

/** An opaque picture or film over the whole frame; formats that may be transparent are not. */
function fillsFrame({ clip, asset, type }: PlacedClip): boolean {
  const opaque =
    (type === 'video' && /\.mp4($|\?)/i.test(stringOrEmpty(asset.src))) ||
    (type === 'image' && /\.jpe?g($|\?)/i.test(stringOrEmpty(asset.src)));
  const whole = clip.fit === undefined || clip.fit === 'crop' || clip.fit === 'cover';
  return (
    opaque && whole && !('crop' in asset) && !('chromaKey' in asset) && REVEALING.every(key => clip[key] === undefined)
  );
}
