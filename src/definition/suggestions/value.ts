import { isObject } from '../../base/json.ts';
import { isTooDeep } from '../path.ts';
import { type Advice, put, type UnfitValue } from './advice.ts';
import { asList, asObject, asOnlyEntry } from './object.ts';
import { suggestOtherKey } from './other-key.ts';
import { suggestForScalar } from './scalar.ts';

/** Suggests a correction of an invalid value; null where none is known. */
export function suggestForValue(unfit: UnfitValue): Advice | null {
  const { value, fit } = unfit;
  const listed = fit.takesList && !Array.isArray(value);
  const object = Object.keys(fit.shape).length > 0 && !isObject(value);
  return (
    fromJsonText(unfit, listed || object) ??
    (listed ? asList(unfit) : null) ??
    (object ? asObject(unfit) : null) ??
    suggestOtherKey(unfit) ??
    suggestForScalar(unfit) ??
    asOnlyEntry(unfit)
  );
}

function fromJsonText({ value, fit }: UnfitValue, wanted: boolean): Advice | null {
  if (!wanted || typeof value !== 'string' || !/^\s*[[{]/.test(value)) return null;
  try {
    const json: unknown = JSON.parse(value);
    if (isTooDeep(json)) return null;
    const fits = Array.isArray(json) ? fit.takesList : Object.keys(fit.shape).length > 0;
    return fits ? put(json, 'It is JSON in quotes: give it without them.') : null;
  } catch {
    return null;
  }
}
