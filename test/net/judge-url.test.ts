import { expect, it } from 'vitest';
import { urlRefusal } from '../../src/net/public-url.ts';

it.each([
  'https://example.com/hook?x=1',
  'https://example.com:8443/',
  'https://8.8.8.8/hook',
  'https://[2606:4700::1111]/hook',
])('%s can be called', url => {
  expect(urlRefusal(url)).toBeNull();
});

it.each([
  ['not-a-url', /not a URL/],
  ['http://example.com/', /not https/],
  ['ftp://example.com/', /not https/],
  ['javascript:alert(1)', /not https/],
  ['https://user@example.com/', /user name/],
  ['https://user:pass@example.com/', /user name/],
  ['https://localhost/', /this computer/],
  ['https://LOCALHOST./', /this computer/],
  ['https://api.localhost/', /this computer/],
  ['https://127.0.0.1/', /loopback/],
  ['https://127.1/', /loopback/],
  ['https://2130706433/', /loopback/],
  ['https://0x7f.0.0.1/', /loopback/],
  ['https://0.0.0.0/', /not public/],
  ['https://10.1.2.3/', /private/],
  ['https://172.16.0.1/', /private/],
  ['https://192.168.1.1/', /private/],
  ['https://100.64.0.1/', /not public/],
  ['https://169.254.169.254/latest/meta-data/', /linkLocal/],
  ['https://224.0.0.1/', /not public/],
  ['https://255.255.255.255/', /not public/],
  ['https://[::1]/', /loopback/],
  ['https://[::]/', /not public/],
  ['https://[fe80::1]/', /linkLocal/],
  ['https://[fd00:ec2::254]/', /not public/],
  ['https://[::ffff:127.0.0.1]/', /loopback/],
  ['https://[::ffff:169.254.169.254]/', /linkLocal/],
])('%s is refused', (url, reason) => {
  expect(urlRefusal(url)).toMatch(reason);
});
