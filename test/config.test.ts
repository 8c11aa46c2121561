import { describe, expect, it } from 'vitest';
import { readConfig, SETTINGS, SettingError } from '../src/config.ts';

const KEY = 'wk-super-secret-0123456789';

/** The message of the SettingError that an environment ends in. */
function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
  throw new Error('The settings were taken.');
}

describe('readConfig', () => {
  it('has the documented defaults', () => {
    expect(readConfig({})).toEqual({
      key: null,
      baseUrl: 'https://api.skillboss.co',
      templateInputs: 'nested',
      pollMs: 5_000,
      logLevel: 'info',
      dataDir: null,
      allowedDirs: [],
      databaseUrl: null,
      maxSubmitsPerHour: 60,
      sandbox: false,
    });
  });

  it.each(
    Object.keys(SETTINGS).flatMap(name =>
      ['', '  ', `\${${name}}`, '$' + '{user_config.any}'].map(text => [name, text]),
    ),
  )('%s=%j counts as unset', (name, text) => {
    expect(readConfig({ [name]: text })).toEqual(readConfig({}));
  });

  it.each([
    ['SKILLBOSS_WHOLESALE_KEY', KEY, { key: KEY }],
    ['SKILLBOSS_WHOLESALE_KEY', ` ${KEY}\n`, { key: KEY }],
    ['SKILLBOSS_BASE_URL', 'https://gateway.example.com', { baseUrl: 'https://gateway.example.com' }],
    ['SKILLBOSS_BASE_URL', 'https://gateway.example.com:8443/', { baseUrl: 'https://gateway.example.com:8443' }],
    ['SKILLBOSS_BASE_URL', 'http://127.0.0.1:4010', { baseUrl: 'http://127.0.0.1:4010' }],
    ['SKILLBOSS_BASE_URL', 'http://localhost:4010', { baseUrl: 'http://localhost:4010' }],
    ['SKILLBOSS_BASE_URL', 'http://[::1]:4010', { baseUrl: 'http://[::1]:4010' }],
    ['SHOTSTACK_MCP_TEMPLATE_INPUTS', 'flat', { templateInputs: 'flat' }],
    ['SHOTSTACK_MCP_POLL_SECONDS', '0.5', { pollMs: 500 }],
    ['SHOTSTACK_MCP_POLL_SECONDS', '60', { pollMs: 60_000 }],
    ['SHOTSTACK_MCP_SANDBOX', 'true', { sandbox: true }],
    ['SHOTSTACK_MCP_LOG_LEVEL', 'debug', { logLevel: 'debug' }],
  ])('%s=%j is taken', (name, text, expected) => {
    expect(readConfig({ [name]: text })).toMatchObject(expected);
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
    ['SHOTSTACK_MCP_TEMPLATE_INPUTS', 'Nested'],
    ['SHOTSTACK_MCP_POLL_SECONDS', '0'],
    ['SHOTSTACK_MCP_POLL_SECONDS', '61'],
    ['SHOTSTACK_MCP_POLL_SECONDS', '5s'],
    ['SHOTSTACK_MCP_POLL_SECONDS', 'NaN'],
    ['SHOTSTACK_MCP_LOG_LEVEL', 'verbose'],
  ])('%s=%j is refused in one line that names the setting and keeps the key', (name, text) => {
    const message = refusal({ SKILLBOSS_WHOLESALE_KEY: KEY, [name]: text });
    expect(message).toMatch(new RegExp(`^${name} cannot be used: expected .+\\.$`));
    expect(message).not.toContain(KEY);
  });
});
