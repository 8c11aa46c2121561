import ipaddr from 'ipaddr.js';
import { addressRefusal } from './address.ts';
import type { Resolve } from './resolve.ts';

/** What is known of a URL once its name has been looked up. */
export interface Verdict {
  /** A sentence on why the URL does not lead to a public place; null when it does, as far as is known. */
  refusal: string | null;
  /** False when its name had no answer, so that nothing is known of where it leads. */
  resolved: boolean;
}

/** Names that are not for the public Internet (RFC 6761, 6762, 8375; `internal` is ICANN's). */
const PRIVATE_NAMES = ['localhost', 'local', 'internal', 'home.arpa'];

/** Judges a URL as `urlRefusal` does, and every address that its name leads to. */
export async function judgeUrl(given: string, resolve: Resolve): Promise<Verdict> {
  const refusal = urlRefusal(given);
  if (refusal !== null) return { refusal, resolved: false };
  const host = hostOf(new URL(given));
  if (ipaddr.isValid(host)) return { refusal: null, resolved: true };
  const addresses = await resolve(host);
  const refused = addresses.map(addressRefusal).find(reason => reason !== null) ?? null;
  return { refusal: refused, resolved: addresses.length > 0 };
}

/**
 * Whether a URL can be called from outside, by the URL alone: https, a usual port, no user name, and not
 * a private place. Names are not resolved; addresses are judged.
 *
 * @returns null when it can, else a sentence on why not
 */
export function urlRefusal(given: string): string | null {
  // URL forgives these, and others read them differently.
  if (/[\s\\\p{Cc}]/u.test(given)) return 'It holds a space, a control character or a backslash.';
  if (!URL.canParse(given)) return 'It is not a URL.';
  const url = new URL(given);
  if (url.protocol !== 'https:') return 'It is not https.';
  if (url.username || url.password) return 'It carries a user name or password.';
  if (url.port !== '' && Number(url.port) < 1024) return 'Its port is neither 443 nor 1024 or above.';
  return refuseHost(hostOf(url));
}

function refuseHost(host: string): string | null {
  if (ipaddr.isValid(host)) return addressRefusal(host);
  const labels = host.split('.');
  if (labels.includes('')) return 'Its name is not a host’s name.';
  if (PRIVATE_NAMES.some(name => host === name || host.endsWith(`.${name}`)))
    return 'Its name is one that only this computer or its own network knows.';
  if (labels.length === 1) return 'Its name has no dot, so that only a private network knows it.';
  return null;
}

/** The host as it is judged: an address without brackets, a name without the root's dot. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
}
