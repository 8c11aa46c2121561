import { shorten } from '../../base/text.ts';
import { objectsIn, stringOrEmpty } from '../clips.ts';
import type { PreparedDefinition } from '../prepared-definition.ts';
import { nearWord, sameWord } from '../suggestions/spelling.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

export const misspeltMergeFields: Rule = {
  name: 'misspelt-merge-fields',
  finds: 'an unused merge field whose name is almost that of a placeholder',
  source: `${AGENT_CORE}, "Merge fields": case-sensitive, find is the name without braces`,
  find(subject) {
    const message =
      'Nothing uses this merge field, but a placeholder has almost its name. Names are case-sensitive, and find has no braces.';
    return unusedEntries(subject).flatMap(({ find, index, meant }) =>
      meant === null ? [] : [{ path: `merge[${index}].find`, message, received: shorten(find), suggestion: meant }],
    );
  },
};

/** An entry of `merge` that nothing uses, and the placeholder without an entry that it was probably meant for. */
export interface UnusedEntry {
  find: string;
  /** `find` without braces. */
  name: string;
  replace: unknown;
  index: number;
  meant: string | null;
}

/** The unused entries of `merge`. Published examples have some; only a misspelt one does harm. */
export function unusedEntries({ given, fields }: PreparedDefinition): UnusedEntry[] {
  const entries = objectsIn(given.merge).map(({ item, index }) => {
    return { find: stringOrEmpty(item.find), replace: item.replace, index };
  });
  const lacking = fields.filter(name => entries.every(({ find }) => find !== name));
  return entries
    .filter(({ find }) => !fields.includes(find))
    .map(entry => {
      const name = entry.find.replace(/[{}]/g, '').trim();
      return { ...entry, name, meant: sameWord(name, lacking) ?? nearWord(name, lacking) };
    });
}
