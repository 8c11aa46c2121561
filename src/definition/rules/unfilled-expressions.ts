import { shorten } from '../../base/text.ts';
import { objectsIn, stringOrEmpty } from '../clips.ts';
import { fieldsIn } from '../placeholders.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

export const unfilledExpressions: Rule = {
  name: 'unfilled-expressions',
  finds: 'an expression of n8n, Make, Zapier or Pipedream, or a word such as undefined, in place of a value',
  source: `${AGENT_CORE}, "Merge fields": a dumb string swap, no expressions; the forms are those of n8n, Make, Zapier and Pipedream`,
  find({ given, fields, bracketed, clips }) {
    const known = new Set(objectsIn(given.merge).map(({ item }) => stringOrEmpty(item.find)));
    const unfilled = new Set(fields.filter(name => isExpression(name) && !known.has(name)));
    const empty = clips.flatMap(({ asset, path }) =>
      ['text', 'html'].flatMap(key => {
        const text = asset[key];
        if (typeof text !== 'string' || !NO_VALUE.test(text)) return [];
        const message = 'This is what a program writes for a value that it does not have. Put the value here.';
        return [{ path: `${path}.asset.${key}`, message, received: text }];
      }),
    );
    const unread = bracketed.flatMap(({ path, text }) => {
      const formula = /^=\s*\{\{/.test(text);
      if (!formula && !fieldsIn([text]).some(name => unfilled.has(name))) return [];
      const message =
        'This is an expression of a workflow tool that was not filled in. Put its value here, or a merge field such as {{ NAME }}.';
      return [{ path, message, received: shorten(text) }];
    });
    return [...unread, ...empty];
  },
};

const NO_VALUE = /^\s*(undefined|null|NaN|\[object Object\])\s*$/;

/** Whether a placeholder is what a workflow tool would have filled in: `$json.x`, `1.url`, `steps.trigger.event.x`. */
export const isExpression = (name: string): boolean =>
  /^\$(json|node|input|items|now|today|vars|env|workflow|execution|binary)\b/.test(name) ||
  /^\d+\.\s*\S/.test(name) ||
  /^\d+__\w/.test(name) ||
  /^(steps|trigger|inputs|bundle|vars|env)[.[]/.test(name);
