import { describe, expect, it } from 'vitest';
import { NO_PROXIES, proxyAuthorization, proxyFor, readProxyUrl, showProxy } from '../../src/net/proxy.ts';

const PROXY = 'http://proxy.example:8080/';
const via = (url: string, bypass = '') => proxyFor(url, { https: PROXY, bypass, other: false });

describe('proxyFor', () => {
  it('is the https proxy for https, and none without one', () => {
    expect(via('https://api.skillboss.co')).toBe(PROXY);
    expect(proxyFor('https://api.skillboss.co', { ...NO_PROXIES, other: true })).toBeNull();
  });

  it.each([
    'https://localhost:1',
    'https://127.0.0.1',
    'https://127.8.9.10:4',
    'https://[::1]:8443',
    'http://localhost',
  ])('is none for loopback: %s', url => expect(via(url)).toBeNull());

  it.each([
    '*',
    'api.skillboss.co',
    'API.skillboss.CO',
    'skillboss.co',
    '.skillboss.co',
    '*.skillboss.co',
    'a.example, skillboss.co',
    'a.example skillboss.co:443',
    'skillboss.co.',
  ])('is none for a host that NO_PROXY names: %s', bypass => {
    expect(via('https://api.skillboss.co/v1', bypass)).toBeNull();
  });

  it.each(['skillboss', 'boss.co', 'api.skillboss.co.evil', 'skillboss.co:8443', '.', ',', 'co:80'])(
    'is the proxy for a host that NO_PROXY does not name: %s',
    bypass => expect(via('https://api.skillboss.co/v1', bypass)).toBe(PROXY),
  );

  it('heeds ports and addresses of either kind in NO_PROXY', () => {
    expect(via('https://a.example:8443', 'a.example:8443')).toBeNull();
    expect(via('https://93.184.216.34', '93.184.216.34')).toBeNull();
    expect(via('https://[2001:db8::7]', '[2001:db8::7]')).toBeNull();
    expect(via('https://[2001:db8::7]', '2001:db8::7')).toBeNull();
  });
});

describe('a proxy’s URL', () => {
  it.each([
    ['proxy:8080', 'http://proxy:8080/'],
    ['http://ada:pw@proxy:8080', 'http://ada:pw@proxy:8080/'],
    ['https://proxy', 'https://proxy/'],
    ['socks5://proxy:1080', undefined],
    ['http://proxy/path', undefined],
    ['http://', undefined],
  ])('%s is read as %s', (text, url) => expect(readProxyUrl(text)).toBe(url));

  it('gives the header for its user, who may have no password, and is shown without either', () => {
    const header = (proxy: string) => {
      const [, base64 = ''] = proxyAuthorization(proxy)?.split(' ') ?? [];
      return Buffer.from(base64, 'base64').toString();
    };
    expect(header('http://ada:p%40ss@proxy:1')).toBe('ada:p@ss');
    expect(header('http://ada@proxy:1')).toBe('ada:');
    expect(proxyAuthorization('http://proxy:1')).toBeUndefined();
    expect(showProxy('http://ada:pw@proxy:1')).toBe('http://proxy:1');
  });
});
