import { isObject } from '../../base/json.ts';
import { CAPTION_GUIDE, eachClip, type Rule } from './rule.ts';

export const fullFrameCaptions: Rule = {
  name: 'full-frame-captions',
  finds: 'a caption with a background and without a size, which hides all below it',
  source: `${CAPTION_GUIDE}, "Required clip-level dimensions"`,
  find: eachClip(({ clip, asset: { background }, type, path }) => {
    const covers = isObject(background) && typeof background.color === 'string' && background.opacity !== 0;
    if (type !== 'rich-caption' || !covers || (clip.width !== undefined && clip.height !== undefined)) return null;
    const message =
      'Without width and height this caption fills the frame, and its background hides all below. Give it both, with fit "none".';
    return { path, message };
  }),
};
