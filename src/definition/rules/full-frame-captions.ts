import { isObject } from '../../base/json.ts';
import { CAPTION_GUIDE, type Rule } from './rule.ts';

export const fullFrameCaptions: Rule = {
  name: 'full-frame-captions',
  source: `${CAPTION_GUIDE}, "Required clip-level dimensions"`,
  find({ clips }) {
    return clips.flatMap(({ clip, asset, type, path }) => {
      const covers =
        isObject(asset.background) && typeof asset.background.color === 'string' && asset.background.opacity !== 0;
      if (type !== 'rich-caption' || !covers || (clip.width !== undefined && clip.height !== undefined)) return [];
      return [
        {
          path,
          message:
            'Without width and height this caption fills the frame, and its background hides all below. Give it both, with fit "none".',
        },
      ];
    });
  },
};
