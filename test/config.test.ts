import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  blockingSetting,
  describeInvalid,
  readConfig,
  requireConfig,
  SETTINGS,
  SettingError,
  secretsOf,
} from '../src/config.ts';

const KEY = 'wk-super-secret-0123456789';
const HOME = '/home/ada';

const LINUX = { path: posix, home: HOME };
const WINDOWS = { path: win32, home: 'C:\\Users\\Ada' };

const read = (env: Record<string, string>, machine = LINUX) => readConfig(env, [], machine);
const dirs = (text: string, machine = LINUX) => read({ SHOTSTACK_MCP_ALLOWED_DIRS: text }, machine);

describe('readConfig', () => {
  it('has the documented defaults', () => {
    expect(read({})).toEqual({
      key: null,
      baseUrl: 'https://api.skillboss.co',
      templateInputs: 'auto',
      pollIntervalMs: 5_000,
      maxWaitSeconds: 45,
      logLevel: 'info',
      dataDir: null,
      allowedDirs: [],
      databaseUrl: null,
      maxSubmitsPerHour: 60,
      sandbox: false,
      proxies: { https: null, bypass: '', other: false },
      home: HOME,
      wrong: [],
    });
  });

  it.each(
    Object.keys(SETTINGS).flatMap(name =>
      ['', '  ', '""', "' '", `${name}=`, '$' + '{user_config.any}'].map(text => [name, text]),
    ),
  )('%s=%j counts as unset', (name, text) => {
    expect(read({ [name]: text })).toEqual(read({}));
  });

  it.each([
    ['SKILLBOSS_WHOLESALE_KEY', KEY, { key: KEY }],
    ['SKILLBOSS_WHOLESALE_KEY', ` ${KEY}\n`, { key: KEY }],
    ['SKILLBOSS_WHOLESALE_KEY', `"${KEY}"`, { key: KEY }],
    ['SKILLBOSS_WHOLESALE_KEY', `“${KEY}”`, { key: KEY }],
    ['SKILLBOSS_WHOLESALE_KEY', `Bearer ${KEY}`, { key: KEY }],
    ['SKILLBOSS_WHOLESALE_KEY', `Authorization: bearer ${KEY}`, { key: KEY }],
    ['SKILLBOSS_WHOLESALE_KEY', `SKILLBOSS_WHOLESALE_KEY=${KEY}`, { key: KEY }],
    ['SKILLBOSS_WHOLESALE_KEY', `export SKILLBOSS_WHOLESALE_KEY="${KEY}"\n`, { key: KEY }],
    ['SKILLBOSS_BASE_URL', 'https://gateway.example.com', { baseUrl: 'https://gateway.example.com' }],
    ['SKILLBOSS_BASE_URL', '"https://gateway.example.com:8443/"', { baseUrl: 'https://gateway.example.com:8443' }],
    ['SKILLBOSS_BASE_URL', 'http://127.0.0.1:4010', { baseUrl: 'http://127.0.0.1:4010' }],
    ['SKILLBOSS_BASE_URL', 'http://localhost:4010', { baseUrl: 'http://localhost:4010' }],
    ['SKILLBOSS_BASE_URL', 'http://[::1]:4010', { baseUrl: 'http://[::1]:4010' }],
    ['SHOTSTACK_MCP_DATA_DIR', '~/jobs', { dataDir: `${HOME}/jobs` }],
    ['SHOTSTACK_MCP_DATA_DIR', '~', { dataDir: HOME }],
    ['SHOTSTACK_MCP_DATABASE_URL', 'postgres://ada:pw@db/jobs', { databaseUrl: 'postgres://ada:pw@db/jobs' }],
    [
      'SHOTSTACK_MCP_DATABASE_URL',
      'postgres://ada:pw@/jobs?host=/s',
      { databaseUrl: 'postgres://ada:pw@/jobs?host=/s' },
    ],
    ['SHOTSTACK_MCP_TEMPLATE_INPUTS', 'Flat', { templateInputs: 'flat' }],
    ['SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR', '0', { maxSubmitsPerHour: 0 }],
    ['SHOTSTACK_MCP_POLL_SECONDS', '0.5', { pollIntervalMs: 500 }],
    ['SHOTSTACK_MCP_POLL_SECONDS', '60', { pollIntervalMs: 60_000 }],
    ['SHOTSTACK_MCP_MAX_WAIT_SECONDS', '25', { maxWaitSeconds: 25 }],
    ['SHOTSTACK_MCP_SANDBOX', 'true', { sandbox: true }],
    ['SHOTSTACK_MCP_SANDBOX', '1', { sandbox: true }],
    ['SHOTSTACK_MCP_SANDBOX', 'Yes', { sandbox: true }],
    ['SHOTSTACK_MCP_SANDBOX', 'ON', { sandbox: true }],
    ['SHOTSTACK_MCP_SANDBOX', 'off', { sandbox: false }],
    ['SHOTSTACK_MCP_LOG_LEVEL', 'DEBUG', { logLevel: 'debug' }],
  ])('%s=%j is taken', (name, text, expected) => {
    expect(read({ [name]: text })).toMatchObject({ ...expected, wrong: [] });
  });

  it.each([
    ['SKILLBOSS_WHOLESALE_KEY', `${KEY} ${KEY}`],
    ['SKILLBOSS_WHOLESALE_KEY', `${KEY}\r\nx-evil: 1`],
    ['SKILLBOSS_WHOLESALE_KEY', `${KEY}ü`],
    ['SKILLBOSS_BASE_URL', 'api.skillboss.co'],
    ['SKILLBOSS_BASE_URL', 'http://api.skillboss.co'],
    ['SKILLBOSS_BASE_URL', 'http://127.0.0.1.evil.example'],
    ['SKILLBOSS_BASE_URL', 'http://localhost.evil.example'],
    ['SKILLBOSS_BASE_URL', 'https://api.skillboss.co/v1'],
    ['SKILLBOSS_BASE_URL', 'https://api.skillboss.co?x=1'],
    ['SKILLBOSS_BASE_URL', `https://user:${KEY}@api.skillboss.co`],
    ['SKILLBOSS_BASE_URL', 'ftp://127.0.0.1'],
    ['SKILLBOSS_BASE_URL', 'file:///etc/passwd'],
    ['SKILLBOSS_BASE_URL', KEY],
    ['SHOTSTACK_MCP_DATA_DIR', 'jobs'],
    ['SHOTSTACK_MCP_DATABASE_URL', `mysql://ada:${KEY}@db/jobs`],
    ['SHOTSTACK_MCP_TEMPLATE_INPUTS', 'deep'],
    ['SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR', '0.5'],
    ['SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR', '1e3'],
    ['SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR', '-1'],
    ['SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR', '0x10'],
    ['SHOTSTACK_MCP_POLL_SECONDS', '0'],
    ['SHOTSTACK_MCP_POLL_SECONDS', '61'],
    ['SHOTSTACK_MCP_POLL_SECONDS', '5s'],
    ['SHOTSTACK_MCP_POLL_SECONDS', 'NaN'],
    ['SHOTSTACK_MCP_MAX_WAIT_SECONDS', '0'],
    ['SHOTSTACK_MCP_MAX_WAIT_SECONDS', '46'],
    ['SHOTSTACK_MCP_MAX_WAIT_SECONDS', '4.5'],
    ['SHOTSTACK_MCP_SANDBOX', 'maybe'],
    ['SHOTSTACK_MCP_LOG_LEVEL', 'verbose'],
    ['HTTPS_PROXY', `socks5://ada:${KEY}@proxy:1080`],
    ['HTTPS_PROXY', 'http://proxy:port'],
  ])('%s=%j is named as wrong, its default is taken, and no secret is shown', (name, text) => {
    const config = read({ [name]: text });
    const { wrong, ...rest } = config;
    expect(wrong).toEqual([expect.objectContaining({ name, expected: expect.any(String) })]);
    expect({ ...rest, wrong: [] }).toEqual(read({}));
    expect(JSON.stringify(wrong)).not.toContain(KEY);
    expect(wrong.map(describeInvalid)).toEqual([
      expect.stringMatching(new RegExp(`^${name}.* cannot be used: expected`)),
    ]);
  });

  it('shows the value of a wrong setting that is no secret', () => {
    expect(read({ SHOTSTACK_MCP_POLL_SECONDS: '5s' }).wrong).toMatchObject([{ value: '5s' }]);
    expect(read({ SHOTSTACK_MCP_DATABASE_URL: 'mysql' }).wrong[0]).not.toHaveProperty('value');
  });

  it.each([
    '$' + '{SKILLBOSS_WHOLESALE_KEY}',
    '$' + '{input:key}',
    '"$' + '{env:KEY}"',
    '$SKILLBOSS_WHOLESALE_KEY',
    '$env:SKILLBOSS_WHOLESALE_KEY',
    '%SKILLBOSS_WHOLESALE_KEY%',
    '{env:SKILLBOSS_WHOLESALE_KEY}',
    '{{ key }}',
    '<your key>',
    'your wholesale key',
    'YOUR_WHOLESALE_KEY'.replaceAll('_', '-'),
    'YOUR_API_KEY_HERE',
    'xxxxxxxx',
    '********',
    '[REDACTED]',
    '__SKILLBOSS_WHOLESALE_KEY__',
    'op://vault/item/field',
    'undefined',
    'null',
  ])('a key that reads %j is a placeholder: no key, and no call is blocked by it', text => {
    const config = read({ SKILLBOSS_WHOLESALE_KEY: text });
    expect(config.key).toBeNull();
    expect(config.wrong).toEqual([
      { name: 'SKILLBOSS_WHOLESALE_KEY', expected: expect.any(String), placeholder: true },
    ]);
    expect(blockingSetting(config, false)).toBeUndefined();
  });

  it('a pasted key is read without invisible characters at its ends', () => {
    expect(read({ SKILLBOSS_WHOLESALE_KEY: '\u200b\ufeffwk-1\u00a0\u200d\n' }).key).toBe('wk-1');
  });

  it.each([
    ['SHOTSTACK_MCP_DATA_DIR', '$HOME/jobs'],
    ['SHOTSTACK_MCP_DATA_DIR', '%USERPROFILE%\\jobs'],
    ['SHOTSTACK_MCP_ALLOWED_DIRS', '$' + '{workspaceFolder}/videos'],
    ['SHOTSTACK_MCP_ALLOWED_DIRS', '/a/$' + '{USER}/videos'],
    ['SHOTSTACK_MCP_DATABASE_URL', 'postgres://u:$' + '{PASSWORD}@db/jobs'],
    ['SKILLBOSS_BASE_URL', '{env:BASE}'],
  ])('%s=%j is reported as a placeholder', (name, text) => {
    expect(read({ [name]: text }).wrong).toMatchObject([{ name, placeholder: true }]);
  });
});

