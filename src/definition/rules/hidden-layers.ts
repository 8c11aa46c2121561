import { clipsOf, type PlacedClip, playsFrom, textOf } from '../clips.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

/** Whatever may let something below be seen. */
const REVEALING = ['width', 'height', 'scale', 'opacity', 'position', 'offset', 'transform', 'transition', 'effect'];

export const hiddenLayers: Rule = {
  name: 'hidden-layers',
  source: `${AGENT_CORE}, "Track ordering is REVERSED"`,
  find(edit) {
    const clips = clipsOf(edit);
    const masked = new Set(clips.filter(({ asset }) => asset.type === 'luma').map(({ track }) => track));
    return clips.flatMap(cover => {
      const time = playsFrom(cover);
      if (!time || masked.has(cover.track) || !fillsFrame(cover)) return [];
      const below = clips.filter(({ track, asset }) => track > cover.track && asset.type !== 'audio');
      const hidden = below.length > 0 && below.every(clip => isWithin(playsFrom(clip), time));
      if (!hidden) return [];
      return [
        {
          path: cover.path,
          message: `It fills the frame above ${below[0]?.path}, and nothing below it can be seen: tracks[0] is the top layer. Move it to the last track.`,
        },
      ];
    });
  },
};

/** An opaque picture or film over the whole frame; formats that may be transparent are not. */
function fillsFrame({ clip, asset }: PlacedClip): boolean {
  const opaque =
    (asset.type === 'video' && /\.mp4($|\?)/i.test(textOf(asset.src))) ||
    (asset.type === 'image' && /\.jpe?g($|\?)/i.test(textOf(asset.src)));
  const whole = clip.fit === undefined || clip.fit === 'crop' || clip.fit === 'cover';
  return (
    opaque && whole && !('crop' in asset) && !('chromaKey' in asset) && REVEALING.every(key => clip[key] === undefined)
  );
}

function isWithin(inner: { start: number; end: number } | null, outer: { start: number; end: number }): boolean {
  return inner !== null && inner.start >= outer.start && inner.end <= outer.end;
}
