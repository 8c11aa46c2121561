import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig, SettingError } from '../../src/config.ts';

const read = (text: string | undefined) => readConfig({ SHOTSTACK_MCP_ALLOWED_DIRS: text }).allowedDirs;

test('SHOTSTACK_MCP_ALLOWED_DIRS takes absolute paths, separated as in PATH', () => {
  expect(read(undefined)).toEqual([]);
  expect(read(' ')).toEqual([]);
  expect(read(`/a b/c${delimiter}${delimiter} /d${delimiter}`)).toEqual(['/a b/c', '/d']);
});

test.each(['videos', './videos', `/a${delimiter}~/videos`])('SHOTSTACK_MCP_ALLOWED_DIRS refuses %s', text => {
  expect(() => read(text)).toThrow(SettingError);
});

test('folders given as arguments are allowed as well; a host that fills nothing in allows none', () => {
  const given = ['/b', '', '$' + '{user_config.folders}', '/c d'];
  expect(readConfig({ SHOTSTACK_MCP_ALLOWED_DIRS: '/a' }, given).allowedDirs).toEqual(['/a', '/b', '/c d']);
  expect(() => readConfig({}, ['videos'])).toThrow(SettingError);
});
