import { isObject } from '../../base/json.ts';
import { stringOrEmpty } from '../clips.ts';
import { API, eachClip, type Rule } from './rule.ts';

/** The object that each shape needs, which has its name. */
const SHAPES = ['rectangle', 'circle', 'line'];

export const shapeParts: Rule = {
  name: 'shape-parts',
  finds: 'a shape without its measures or its colour',
  source: `${API}/shapeasset.yaml: "required when shape is set to"; help.shotstack.io, "rendering failures": a shape must have a valid fill colour`,
  find: eachClip(({ asset, type, path }) => {
    if (type !== 'shape') return null;
    const shape = stringOrEmpty(asset.shape);
    const measured = !SHAPES.includes(shape) || isObject(asset[shape]);
    const filled = isObject(asset.fill) && asset.fill.color !== undefined;
    const colour = 'A shape needs a colour: fill: {"color": "#ff8800"}.';
    return [
      ...(measured ? [] : [{ path: `${path}.asset`, message: `A ${shape} needs its measures, in ${shape}: {…}.` }]),
      ...(filled ? [] : [{ path: `${path}.asset.fill`, message: colour }]),
    ];
  }),
};
