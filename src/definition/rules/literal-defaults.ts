import { shorten } from '../../base/text.ts';
import { textsIn } from '../path.ts';
import { unusedEntries } from './misspelt-merge-fields.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

/** Shorter defaults occur in a definition by chance. */
const SHORTEST = 5;

export const literalDefaults: Rule = {
  name: 'literal-defaults',
  finds: 'a text that is the default of an unused merge field: the placeholder was probably meant',
  source: `${AGENT_CORE}, "Merge fields": every {{TOKEN}} is swapped for its value, and nothing else is`,
  find(subject) {
    const { timeline } = subject.given;
    const fields = new Map<string, string>();
    for (const { name, replace, meant } of unusedEntries(subject)) {
      const telling = typeof replace === 'string' && replace.length >= SHORTEST && meant === null;
      if (telling && !fields.has(replace)) fields.set(replace, name);
    }
    if (fields.size === 0 || typeof timeline !== 'object' || timeline === null) return [];
    const message =
      'This is the default of a merge field that nothing uses: write the placeholder instead, or every render shows the same.';
    return textsIn({ timeline }, text => fields.has(text)).map(({ path, text }) => {
      return { path, message, received: shorten(text), suggestion: `{{ ${fields.get(text)} }}` };
    });
  },
};
