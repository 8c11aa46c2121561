import { ArgumentsFailure, type Issue } from '../base/failure.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { shorten } from '../base/text.ts';
import { locateDefinitions, parsedText } from './locate.ts';
import { isTooDeep } from './path.ts';

/** A definition without its wrapping. */
export interface Unwrapped {
  /** The very object that was given: `timeline`, `output`, and its other keys. */
  definition: JsonObject;
  /** The name beside it. */
  name?: string;
}

/**
 * Finds the definition in a bare edit `{timeline, output, …}`, in `{name, template}`, or in Shotstack's answer to
 * `GET /templates/{id}` (`{success, message, response: {id, name, template}}`). Nothing is copied or changed. A
 * definition that is wrapped in anything else is not taken out, since it becomes the user's whole template; the issue
 * says where it is.
 *
 * @param given any JSON value: an argument, or what a file holds
 * @param argument in which the whole value is given; issues of its parts have paths that start at `template`
 * @throws ArgumentsFailure `invalid_template`
 */
export function unwrapDefinition(given: unknown, argument: string): Unwrapped {
  const unwrapped = definitionIn(given);
  if (!Array.isArray(unwrapped)) return unwrapped;
  const issues = unwrapped.map(issue => (issue.path === 'template' ? { ...issue, path: argument } : issue));
  throw new ArgumentsFailure('invalid_template', { issues });
}

function definitionIn(given: unknown): Unwrapped | Issue[] {
  if (isTooDeep(given)) {
    return [{ path: 'template', message: 'It is nested more than 100 levels deep, which no definition is.' }];
  }
  if (!isObject(given)) return [wrapped(given) ?? notAnObject(given)];
  let holder: JsonObject = given;
  let path = 'template';
  if (isObject(holder.response) && !('timeline' in holder)) {
    holder = holder.response;
    path += '.response';
  }
  const name = typeof holder.name === 'string' && holder.name !== '' ? { name: holder.name } : {};
  if (isObject(holder.template) && !('timeline' in holder)) {
    holder = holder.template;
    path += '.template';
  }
  const lacking = ['timeline', 'output'].filter(part => !isObject(holder[part]));
  if (lacking.length === 0) return { definition: holder, ...name };
  const issue = wrapped(given) ?? known(holder, path);
  return issue ? [issue] : lacking.map(part => missing(holder, part, path, given));
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
    received: isObject(given) ? keysOf(given) : shorten(given),
    suggestion: first.path,
  };
}

/** Another thing that Shotstack has, or a part of a definition. */
function known(holder: JsonObject, path: string): Issue | null {
  const issue = (message: string): Issue => ({ path, message, received: keysOf(holder) });
  if (typeof holder.id === 'string' && Array.isArray(holder.merge) && !('timeline' in holder)) {
    return issue(
      'This is the body of a render of a template, {id, merge}, not a definition. An update needs the whole edit, {timeline, output}; the id belongs into template_id.',
    );
  }
  if (Array.isArray(holder.tracks)) {
    return issue('This is a timeline alone. A definition is {"timeline": {"tracks": …}, "output": …}.');
  }
  if (Array.isArray(holder.clips)) {
    return issue('This is a track alone. A definition is {"timeline": {"tracks": [{"clips": …}]}, "output": …}.');
  }
  return null;
}

function missing(holder: JsonObject, part: string, path: string, given: JsonObject): Issue {
  const value = holder[part];
  const issue = (message: string, received: unknown = keysOf(holder)): Issue => ({
    path: `${path}.${part}`,
    message,
    received,
  });
  if (typeof value === 'string' && isObject(parsedText(value))) {
    return issue(`${part} is JSON in quotes: give the object itself.`, 'string');
  }
  if (value !== undefined) return issue(`${part} must be an object.`, typeof value);
  return issue(
    holder !== given && isObject(given[part])
      ? `${part} is beside template: move it into template, and whatever else belongs to the edit, such as merge.`
      : `A definition needs ${part}. Give the whole edit: whatever it leaves out is gone after the update.`,
  );
}

const keysOf = (object: JsonObject): unknown[] => Object.keys(object).slice(0, 20).map(shorten);

const notAnObject = (given: unknown): Issue => ({
  path: 'template',
  message: 'A definition is a JSON object, {timeline, output}.',
  received: shorten(given),
});
