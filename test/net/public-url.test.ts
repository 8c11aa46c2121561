import { describe, expect, test } from 'vitest';
import { judgeUrl, urlRefusal } from '../../src/net/public-url.ts';
import type { Resolve } from '../../src/net/resolve.ts';
import { literalBypasses, poisonedAnswers, V4_WRITINGS } from './bypass-corpus.ts';

const answering =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses;
const PUBLIC = answering('93.184.216.34', '2606:2800:220:1::1');

describe('judgeUrl', () => {
  test('accepts none of the bypass spellings, even when every name seems public', async () => {
    const corpus = literalBypasses();
    expect(corpus.length).toBeGreaterThanOrEqual(300);
    const accepted: string[] = [];
    for (const url of corpus) if ((await judgeUrl(url, PUBLIC)).refusal === null) accepted.push(url);
    expect(accepted).toEqual([]);
  });

  test('accepts no name that has any address which is not public', async () => {
    const accepted: string[][] = [];
    for (const answers of poisonedAnswers()) {
      const { refusal } = await judgeUrl('https://hooks.example.com/', answering(...answers));
      if (refusal === null) accepted.push(answers);
    }
    expect(accepted).toEqual([]);
  });

  test('refuses none of 100 ordinary public URLs', async () => {
    const urls = ordinaryUrls();
    expect(new Set(urls).size).toBe(100);
    const refused: string[] = [];
    for (const url of urls) {
      const { refusal, resolved } = await judgeUrl(url, PUBLIC);
      if (refusal !== null || !resolved) refused.push(`${url} ${refusal}`);
    }
    expect(refused).toEqual([]);
  });

  test.each(Object.entries(V4_WRITINGS))(
    'reads an IPv4 address written as %s, so that it is judged and not just unreadable',
    (_, write) => {
      expect(urlRefusal(`https://${write('93.184.216.34')}/`)).toBeNull();
    },
  );

  test('takes a name without an answer, and says that nothing is known of it', async () => {
    expect(await judgeUrl('https://hooks.example.com/', answering())).toEqual({ refusal: null, resolved: false });
  });

  test('asks for the name without the dot of the root, and for no address', async () => {
    const asked: string[] = [];
    const resolve: Resolve = async host => {
      asked.push(host);
      return ['93.184.216.34'];
    };
    await judgeUrl('https://Hooks.Example.com./x', resolve);
    await judgeUrl('https://93.184.216.34/', resolve);
    await judgeUrl('https://127.0.0.1/', resolve);
    expect(asked).toEqual(['hooks.example.com']);
  });

  test.each([
    ['http://hooks.example.com/', 'It is not https.'],
    ['https://10.0.0.1/', 'Its address is not public (private).'],
    ['https://168.63.129.16/', 'Its address is not public (the host of a cloud machine).'],
    ['https://[4000::1]/', 'Its address is not public (not assigned).'],
    ['https://a:b@hooks.example.com/', 'It carries a user name or password.'],
    ['https://hooks.example.com:25/', 'Its port is neither 443 nor 1024 or above.'],
    ['https://nas/', 'Its name has no dot, so that only a private network knows it.'],
  ])('says why %s is refused', (url, reason) => {
    expect(urlRefusal(url)).toBe(reason);
  });
});

function ordinaryUrls(): string[] {
  const hosts = [
    'example.com',
    'hooks.slack.com',
    'my-bucket.s3.ap-southeast-2.amazonaws.com',
    'cdn.shotstack.io',
    'storage.googleapis.com',
    'xn--bcher-kva.example',
    'bücher.example',
    'a.b.c.d.e.f.example.co.uk',
    'localhost.example.com',
    'internal.example.com',
    'local.example.com',
    '10.0.0.1.example.com',
    'example.com.',
    'EXAMPLE.org',
    '93.184.216.34',
    '1.1.1.1',
    '[2606:4700:4700::1111]',
    '[2a00:1450:4001:82f::200e]',
    '0x7f.example.com',
    'under_score.example.com',
  ];
  const rests = ['/', ':443/x', ':8443/hook?id=1&x=%20', '/a/b%2Fc.mp4?X-Amz-Signature=ab%3D#t=1', ':65535'];
  return hosts.flatMap(host => rests.map(rest => `https://${host}${rest}`));
}
