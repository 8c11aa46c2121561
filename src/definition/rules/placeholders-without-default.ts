import { shorten } from '../../base/text.ts';
import { objectsIn } from '../clips.ts';
import { unusedEntries } from './misspelt-merge-fields.ts';
import { AGENT_CORE, type Rule } from './rule.ts';
import { isExpression } from './unfilled-expressions.ts';

export const placeholdersWithoutDefault: Rule = {
  name: 'placeholders-without-default',
  finds: 'a placeholder that merge gives no value',
  source: `${AGENT_CORE}, "Merge fields"`,
  find(subject) {
    const { given, fields } = subject;
    // Without a merge list the values come with each render.
    if (!Array.isArray(given.merge)) return [];
    const known = new Set<unknown>(objectsIn(given.merge).map(({ item }) => item.find));
    for (const { meant } of unusedEntries(subject)) known.add(meant);
    const message =
      'A placeholder has no default here; unless each render gives its value, it is shown as it is written.';
    return fields
      .filter(name => !known.has(name) && !isExpression(name) && !name.includes('|'))
      .map(name => ({ path: 'merge', message, received: shorten(`{{ ${name} }}`) }));
  },
};
