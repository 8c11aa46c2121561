import type { Issue } from '../../base/failure.ts';
import { isObject } from '../../base/json.ts';
import { API, eachClip, type Rule } from './rule.ts';

export const hollowTweens: Rule = {
  name: 'hollow-tweens',
  finds: 'a tween without from and to',
  source: `${API}/tween.yaml: from and to are the values at the start and the end`,
  find: eachClip(({ clip, asset, path }) => [
    ...['opacity', 'scale', 'offset', 'transform'].flatMap(key => tweensIn(clip[key], `${path}.${key}`)),
    ...tweensIn(asset.volume, `${path}.asset.volume`),
  ]),
};

function tweensIn(value: unknown, path: string): Issue[] {
  if (Array.isArray(value)) {
    const message = 'A tween without from and to changes nothing: give the values at its start and its end.';
    return value.flatMap((tween, i) =>
      isObject(tween) && tween.from === undefined && tween.to === undefined ? [{ path: `${path}[${i}]`, message }] : [],
    );
  }
  return isObject(value) ? Object.entries(value).flatMap(([key, part]) => tweensIn(part, `${path}.${key}`)) : [];
}
