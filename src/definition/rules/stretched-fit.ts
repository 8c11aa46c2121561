import { AGENT_CORE, eachClip, type Rule } from './rule.ts';

export const stretchedFit: Rule = {
  name: 'stretched-fit',
  finds: 'fit "cover" in a box of its own, which stretches',
  source: `${AGENT_CORE}, "Before composing JSON": fit`,
  find: eachClip(({ clip: { fit, width, height }, path }) => {
    // Only a box of its own shows that a shape was meant; over the whole frame `cover` is used on purpose, too.
    if (fit !== 'cover' || width === undefined || height === undefined) return null;
    const message = 'Unlike in CSS, cover stretches the picture out of shape; crop fills the box and keeps the shape.';
    const allowed = ['crop', 'contain', 'cover', 'none'];
    return { path: `${path}.fit`, message, received: 'cover', allowed, suggestion: 'crop' };
  }),
};
