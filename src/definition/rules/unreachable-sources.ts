import { shorten } from '../../base/text.ts';
import { urlRefusal } from '../../net/public-url.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { AGENT_CORE, eachFile, type Rule } from './rule.ts';

export const unreachableSources: Rule = {
  name: 'unreachable-sources',
  finds: 'a source that Shotstack cannot fetch',
  source: `${AGENT_CORE}, "Public HTTPS URLs only"; user names are allowed: shotstack/oas-api-definition, "or include credentials"`,
  find: eachFile(({ path, src }) => {
    if (hasPlaceholder(src)) return null;
    const [trimmed, received] = [src.trim(), shorten(src)];
    const reason = /^data:/i.test(src) ? 'It is a data: URI.' : urlRefusal(withoutCredentials(trimmed));
    if (reason !== null) {
      return { path, message: `Shotstack cannot fetch this. ${reason} Give a public https URL.`, received };
    }
    const message = 'There is a blank before or behind this URL.';
    return trimmed === src ? null : { path, message, received, suggestion: trimmed };
  }),
};

/** A URL without the user name and password that it may hold. */
export const withoutCredentials = (src: string): string => src.replace(/^(https:\/\/)[^/?#@\s]*@/i, '$1');
