/** The proxy settings of this process. */
export interface Proxies {
  /** What https requests go through: a URL that may hold a user name and password; null for none. */
  https: string | null;
  /** Hosts that are reached directly, as NO_PROXY lists them. */
  bypass: string;
  /** Another proxy is set (HTTP_PROXY, ALL_PROXY), which https requests do not use. */
  other: boolean;
}

export const NO_PROXIES: Proxies = { https: null, bypass: '', other: false };

/** Whether a URL leads to this computer: its proxy, if any, is somewhere else and must not get it. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** The URL of the proxy that a request to `url` goes through; null when it goes there directly. */
export function proxyFor(url: string, { https, bypass }: Proxies): string | null {
  const target = new URL(url);
  if (https === null || target.protocol !== 'https:' || isLoopback(target)) return null;
  return bypass.split(/[\s,]+/).some(entry => entry !== '' && bypasses(entry, target)) ? null : https;
}

/** Whether an entry of NO_PROXY means a URL: `*`, a host with all below it (a leading dot or `*.` is the same), with or without a port. */
function bypasses(entry: string, { hostname, port }: URL): boolean {
  if (entry === '*') return true;
  const [, name = '', onlyPort] = /^(?:\*?\.)?(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  if (onlyPort !== undefined && onlyPort !== (port || '443')) return false;
  const [host, excepted] = [hostname, name].map(bare => bare.replace(/^\[|\]$/g, '').replace(/\.$/, ''));
  return excepted !== '' && (host === excepted || host?.endsWith(`.${excepted}`) === true);
}

/** A proxy's URL in the form that is used: `http://` or `https://`, which is http where it is left out; undefined for others. */
export function readProxyUrl(text: string): string | undefined {
  const spelled = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(spelled)) return undefined;
  const url = new URL(spelled);
  return /^https?:$/.test(url.protocol) && url.hostname !== '' && url.pathname === '/' ? url.href : undefined;
}

/** The header that a proxy's user name and password make; undefined without them. */
export function proxyAuthorization(proxy: string): string | undefined {
  const { username, password } = new URL(proxy);
  if (username === '' && password === '') return undefined;
  const plain = `${decode(username)}:${decode(password)}`;
  return `Basic ${Buffer.from(plain).toString('base64')}`;
}

/** A proxy's URL as it may be shown: without a user name and password. */
export function showProxy(proxy: string): string {
  return new URL(proxy).origin;
}

/** In a password that was not encoded, a percent sign is just that. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