describe('folders', () => {
  it('are read in the spellings of the machine', () => {
    expect(dirs('/a:/b c/:~/videos').allowedDirs).toEqual(['/a', '/b c/', `${HOME}/videos`]);
    expect(dirs('"/a":"/b"').allowedDirs).toEqual(['/a', '/b']);
    expect(dirs('C:\\a;d:/b;\\\\server\\share;~\\videos', WINDOWS).allowedDirs).toEqual([
      'C:\\a',
      'd:/b',
      '\\\\server\\share',
      'C:\\Users\\Ada\\videos',
    ]);
  });

  it.each(['/a;/b', '/a,/b', '/a, ~/b', '/a\n/b', '/a|/b', 'videos', '/a:b'])(
    'separated as in %j do not fit on Linux and macOS',
    text => {
      expect(dirs(text)).toMatchObject({ allowedDirs: [], wrong: [{ value: expect.any(String) }] });
    },
  );

  it.each(['C:\\a:C:\\b', 'C:\\a,D:\\b', 'C:\\a\n\\\\server\\b', 'videos'])(
    'separated as in %j do not fit on Windows',
    text => {
      expect(dirs(text, WINDOWS)).toMatchObject({ allowedDirs: [], wrong: [{ name: 'SHOTSTACK_MCP_ALLOWED_DIRS' }] });
    },
  );

  it('come as arguments too, of which one that does not fit is a wrong setting', () => {
    const given = readConfig(
      { SHOTSTACK_MCP_ALLOWED_DIRS: '/a' },
      ['/b', '~/c', '', '$' + '{user_config.dirs}'],
      LINUX,
    );
    expect(given).toMatchObject({ allowedDirs: ['/a', '/b', `${HOME}/c`], wrong: [] });
    expect(readConfig({}, ['videos'], LINUX).wrong).toMatchObject([{ value: 'videos' }]);
  });

  it('below ~ do not fit where no home is known', () => {
    const machine = { path: posix, home: null };
    expect(readConfig({ SHOTSTACK_MCP_DATA_DIR: '~/jobs' }, [], machine).wrong).toMatchObject([{ value: '~/jobs' }]);
  });
});

