import { AGENT_CORE, type Rule } from './rule.ts';

export const stretchedFit: Rule = {
  name: 'stretched-fit',
  source: `${AGENT_CORE}, "Before composing JSON": fit`,
  find({ clips }) {
    // Only a box of its own shows that a shape was meant; over the whole frame `cover` is used on purpose, too.
    return clips.flatMap(({ clip, path }) =>
      clip.fit === 'cover' && clip.width !== undefined && clip.height !== undefined
        ? [
            {
              path: `${path}.fit`,
              message:
                'Unlike in CSS, cover stretches the picture out of shape; crop fills the box and keeps the shape.',
              received: 'cover',
              allowed: ['crop', 'contain', 'cover', 'none'],
              suggestion: 'crop',
            },
          ]
        : [],
    );
  },
};
