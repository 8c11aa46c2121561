import type { Issue } from '../../base/failure.ts';
import { isObject } from '../../base/json.ts';
import { API, type Rule } from './rule.ts';

export const outputSize: Rule = {
  name: 'output-size',
  finds: 'an odd size, and resolution or aspectRatio beside a custom size',
  source: `${API}/size.yaml: omit resolution and aspectRatio beside a custom size, which must be divisible by 2`,
  find({ filled }) {
    const { output } = filled;
    if (!isObject(output) || !isObject(output.size)) return [];
    const { size } = output;
    const odd = ['width', 'height'].flatMap((side): Issue[] => {
      const value = size[side];
      if (typeof value !== 'number' || value % 2 === 0) return [];
      const message = `An odd ${side} is not encoded: it must be divisible by 2.`;
      return [{ path: `output.size.${side}`, message, received: value, suggestion: String(value + 1) }];
    });
    const beside = ['resolution', 'aspectRatio'].filter(key => output[key] !== undefined);
    if (beside.length === 0) return odd;
    const message = `Leave out ${beside.join(' and ')}: a custom size replaces it.`;
    return [...odd, { path: 'output.size', message }];
  },
};
