import { API, eachClip, type Rule } from './rule.ts';

export const emptyClips: Rule = {
  name: 'empty-clips',
  finds: 'a clip with a length of 0',
  source: `${API}/clip.yaml, "length": how long the clip plays`,
  find: eachClip(({ clip: { length }, path }) =>
    length === 0 || length === '0'
      ? { path: `${path}.length`, message: 'A clip with a length of 0 is never shown.', received: length }
      : null,
  ),
};
