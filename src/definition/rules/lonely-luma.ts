import { isTimed, type PlacedClip } from '../clips.ts';
import { API, type Rule } from './rule.ts';

export const lonelyLuma: Rule = {
  name: 'lonely-luma',
  finds: 'a luma mask without a clip to mask',
  source: `${API}/lumaasset.yaml: a matte between other assets; shotstack.io/docs/guide/architecting-an-application/masks-and-luma-mattes`,
  find({ clips }) {
    const message = 'A luma masks the clip that plays on the same track at the same time, and there is none.';
    const isMasked = (luma: PlacedClip): boolean =>
      clips.some(other => other.type !== 'luma' && other.track === luma.track && mayMeet(other, luma));
    return clips.filter(clip => clip.type === 'luma' && !isMasked(clip)).map(({ path }) => ({ path, message }));
  },
};

/** Whether two clips play at the same time; true where their times are not known. */
const mayMeet = (one: PlacedClip, other: PlacedClip): boolean =>
  !isTimed(one) || !isTimed(other) || (one.start < other.end && other.start < one.end);
