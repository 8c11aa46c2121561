import { assetFor, REFUSED, TAKEN } from '../facts/file-types.ts';
import { entryOf } from '../meaning/table.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

export const fileTypes: Rule = {
  name: 'file-types',
  source: `${AGENT_CORE}, "Asset types"`,
  find({ files }) {
    return files.flatMap(({ path, src, use }) => {
      const extension = extensionOf(src);
      if (extension === null || !entryOf(REFUSED, use)?.includes(extension)) return [];
      const asset = assetFor(extension);
      const cure = asset === null || asset === use || use === 'font' ? '' : ` For this file the type is ${asset}.`;
      return [
        {
          path,
          message: `${articleOf(use)} takes ${entryOf(TAKEN, use)}, not .${extension}.${cure}`,
          received: src.slice(-60),
        },
      ];
    });
  },
};

/** The end of the file’s name, in lower case; null where the URL names no file. */
function extensionOf(src: string): string | null {
  if (hasPlaceholder(src)) return null;
  const [path = ''] = src.split(/[?#]/);
  return /\/[^/]*\.([a-z0-9]{2,5})\s*$/i.exec(path)?.[1]?.toLowerCase() ?? null;
}

const articleOf = (use: string): string => (/^[aeiou]/.test(use) ? `An ${use}` : `A ${use}`);
