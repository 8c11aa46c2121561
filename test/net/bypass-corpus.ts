/** Every spelling of `https://` plus a place that is not public that we could think of: encodings × ranges × positions. */

/** One address of each range that no outsider may be led to. */
const PRIVATE_V4 = [
  '127.0.0.1',
  '127.8.9.10',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.1.1',
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '0.0.0.0',
  '192.0.0.192',
  '198.18.0.1',
  '192.0.2.7',
  '203.0.113.9',
  '224.0.0.251',
  '240.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
];

const PRIVATE_V6 = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  'fe80::1',
  'fec0::1',
  'fd00:ec2::254',
  'fc00::1',
  'ff02::1',
  '100::1',
  '64:ff9b:1::808:808',
  '2001:db8::1',
  '3fff::1',
  '5f00::1',
  '4000::1',
  'e000::1',
];

const PRIVATE_NAMES = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'localhost..',
  'a.localhost',
  'printer.local',
  'metadata.google.internal',
  'METADATA.GOOGLE.INTERNAL.',
  'router.home.arpa',
  'internal',
  'intranet',
  'com',
  'l%6fcalhost',
  'ｌｏｃａｌｈｏｓｔ',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'printer。local',
  'a..example',
];

/** Other writings of an IPv4 address as a URL's host, by name. */
export const V4_WRITINGS: Record<string, (address: string) => string> = {
  dotted: address => address,
  decimal: address => String(toNumber(address)),
  hex: address => `0x${toNumber(address).toString(16)}`,
  octal: address => `0${toNumber(address).toString(8)}`,
  'hex parts': address => each(address, part => `0x${part.toString(16)}`),
  'octal parts': address => each(address, part => `0${part.toString(8)}`),
  'padded octal parts': address => each(address, part => `000${part.toString(8)}`),
  'mixed parts': address => each(address, (part, i) => (i % 2 ? `0x${part.toString(16)}` : `0${part.toString(8)}`)),
  'two parts': address => `${parts(address)[0]}.${toNumber(address) % 2 ** 24}`,
  'three parts': address => `${parts(address).slice(0, 2).join('.')}.${toNumber(address) % 2 ** 16}`,
  'percent encoded': address => [...address].map(sign => `%${sign.charCodeAt(0).toString(16)}`).join(''),
  'full width': address => [...address].map(sign => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)).join(''),
  'ideographic stops': address => address.replaceAll('.', '。'),
  'a dot behind': address => `${address}.`,
  'two dots behind': address => `${address}..`,
  mapped: address => `[::ffff:${address}]`,
  'mapped in hex': address => `[::ffff:${words(address)}]`,
  'mapped in full': address => `[0000:0000:0000:0000:0000:ffff:${words(address)}]`,
  NAT64: address => `[64:ff9b::${words(address)}]`,
};

/** IPv6 that leads to an IPv4 address and is never taken, wherever it leads. */
const V6_TUNNELS: Record<string, (address: string) => string> = {
  compatible: address => `[::${words(address)}]`,
  translated: address => `[::ffff:0:${words(address)}]`,
  'local NAT64': address => `[64:ff9b:1::${words(address)}]`,
  '6to4': address => `[2002:${words(address)}::1]`,
  Teredo: address => `[2001:0:808:808:0:0:${words(each(address, part => String(part ^ 255)))}]`,
};

/** Where in a URL the host can stand. */
const POSITIONS: Record<string, (host: string) => string> = {
  bare: host => `https://${host}/`,
  'without a path': host => `HTTPS://${host}`,
  'with a port': host => `https://${host}:8443/hook`,
  'after a decoy user': host => `https://hooks.example.com@${host}/`,
  'after a decoy password': host => `https://hooks.example.com:443@${host}/`,
  'before a decoy fragment': host => `https://${host}#@hooks.example.com/`,
  'before a decoy query': host => `https://${host}?.example.com`,
  'before a backslash': host => `https://${host}\\@hooks.example.com/`,
  'after a backslash': host => `https://hooks.example.com\\@${host}/`,
  'after a line break': host => `https://\n${host}/`,
};

/** URLs that must be refused whatever a resolver says. */
export function literalBypasses(): string[] {
  const writings = [...Object.values(V4_WRITINGS), ...Object.values(V6_TUNNELS)];
  const hosts = [
    ...PRIVATE_V4.flatMap(address => writings.map(write => write(address))),
    ...PRIVATE_V6.flatMap(address => [`[${address}]`, `[${address.toUpperCase()}]`]),
    ...PRIVATE_NAMES,
  ];
  const urls = hosts.flatMap(host => Object.values(POSITIONS).map(place => place(host)));
  const others = [
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'javascript:alert(1)',
    'gopher://hooks.example.com:70/',
    'https://hooks.example.com:22/',
    'https://hooks.example.com:80/',
    'https://hooks.example.com:1023/',
    'https://user@hooks.example.com/',
    'https://:secret@hooks.example.com/',
    ' https://hooks.example.com/',
    'https://hooks.example.com/\u0000',
    '//hooks.example.com/',
    'hooks.example.com',
    'https://',
    'https://./',
    '',
  ];
  return [...new Set([...urls, ...others])];
}

/** What a name may answer with so that at least one address is not public. */
export function poisonedAnswers(): string[][] {
  const v6 = [...PRIVATE_V4.map(address => `::ffff:${address}`), ...PRIVATE_V6, 'fe80::1%eth0', 'no address at all'];
  return [...PRIVATE_V4, ...v6].flatMap(address => [
    [address],
    [address, '93.184.216.34'],
    ['93.184.216.34', '2606:2800:220:1::1', address],
  ]);
}

const parts = (address: string): number[] => address.split('.').map(Number);
const each = (address: string, write: (part: number, i: number) => string): string =>
  parts(address).map(write).join('.');
const toNumber = (address: string): number => parts(address).reduce((sum, part) => sum * 256 + part, 0);
const words = (address: string): string =>
  [Math.floor(toNumber(address) / 65_536), toNumber(address) % 65_536].map(word => word.toString(16)).join(':');
