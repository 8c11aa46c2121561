import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CommandRun } from '../support/command.ts';
import { definition } from '../support/definition.ts';
import { scratch } from '../support/folder.ts';
import { KEY } from '../support/keys.ts';

/**
 * Starts a Node like this one with SystemRoot alone, and a PATH that leads nowhere, without which Node 20 starts nothing.
 * libuv gives a child what its parent has of USERPROFILE, TEMP and nine more, whatever environment it is given
 * (src/win/process.c), so the parent must not have them. What begins with NODE or WINE is an emulator's.
 */
const WITH_SYSTEM_ROOT_ALONE = `
  for (const name of Object.keys(process.env)) if (!/^(systemroot$|node|wine)/i.test(name)) delete process.env[name];
  process.env.PATH = 'C:\\\\nowhere';
  const { spawn } = require('node:child_process');
  spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' }).on('exit', code => process.exit(code));`;

test('with SystemRoot and a useless PATH alone the sandbox does its job, and ends with stdin', async () => {
  const run = CommandRun.greeted(['--sandbox'], {}, { before: ['-e', WITH_SYSTEM_ROOT_ALONE] });
  expect(await run.callTool(1, 'update_template', { prompt: 'p' })).toMatchObject({ ok: true, sandbox: true });
  run.child.stdin.end();
  expect(await run.exit).toBe(0);
});

test('the store is below a profile of any name, and nothing below AppData', async () => {
  const profile = scratch({ 'Ada Böll 用户/AppData/Roaming/.keep': '', 'Ada Böll 用户/AppData/Local/.keep': '' });
  const home = join(profile, 'Ada Böll 用户');
  const appData = { APPDATA: join(home, 'AppData', 'Roaming'), LOCALAPPDATA: join(home, 'AppData', 'Local') };
  const env = { USERPROFILE: home, ...appData, SKILLBOSS_WHOLESALE_KEY: KEY, SHOTSTACK_MCP_DATA_DIR: '' };
  const run = CommandRun.greeted([], env);
  expect(await run.callTool(1, 'list_jobs', {})).toMatchObject({ ok: true, jobs: [] });
  expect(readdirSync(join(home, '.shotstack-template-mcp'))).toContain('jobs.sqlite');
  for (const folder of Object.values(appData)) expect(readdirSync(folder)).toEqual(['.keep']);
  run.child.stdin.end();
  expect(await run.exit).toBe(0);
});

test('folders with blanks and letters beyond ASCII hold definitions and results', async () => {
  const home = scratch({ 'Ada Böll 用户/Vorlagen größer/a.json': JSON.stringify(definition()) });
  const templates = join(home, 'Ada Böll 用户', 'Vorlagen größer');
  const results = join(home, 'Ada Böll 用户', 'Meine Videos (2)');
  mkdirSync(results);
  const env = {
    USERPROFILE: join(home, 'Ada Böll 用户'),
    SHOTSTACK_MCP_ALLOWED_DIRS: `${templates};${results.replaceAll('\\', '/')}`,
  };
  const run = CommandRun.greeted(['--sandbox'], env);
  const from = { template_path: join(templates, 'a.json'), template_id: 'tpl-1', prompt: 'p' };
  const { job } = await run.callTool(1, 'update_template', from);
  const id = { request_id: job?.request_id };
  expect(await run.callTool(2, 'get_status', { ...id, wait_seconds: 45 })).toMatchObject({ job: { terminal: true } });
  const { download } = await run.callTool(3, 'download_result', { ...id, directory: results });
  expect(download).toMatchObject([{ path: join(results, `${job?.request_id}-1.mp4`) }]);
  run.child.stdin.end();
  expect(await run.exit).toBe(0);
});
