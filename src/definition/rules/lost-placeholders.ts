import type { Issue } from '../../base/failure.ts';
import { shorten } from '../../base/text.ts';
import { objectsIn, stringOrEmpty } from '../clips.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

/** Texts in which braces are nothing special. */
const CODE = new Set(['html', 'css', 'js']);

export const lostPlaceholders: Rule = {
  name: 'lost-placeholders',
  finds: 'a placeholder with one brace, other delimiters, a filter, or no end',
  source: `${AGENT_CORE}, "Merge fields": {{NAME}}, the delimiter cannot be changed, no filters`,
  find({ given, bracketed }) {
    const names = new Set(objectsIn(given.merge).map(({ item }) => stringOrEmpty(item.find)));
    return bracketed.flatMap(({ path, text, holder, key }) => {
      const markup = CODE.has(key) || (key === 'src' && Reflect.get(holder, 'type') === 'svg');
      return markup ? [] : judge(text, path, names);
    });
  },
};

function judge(text: string, path: string, names: ReadonlySet<string>): Issue[] {
  const issue = (message: string, suggestion?: string): Issue[] => [
    { path, message, received: shorten(text), suggestion },
  ];
  const [filtered, name] = /\{\{\s*([\w-]+)\s*\|[^{}]*\}\}/.exec(text) ?? [];
  if (filtered !== undefined) {
    const message =
      'A placeholder is only a name; a filter or default after it is not supported. Defaults go into merge.';
    return issue(message, text.replace(filtered, `{{ ${name} }}`));
  }
  for (const [other, right] of text.matchAll(OTHER_FORMS)) {
    const [known = ''] = /\w(.*\w)?/s.exec(other) ?? [];
    if (right !== undefined || !names.has(known)) continue;
    const message = 'This is a merge field’s name, but a placeholder has two braces on each side.';
    return issue(message, text.replace(other, `{{ ${known} }}`));
  }
  const [opened, closed] = ['{{', '}}'].map(braces => text.split(braces).length) as [number, number];
  if (opened === closed || LIKE_CODE.test(text)) return [];
  if (closed > opened) return issue('There is a }} that no {{ opens.');
  const [half, rest = ''] = /\{\{([\w\s]+)\}?$/.exec(text) ?? [];
  const begun = rest.trim();
  const message = 'A placeholder is opened with {{ and not closed with }}.';
  return half === undefined || begun === '' ? issue(message) : issue(message, text.replace(half, `{{ ${begun} }}`));
}

/** Braces of another kind: a script, markup, JSON. */
const LIKE_CODE = /[;<>]|":/;

/** `{NAME}`, `[[NAME]]`, `${NAME}`, `%NAME%` and `<NAME>`; the group is filled where it is a placeholder after all. */
const OTHER_FORMS = /(\{\{[^{}]*\}\})|\[\[[\w\s-]+\]\]|\$?(?<!\{)\{[\w\s-]+\}(?!\})|%[\w-]+%|<[\w-]+>/g;
