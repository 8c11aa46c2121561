import { isObject } from '../../base/json.ts';
import { stringOrEmpty } from '../clips.ts';
import { eachClip, type Rule, SKILL } from './rule.ts';

const DIRECTED = ['slideIn', 'ascend', 'shift', 'movingLetters'];

export const animationDirection: Rule = {
  name: 'animation-direction',
  finds: 'a text animation that needs a direction and has none',
  source: `${SKILL}/references/motion.md, "Layer 2": direction is required for slideIn, ascend, shift and movingLetters`,
  find: eachClip(({ asset: { animation }, type, path }) => {
    if (type !== 'rich-text' || !isObject(animation)) return null;
    if (!DIRECTED.includes(stringOrEmpty(animation.preset)) || animation.direction !== undefined) return null;
    const message = `${animation.preset} needs a direction: left, right, up or down.`;
    return { path: `${path}.asset.animation`, message, allowed: ['left', 'right', 'up', 'down'] };
  }),
};
