import type { Issue } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { shorten } from '../base/text.ts';
import { isTooDeep } from './depth.ts';
import { locateDefinitions, parsedText } from './locate.ts';

/** A definition taken out of whatever it came in. */
export interface Unwrapped {
  /** The edit itself, the very object that was given: `timeline`, `output`, and what else it holds. */
  definition: JsonObject;
  /** The name that stood beside it. */
  name: string | null;
}

/**
 * Finds the definition in a bare edit `{timeline, output, …}`, in `{name, template}`, or in Shotstack's answer to
 * `GET /templates/{id}` (`{success, message, response: {id, name, template}}`). Nothing is copied or changed. A
 * definition that is wrapped in anything else is not taken out, since it becomes the user's whole template; the issue
 * says where it is.
 *
 * @param given any JSON value: an argument, or what a file holds
 * @returns the definition, or what is wrong with it, with paths that start at `template`
 */
export function unwrapTemplate(given: unknown): Unwrapped | { issues: Issue[] } {
  if (isTooDeep(given)) {
    return {
      issues: [{ path: 'template', message: 'It is nested more than 100 levels deep, which no definition is.' }],
    };
  }
  if (!isObject(given)) return { issues: [wrapped(given) ?? notAnObject(given)] };
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
  const lacking = ['timeline', 'output'].filter(part => !isObject(holder[part]));
  if (lacking.length === 0) return { definition: holder, name };
  const issue = wrapped(given) ?? known(holder, path);
  return { issues: issue ? [issue] : lacking.map(part => missing(holder, part, path, given)) };
}

/** Where the definition is, when it is wrapped in something that is not Shotstack’s. */
function wrapped(given: unknown): Issue | null {
  const found = locateDefinitions(given);
  const [first] = found;
  if (!first) return null;
  if (found.length > 1) {
    const message = `${found.length} definitions are in it, at the paths in allowed: pass the one that is meant, by itself.`;
    return { path: 'template', message, allowed: found.map(({ path }) => path) };
  }
  // A key with anything else in it is data to be shown, and is no part of a sentence.
  const plain = /^[\w.[\]]{1,100}$/.test(first.path);
  const [where, pointer] = plain ? [first.path, ` at the pointer ${first.pointer}`] : ['the path in suggestion', ''];
  const text = first.inText ? ', as JSON in quotes (pass the object, without the quotes)' : '';
  return {
    path: first.path.startsWith('[') ? `template${first.path}` : `template.${first.path}`,
    message: `A definition is at ${where}${text}: pass that part itself as template. With template_path, save the part${pointer} as a file of its own.`,
    received: isObject(given) ? Object.keys(given).slice(0, 20).map(shorten) : shorten(given),
    suggestion: first.path,
  };
}

/** What else is sent to Shotstack, or is a part of a definition. */
function known(holder: JsonObject, path: string): Issue | null {
  const received = Object.keys(holder).slice(0, 20).map(shorten);
  if (typeof holder.id === 'string' && Array.isArray(holder.merge) && !('timeline' in holder)) {
    const message =
      'This is the body of a render of a template, {id, merge}, not a definition. An update needs the whole edit, {timeline, output}; the id belongs into template_id.';
    return { path, message, received };
  }
  if (Array.isArray(holder.tracks)) {
    return {
      path,
      message: 'This is a timeline alone. A definition is {"timeline": {"tracks": …}, "output": …}.',
      received,
    };
  }
  if (Array.isArray(holder.clips)) {
    return {
      path,
      message: 'This is a track alone. A definition is {"timeline": {"tracks": [{"clips": …}]}, "output": …}.',
      received,
    };
  }
  return null;
}

function missing(holder: JsonObject, part: string, path: string, given: JsonObject): Issue {
  const value = holder[part];
  if (value === undefined && holder !== given && isObject(given[part])) {
    const message = `${part} is beside template: move it into template, and whatever else belongs to the edit, such as merge.`;
    return { path: `${path}.${part}`, message, received: Object.keys(holder).slice(0, 20).map(shorten) };
  }
  if (typeof value === 'string' && isObject(parsedText(value))) {
    return {
      path: `${path}.${part}`,
      message: `${part} is JSON in quotes: give the object itself.`,
      received: 'string',
    };
  }
  return {
    path: `${path}.${part}`,
    message:
      part in holder
        ? `${part} must be an object.`
        : `A definition needs ${part}. Give the whole edit: whatever it leaves out is gone after the update.`,
    received: value === undefined ? Object.keys(holder).slice(0, 20).map(shorten) : typeof value,
  };
}

const notAnObject = (given: unknown): Issue => ({
  path: 'template',
  message: 'A definition is a JSON object, {timeline, output}.',
  received: shorten(given),
});