describe('proxies', () => {
  it('are read in either case, the lower one first, with http where no scheme is given', () => {
    expect(read({ HTTPS_PROXY: 'proxy.example:8080' }).proxies.https).toBe('http://proxy.example:8080/');
    expect(read({ HTTPS_PROXY: 'http://a:1', https_proxy: 'https://b:2' }).proxies.https).toBe('https://b:2/');
    expect(read({ NO_PROXY: '.local', HTTP_PROXY: 'http://a:1' }).proxies).toEqual({
      https: null,
      bypass: '.local',
      other: true,
    });
  });

  it('keep their passwords, and those of the database, among the secrets', () => {
    const config = read({
      SKILLBOSS_WHOLESALE_KEY: KEY,
      HTTPS_PROXY: 'http://ada:pass%2Fword@proxy:1',
      SHOTSTACK_MCP_DATABASE_URL: 'postgres://ada:hunter22@db/jobs',
    });
    expect(secretsOf(config)).toEqual([KEY, 'hunter22', 'pass%2Fword', 'pass/word']);
    const onSocket = read({ SHOTSTACK_MCP_DATABASE_URL: 'postgres://ada:hunter22@/jobs?host=/s&password=hunter23' });
    expect(secretsOf(onSocket)).toEqual(['hunter22', 'hunter23']);
  });
});

