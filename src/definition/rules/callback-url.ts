import { shorten } from '../../base/text.ts';
import { urlRefusal } from '../../net/public-url.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { API, type Rule } from './rule.ts';
import { withoutCredentials } from './unreachable-sources.ts';

export const callbackUrl: Rule = {
  name: 'callback-url',
  finds: 'a callback that Shotstack cannot call',
  source: `${API}/edit.yaml, "callback": a URL that Shotstack calls; shotstack.io/docs/guide/architecting-an-application/webhooks`,
  find({ filled }) {
    const { callback } = filled;
    if (typeof callback !== 'string' || callback === '' || hasPlaceholder(callback)) return [];
    const reason = urlRefusal(withoutCredentials(callback));
    if (reason === null) return [];
    const message = `Shotstack cannot call this. ${reason} Give a public https URL.`;
    return [{ path: 'callback', message, received: shorten(callback) }];
  },
};
