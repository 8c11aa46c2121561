import type { Issue } from '../../base/failure.ts';
import { shorten } from '../../base/text.ts';
import { objectsIn, textOf } from '../clips.ts';
import { nearWord, sameWord } from '../meaning/spelling.ts';
import { textsIn } from '../placeholders.ts';
import type { Subject } from '../subject.ts';
import { AGENT_CORE, type Rule } from './rule.ts';
import { isExpression } from './unfilled-expressions.ts';

const SOURCE = `${AGENT_CORE}, "Merge fields"`;

export const placeholdersWithoutDefault: Rule = {
  name: 'placeholders-without-default',
  source: SOURCE,
  find({ given, fields }) {
    // Without a merge list the values come with each render.
    if (!Array.isArray(given.merge)) return [];
    const known = new Set(objectsIn(given.merge).map(({ item }) => item.find));
    return fields
      .filter(name => !known.has(name) && !isExpression(name) && !name.includes('|'))
      .map(name => ({
        path: 'merge',
        message: 'A placeholder has no default here; unless each render gives its value, it shows as it stands.',
        received: shorten(`{{ ${name} }}`),
      }));
  },
};

export const misspeltMergeFields: Rule = {
  name: 'misspelt-merge-fields',
  source: SOURCE,
  find(subject) {
    // An entry that nothing uses does no harm, and published examples have some; one that was meant for a placeholder does.
    const entries = objectsIn(subject.given.merge).map(({ item, index }) => ({
      ...item,
      find: textOf(item.find),
      index,
    }));
    const unused = entries.filter(({ find }) => !subject.fields.includes(find));
    const lacking = subject.fields.filter(name => entries.every(({ find }) => find !== name));
    const literals = new Set<string>();
    return unused.flatMap(entry => {
      const bare = entry.find.replace(/[{}]/g, '').trim();
      const meant = sameWord(bare, lacking) ?? nearWord(bare, lacking);
      if (meant === null) {
        const found = literal(entry, subject).filter(({ path }) => !literals.has(path));
        for (const { path } of found) literals.add(path);
        return found;
      }
      return [
        {
          path: `merge[${entry.index}].find`,
          message:
            'Nothing uses this merge field, but a placeholder has almost its name. Names are case-sensitive and stand without braces here.',
          received: shorten(entry.find),
          suggestion: meant,
        },
      ];
    });
  },
};

/** Shorter defaults stand in a definition by chance. */
const SHORTEST = 5;

/** An entry that nothing uses, while a clip holds its default in place of the placeholder. */
function literal({ find, replace }: { find: string; replace?: unknown }, { given }: Subject): Issue[] {
  if (typeof replace !== 'string' || replace.length < SHORTEST) return [];
  const [there] = textsIn({ timeline: given.timeline }, text => text === replace);
  if (!there) return [];
  return [
    {
      path: there.path,
      message: `Here stands the default of the merge field ${find}, which nothing uses: write the placeholder, or each render shows the same.`,
      received: shorten(replace),
      suggestion: `{{ ${find} }}`,
    },
  ];
}