describe('blockingSetting', () => {
  const wrong = (name: string) => read({ [name]: 'not right' });

  it('is any setting that does not fit, but for the log level', () => {
    for (const name of Object.keys(SETTINGS)) {
      const blocks = blockingSetting(wrong(name), false)?.name;
      expect(blocks).toBe(name === 'SHOTSTACK_MCP_LOG_LEVEL' ? undefined : name);
    }
  });

  it('is no setting that the sandbox does without', () => {
    const blocking = Object.keys(SETTINGS).filter(name => blockingSetting(wrong(name), true));
    expect(blocking).not.toContain('SKILLBOSS_WHOLESALE_KEY');
    expect(blocking).not.toContain('HTTPS_PROXY');
    expect(blocking).toContain('SHOTSTACK_MCP_ALLOWED_DIRS');
  });
});

it('requireConfig throws one line on the first setting that does not fit', () => {
  expect(requireConfig({}).wrong).toEqual([]);
  const wrong = () => requireConfig({ SHOTSTACK_MCP_SANDBOX: 'maybe', SHOTSTACK_MCP_POLL_SECONDS: 'x' });
  expect(wrong).toThrow(SettingError);
  expect(wrong).toThrow(/^SHOTSTACK_MCP_POLL_SECONDS \(x\) cannot be used: expected a number from 0\.05 to 60\.$/);
});
