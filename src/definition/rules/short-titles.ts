import type { Rule } from './rule.ts';

const TEXTS = new Set(['text', 'title', 'rich-text']);
/** Source: the guide that the rule names. */
const AUTO_SECONDS = 3;
/** A text that is there for less than this part of the video was hardly meant to be. */
const SHORT_PART = 1 / 3;

export const shortTitles: Rule = {
  name: 'short-titles',
  finds: 'a text with length "auto" in a longer video',
  source:
    'shotstack.io/docs/guide/architecting-an-application/smart-clips, "Automated timing": 3 s for image, title and text',
  find({ clips }) {
    const end = clips.reduce((most, clip) => Math.max(most, clip.end ?? 0), 0);
    // A chain of titles is meant; so is one that others follow on its track.
    const counts = new Map<number, number>();
    for (const { track } of clips) counts.set(track, (counts.get(track) ?? 0) + 1);
    return clips.flatMap(({ clip, path, type, track }) => {
      if (clip.length !== 'auto' || !TEXTS.has(type) || counts.get(track) !== 1 || end * SHORT_PART <= AUTO_SECONDS)
        return [];
      const message = `"auto" is 3 s for a text, and the video lasts ${end} s. Give length "end" to show it throughout.`;
      return [{ path: `${path}.length`, message, received: 'auto', suggestion: 'end' }];
    });
  },
};
