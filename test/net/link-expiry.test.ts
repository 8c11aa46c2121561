import { expect, it } from 'vitest';
import { linkExpiry } from '../../src/net/link-expiry.ts';

const END = Date.parse('2026-03-01T13:00:00Z');
const SECONDS = String(END / 1000);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const POLICY = base64(`{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":${SECONDS}}}}]}`);

it.each<[string, string]>([
  ['AWS', 'X-Amz-Date=20260301T120000Z&X-Amz-Expires=3600&X-Amz-Signature=ab'],
  ['Google', 'X-Goog-Date=20260301T120000Z&X-Goog-Expires=3600'],
  ['Alibaba', 'x-oss-date=20260301T120000Z&x-oss-expires=3600'],
  ['CloudFront', `Expires=${SECONDS}&Signature=ab&Key-Pair-Id=K`],
  ['an end in milliseconds', `expires=${END}`],
  [
    'CloudFront’s policy',
    `Policy=${POLICY.replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~')}&Signature=ab`,
  ],
  ['Azure', 'sv=2020&se=2026-03-01T13%3A00%3A00Z&sig=ab'],
  ['Supabase', `token=a.${base64(`{"exp":${SECONDS}}`)}.c`],
])('a link signed by %s lapses when it says', (_vendor, query) => {
  expect(linkExpiry(`https://cdn.example.com/a.mp4?${query}`)).toBe(END);
});

it.each([
  '',
  'Expires=soon',
  'expires=3600',
  'se=1',
  'se=tomorrow',
  'X-Amz-Expires=3600',
  'X-Amz-Date=yesterday&X-Amz-Expires=3600',
  'Policy=%00',
  'token=a.b.c',
  `token=a.${base64('{"exp":99999999999999999}')}.c`,
])('a link with %j does not say when it lapses', query => {
  expect(linkExpiry(`https://cdn.example.com/a.mp4?${query}`)).toBeUndefined();
});
