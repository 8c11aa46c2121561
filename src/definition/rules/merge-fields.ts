import { didYouMean } from '../../base/did-you-mean.ts';
import { shorten } from '../../base/text.ts';
import { objectsIn, placeholdersOf, textOf } from '../clips.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

const SOURCE = `${AGENT_CORE}, "Merge fields"`;

export const placeholdersWithoutDefault: Rule = {
  name: 'placeholders-without-default',
  source: SOURCE,
  find(edit) {
    // Without a merge list the values come with each render.
    if (!Array.isArray(edit.merge)) return [];
    const known = new Set(objectsIn(edit.merge).map(({ item }) => item.find));
    return placeholdersOf(edit)
      .filter(name => !known.has(name))
      .map(name => ({
        path: 'merge',
        message: 'A placeholder has no default here; unless each render gives its value, it shows as it stands.',
        received: `{{ ${name} }}`,
      }));
  },
};

export const misspeltMergeFields: Rule = {
  name: 'misspelt-merge-fields',
  source: SOURCE,
  find(edit) {
    // An entry that nothing uses does no harm, and published examples have some; one that was meant for a placeholder does.
    const known = objectsIn(edit.merge).map(({ item }) => textOf(item.find));
    const used = placeholdersOf(edit);
    const lacking = used.filter(name => !known.includes(name));
    return known.flatMap((find, index) => {
      const meant = used.includes(find) ? null : didYouMean(find.replace(/[{}\s]/g, ''), lacking);
      if (meant === null) return [];
      return [
        {
          path: `merge[${index}].find`,
          message:
            'Nothing uses this merge field, but a placeholder has almost its name. Names are case-sensitive and stand without braces here.',
          received: shorten(find),
          suggestion: meant,
        },
      ];
    });
  },
};
