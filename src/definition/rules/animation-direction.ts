import { isObject } from '../../base/json.ts';
import { textOf } from '../clips.ts';
import { type Rule, SKILL } from './rule.ts';

const DIRECTED = ['slideIn', 'ascend', 'shift', 'movingLetters'];

export const animationDirection: Rule = {
  name: 'animation-direction',
  source: `${SKILL}/references/motion.md, "Layer 2": direction is required for slideIn, ascend, shift and movingLetters`,
  find({ clips }) {
    return clips.flatMap(({ asset, type, path }) => {
      const { animation } = asset;
      if (type !== 'rich-text' || !isObject(animation)) return [];
      if (!DIRECTED.includes(textOf(animation.preset)) || animation.direction !== undefined) return [];
      return [
        {
          path: `${path}.asset.animation`,
          message: `${animation.preset} needs a direction: left, right, up or down.`,
          allowed: ['left', 'right', 'up', 'down'],
        },
      ];
    });
  },
};
