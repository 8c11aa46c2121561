import { isObject } from '../../base/json.ts';
import { type Advice, put, type UnfitValue } from './advice.ts';
import { inAnotherKey } from './meant-elsewhere.ts';
import { asList, asObject, asOnlyEntry } from './meant-object.ts';
import { meantScalar } from './meant-scalar.ts';

/** What was meant by a value that does not fit; null where nothing is known of it. */
export function meantValue(unfit: UnfitValue): Advice | null {
  const { value, fit } = unfit;
  const listed = fit.takesList && !Array.isArray(value);
  const object = Object.keys(fit.shape).length > 0 && !isObject(value);
  return (
    fromJsonText(unfit, listed || object) ??
    (listed ? asList(unfit) : null) ??
    (object ? asObject(unfit) : null) ??
    inAnotherKey(unfit) ??
    meantScalar(unfit) ??
    asOnlyEntry(unfit)
  );
}

function fromJsonText({ value, fit }: UnfitValue, wanted: boolean): Advice | null {
  if (!wanted || typeof value !== 'string' || !/^\s*[[{]/.test(value)) return null;
  try {
    const json: unknown = JSON.parse(value);
    const fits = Array.isArray(json) ? fit.takesList : Object.keys(fit.shape).length > 0;
    return fits ? put(json, 'It is JSON in quotes: give it without them.') : null;
  } catch {
    return null;
  }
}
