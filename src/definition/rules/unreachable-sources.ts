import type { Issue } from '../../base/failure.ts';
import { shorten } from '../../base/text.ts';
import { refuseUrl } from '../../net/public-url.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { AGENT_CORE, type Rule } from './rule.ts';

export const unreachableSources: Rule = {
  name: 'unreachable-sources',
  source: `${AGENT_CORE}, "Public HTTPS URLs only"; user names are allowed: shotstack/oas-api-definition, "or include credentials"`,
  find({ files }) {
    return files.flatMap(({ path, src }) => judge(path, src));
  },
};

function judge(path: string, src: string): Issue[] {
  if (hasPlaceholder(src)) return [];
  const trimmed = src.trim();
  const reason = /^data:/i.test(src) ? 'It is a data: URI.' : refuseUrl(withoutCredentials(trimmed));
  if (reason !== null)
    return [
      { path, message: `Shotstack cannot fetch this. ${reason} Give a public https URL.`, received: shorten(src) },
    ];
  if (trimmed === src) return [];
  return [
    { path, message: 'There is a blank before or behind this URL.', received: shorten(src), suggestion: trimmed },
  ];
}

/** A URL without the user name and password that it may hold. */
const withoutCredentials = (src: string): string => src.replace(/^(https:\/\/)[^/?#@\s]*@/i, '$1');
