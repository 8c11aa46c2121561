import type { Issue } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { shorten } from '../base/text.ts';
import { isTooDeep } from './depth.ts';

/** A definition taken out of whatever it came in. */
export interface Unwrapped {
  /** The edit itself, the very object that was given: `timeline`, `output`, and what else it holds. */
  definition: JsonObject;
  /** The name that stood beside it. */
  name: string | null;
}

/**
 * Finds the definition in a bare edit `{timeline, output, …}`, in `{name, template}`, or in Shotstack's answer to
 * `GET /templates/{id}` (`{success, message, response: {id, name, template}}`). Nothing is copied or changed.
 *
 * @returns the definition, or what is wrong with it, with paths that start at `template`
 */
export function unwrapTemplate(given: JsonObject): Unwrapped | { issues: Issue[] } {
  if (isTooDeep(given)) {
    return {
      issues: [{ path: 'template', message: 'It is nested more than 100 levels deep, which no definition is.' }],
    };
  }
  let holder: JsonObject = given;
  let path = 'template';
  if (isObject(holder.response) && !('timeline' in holder)) {
    holder = holder.response;
    path += '.response';
  }
  const name = typeof holder.name === 'string' && holder.name !== '' ? holder.name : null;
  if (isObject(holder.template) && !('timeline' in holder)) {
    holder = holder.template;
    path += '.template';
  }
  const issues = ['timeline', 'output']
    .filter(part => !isObject(holder[part]))
    .map(part => missing(holder, part, path));
  return issues.length > 0 ? { issues } : { definition: holder, name };
}

function missing(holder: JsonObject, part: string, path: string): Issue {
  return {
    path: `${path}.${part}`,
    message:
      part in holder
        ? `${part} must be an object.`
        : `A definition needs ${part}. Give the whole edit: whatever it leaves out is gone after the update.`,
    received: holder[part] === undefined ? Object.keys(holder).slice(0, 20).map(shorten) : typeof holder[part],
  };
}
