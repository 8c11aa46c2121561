import { API, type Rule } from './rule.ts';

export const emptyClips: Rule = {
  name: 'empty-clips',
  source: `${API}/clip.yaml, "length": how long the clip plays`,
  find({ clips }) {
    return clips.flatMap(({ clip, path }) =>
      clip.length === 0 || clip.length === '0'
        ? [{ path: `${path}.length`, message: 'A clip with a length of 0 is never shown.', received: clip.length }]
        : [],
    );
  },
};
