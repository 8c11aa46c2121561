import ipaddr from 'ipaddr.js';

/**
 * Whether the gateway can be asked to call a URL: https, and not plainly a private place. Names are taken at their
 * word; only literals are judged.
 *
 * @returns null when it can, else a sentence on why not
 */
export function refuseUrl(given: string): string | null {
  if (!URL.canParse(given)) return 'It is not a URL.';
  const url = new URL(given);
  if (url.protocol !== 'https:') return `It is ${url.protocol.slice(0, 20)}, not https:.`;
  if (url.username || url.password) return 'It carries a user name or password.';
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return 'It leads to this computer.';
  if (!ipaddr.isValid(host)) return null;
  const range = ipaddr.process(host).range();
  return range === 'unicast' ? null : `Its address is not public (${range}).`;
}
