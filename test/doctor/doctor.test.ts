import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Check } from '../../src/doctor/check.ts';
import { checkGateway } from '../../src/doctor/check-gateway.ts';
import { writeSettings } from '../../src/hosts/formats.ts';
import { settingsWith, withKey } from '../../src/hosts/launch.ts';
import { openStore } from '../../src/jobs/store/open.ts';
import { SCHEMA_VERSION } from '../../src/jobs/store/schema.ts';
import type { Row } from '../../src/jobs/store/sql.ts';
import { openSqlite } from '../../src/jobs/store/sqlite.ts';
import { ORIGIN, reserve, submit } from '../jobs/store/builders.ts';
import { CLI } from '../support/command.ts';
import { scratch } from '../support/folder.ts';
import { checksOf, doctorFor, hostsOn, inventory, named, runFor, settingsPath } from '../support/machine.ts';
import { startRawServer } from '../support/raw-server.ts';
import { type Handler, json, RecordingGateway } from '../support/recording-gateway.ts';

const KEY = 'wk-canary-0123456789abcdef';
/** Another one, which only the hosts have. */
const HOST_KEY = 'wk-parrot-fedcba9876543210';

const PLATFORM = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
const HERE = hostsOn(PLATFORM);

/** A home folder in which every host has this server, as each wants it. */
function furnishedHome(): string {
  const launch = withKey({ command: process.execPath, args: [CLI] }, HOST_KEY);
  const files = HERE.map(host => [
    settingsPath(host.name, PLATFORM),
    writeSettings(settingsWith(host, launch), host.format),
  ]);
  return scratch({ 'project/.keep': '', ...Object.fromEntries(files) });
}

const bareHome = (files: Record<string, string> = {}): string => scratch({ 'project/.keep': '', ...files });

async function gatewayThat(answer: Handler): Promise<RecordingGateway> {
  const gateway = await RecordingGateway.start(answer);
  onTestFinished(() => gateway.close());
  return gateway;
}

const environment = (gateway: RecordingGateway): Record<string, string> => ({
  SKILLBOSS_BASE_URL: gateway.url,
  SKILLBOSS_WHOLESALE_KEY: KEY,
});

describe('a set-up in order', () => {
  it('is reported as ok after one request; nothing is created or changed', async () => {
    const gateway = await gatewayThat((_request, response) => json(response, 404, { error: 'No such request' }));
    const home = furnishedHome();
    mkdirSync(join(home, 'videos'));
    const before = inventory(home);
    const env = { ...environment(gateway), SHOTSTACK_MCP_ALLOWED_DIRS: join(home, 'videos') };
    const { code, stdout, stderr } = await runFor(home, ['doctor', '--json'], env);
    expect(stderr).toBe('');
    const { ok, checks } = JSON.parse(stdout);
    expect(checks.filter((check: { state: string }) => check.state !== 'ok')).toEqual([]);
    expect({ ok, code }).toEqual({ ok: true, code: 0 });
    expect(checks.map((check: { name: string }) => check.name)).toEqual([
      'node',
      'settings',
      'data folder',
      'store',
      'allowed folders',
      'gateway',
      'key',
      ...HERE.map(host => host.name),
    ]);
    expect(inventory(home)).toEqual(before);
    const [request, ...others] = gateway.requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'GET', url: expect.stringMatching(/^\/v1\/run\/status\/[0-9a-f]{32}$/) });
  });

  it('reads the same for a person, in plain words where it is no terminal', async () => {
    const gateway = await gatewayThat((_request, response) => json(response, 404, { error: 'No such request' }));
    const { code, stdout, stderr } = await runFor(furnishedHome(), ['doctor'], environment(gateway));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ok {3}key: The gateway takes it/m);
    expect(stdout).toMatch(/\nNothing must be changed\.\n$/);
    expect(stdout).not.toContain('\x1b');
  });

  it('of the sandbox needs no key and no network', async () => {
    const home = furnishedHome();
    const { code, text } = await doctorFor(home, {}, { sandbox: true, json: false });
    expect(text).toMatch(/^ok {3}key: The gateway takes it/m);
    expect(code).toBe(0);
  });
});

describe('the key', () => {
  const WORDS = 'words of the gateway';

  it.each<[string, Handler, string, string]>([
    ['401', (_request, response) => json(response, 401, { error: WORDS }), 'fail', 'get a wholesale key'],
    ['402', (_request, response) => json(response, 402, { error: WORDS }), 'warn', 'Top up'],
    ['403', (_request, response) => json(response, 403, { message: WORDS }), 'fail', 'SKILLBOSS_BASE_URL'],
    ['a redirect', (_request, response) => json(response, 302, {}, { location: '/' }), 'fail', 'SKILLBOSS_BASE_URL'],
    ['a page', (_request, response) => response.end(`<html>${WORDS}</html>`), 'fail', 'SKILLBOSS_BASE_URL'],
    [
      '429',
      (_request, response) => json(response, 429, { error: WORDS }, { 'retry-after': '60' }),
      'warn',
      'in a minute',
    ],
    ['503', (_request, response) => json(response, 503, { error: WORDS }), 'warn', 'in a minute'],
  ])('answered with %s is reported with what to do', async (_what, answer, state, fix) => {
    const gateway = await gatewayThat(answer);
    const checks = await checksOf(bareHome(), environment(gateway));
    expect(named(checks, 'key')).toEqual([expect.objectContaining({ state, fix: expect.stringContaining(fix) })]);
    expect(JSON.stringify(checks)).not.toContain(WORDS);
    for (const { method } of gateway.requests) expect(method).toBe('GET');
  });

  it('is not tested where there is none, and that is no fault', async () => {
    const gateway = await gatewayThat((_request, response) => json(response, 404, { error: 'No such request' }));
    const { code, text } = await doctorFor(bareHome(), { SKILLBOSS_BASE_URL: gateway.url });
    expect(named(JSON.parse(text).checks, 'key')).toMatchObject([{ state: 'warn' }]);
    expect(code).toBe(0);
    expect(gateway.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer']);
  });
});

describe('a gateway out of reach', () => {
  it('is reported, and the key is not sent', async () => {
    const { code, text } = await doctorFor(bareHome(), { SKILLBOSS_WHOLESALE_KEY: KEY });
    const { ok, checks } = JSON.parse(text);
    expect(named(checks, 'gateway')).toMatchObject([
      { state: 'fail', message: expect.stringContaining('ECONNREFUSED') },
    ]);
    expect(named(checks, 'key')).toMatchObject([{ state: 'warn', message: expect.stringContaining('Not tested') }]);
    expect({ ok, code }).toEqual({ ok: false, code: 1 });
  });

  it('that takes a connection and stays silent, in plain HTTP or TLS, fails the check and ends it', async () => {
    const silent = await startRawServer(() => {});
    onTestFinished(() => silent.close());
    const examine = (scheme: string): Promise<Check[]> =>
      checksOf(bareHome(), {
        SKILLBOSS_BASE_URL: silent.url.replace('http', scheme),
        SKILLBOSS_WHOLESALE_KEY: KEY,
      });
    for (const checks of await Promise.all(['http', 'https'].map(examine))) {
      expect(named(checks, 'gateway')).toMatchObject([
        { state: 'fail', message: expect.stringMatching(/does not answer \(\w*TIMEOUT\)/) },
      ]);
      expect(named(checks, 'key')).toMatchObject([{ state: 'warn', message: expect.stringContaining('Not tested') }]);
    }
  });

  it('that breaks off the connection is reported as not answering', async () => {
    const gateway = await gatewayThat((_request, response) => response.destroy());
    expect(await checkGateway({ url: gateway.url, key: null, known: false })).toMatchObject([{ state: 'fail' }]);
  });

  it('that does not speak TLS is reported so', async () => {
    const gateway = await gatewayThat((_request, response) => json(response, 404, { error: 'No such request' }));
    const url = gateway.url.replace('http:', 'https:');
    const [check] = await checkGateway({ url, key: null, known: false });
    expect(check).toMatchObject({ state: 'fail', message: expect.stringContaining('does not speak TLS') });
  });
});

describe('settings', () => {
  it('that cannot be used are all reported at once; nothing is sent with a wrong address or key', async () => {
    const env = {
      SKILLBOSS_BASE_URL: 'http://gateway.example.com',
      SKILLBOSS_WHOLESALE_KEY: `${KEY} and more`,
      SHOTSTACK_MCP_POLL_SECONDS: 'x',
      SHOTSTACK_MCP_LOG_LEVEL: 'loud',
    };
    const { code, text } = await doctorFor(bareHome(), env);
    const { checks } = JSON.parse(text);
    const told = named(checks, 'settings').map(({ state, message }) => `${state} ${message.split(' ')[0]}`);
    expect(told.sort()).toEqual(
      Object.keys(env)
        .map(name => `${name === 'SHOTSTACK_MCP_LOG_LEVEL' ? 'warn' : 'fail'} ${name}`)
        .sort(),
    );
    expect(named(checks, 'gateway')).toMatchObject([{ state: 'warn' }]);
    expect(code).toBe(1);
  });

  it('that are misspelt or left unfilled are pointed at', async () => {
    const env = { SHOTSTACK_MCP_DATADIR: '/tmp', SHOTSTACK_MCP_POLL_SECONDS: '$' + '{POLL}' };
    const checks = named(await checksOf(bareHome(), env, { sandbox: true }), 'settings');
    expect(checks).toMatchObject([
      { state: 'fail', message: expect.stringContaining('a placeholder that the host did not fill in') },
      { state: 'warn', fix: 'Rename it to SHOTSTACK_MCP_DATA_DIR.' },
    ]);
  });
});

describe('the store', () => {
  const storeIn = (folder: string): Record<string, string> => ({ SHOTSTACK_MCP_DATA_DIR: folder });

  it('is opened and its jobs are counted; doubts are pointed at', async () => {
    const home = bareHome();
    const dataDir = join(home, 'data');
    const store = openStore({ dataDir, key: KEY, origin: ORIGIN, now: Date.now });
    for (const requestId of ['a', 'b']) await submit(store, requestId);
    await store.settle(await reserve(store), { kind: 'doubt' });
    await store.close();
    const before = await rowsIn(dataDir);
    const gateway = await gatewayThat((_request, response) => json(response, 404, { error: 'No such request' }));
    const checks = await checksOf(home, { ...environment(gateway), ...storeIn(dataDir) });
    expect(named(checks, 'store')).toMatchObject([
      { state: 'ok', message: expect.stringContaining('2 IN_QUEUE, 1 UNKNOWN') },
    ]);
    expect(named(checks, 'doubts')).toMatchObject([{ state: 'warn', message: expect.stringMatching(/^1 submit was/) }]);
    expect(await rowsIn(dataDir)).toEqual(before);
  });

  it('that is corrupt is reported so, and stays where it is', async () => {
    const home = bareHome({ 'data/jobs.sqlite': `no database, ${'x'.repeat(5_000)}` });
    const folder = join(home, 'data');
    const checks = named(await checksOf(home, storeIn(folder)), 'store');
    expect(checks).toMatchObject([{ state: 'fail', message: expect.stringContaining('is corrupt') }]);
    expect(readdirSync(folder)).toEqual(['jobs.sqlite']);
    expect(readFileSync(join(folder, 'jobs.sqlite'), 'utf8')).toMatch(/^no database/);
  });

  it('of a newer version is refused, and stays as it is', async () => {
    const home = bareHome();
    const dataDir = join(home, 'data');
    const store = openStore({ dataDir, key: KEY, origin: ORIGIN, now: Date.now });
    await store.list({ limit: 1 });
    await store.close();
    const version = SCHEMA_VERSION + 1;
    await queryIn(dataDir, 'write', `UPDATE schema_version SET version = ${version}`);
    const checks = named(await checksOf(home, storeIn(dataDir)), 'store');
    expect(checks).toMatchObject([{ state: 'fail', message: expect.stringContaining('newer version') }]);
    expect(await queryIn(dataDir, 'read', 'SELECT version FROM schema_version')).toMatchObject([{ version }]);
  });

  it.each([
    ['a file stands where its folder should', 'taken', 'is not a folder'],
    ['a file stands above it', 'taken/data', 'cannot be created'],
  ])('cannot be where %s', async (_what, place, message) => {
    const home = bareHome({ taken: '' });
    const checks = await checksOf(home, storeIn(join(home, place)));
    expect(named(checks, 'data folder')).toMatchObject([{ state: 'fail', message: expect.stringContaining(message) }]);
  });

  it.each([
    'OneDrive - Acme',
    'Dropbox',
    'Library/Mobile Documents/com~apple~CloudDocs',
    'Library/CloudStorage/Box-Box',
  ])('is a warning in a synced folder: %s', async place => {
    const home = bareHome();
    const checks = await checksOf(home, storeIn(join(home, place, 'jobs')));
    expect(named(checks, 'data folder').map(({ state }) => state)).toEqual(['ok', 'warn']);
  });

  it('in a database that does not answer is reported so, without its password', async () => {
    const env = { SHOTSTACK_MCP_DATABASE_URL: `postgres://me:${KEY}@127.0.0.1/jobs cannot be reached` };
    const { text } = await doctorFor(bareHome(), env);
    expect(named(JSON.parse(text).checks, 'store')).toMatchObject([
      { state: 'fail', message: expect.stringContaining('127.0.0.1/jobs cannot be reached') },
    ]);
    expect(text).not.toContain(KEY);
  });
});

it('allowed folders that are missing or are files are reported', async () => {
  const home = bareHome({ file: '' });
  const dirs = [join(home, 'project'), join(home, 'gone'), join(home, 'file')];
  const separator = process.platform === 'win32' ? ';' : ':';
  const checks = await checksOf(home, { SHOTSTACK_MCP_ALLOWED_DIRS: dirs.join(separator) });
  expect(named(checks, 'allowed folders').map(({ state }) => state)).toEqual(['ok', 'fail', 'fail']);
});

describe('a key', () => {
  const spelt = [KEY, HOST_KEY].flatMap(key =>
    [...key].map((_, i) => key.slice(i, i + 6)).filter(part => part.length === 6),
  );

  it.each([
    ['in order', (text: string) => text],
    ['malformed at the key', (text: string) => text.replace(`"${HOST_KEY}"`, HOST_KEY)],
    ['cut off in the key', (text: string) => text.slice(0, text.indexOf(HOST_KEY) + 12)],
    ['the key alone', () => HOST_KEY],
    [
      'the key everywhere',
      (text: string) => text.replaceAll(CLI, HOST_KEY).replaceAll(process.execPath, `/${HOST_KEY}`),
    ],
  ])('comes out in no form, and no file is touched, where the hosts’ settings are %s', async (_what, bend) => {
    const home = furnishedHome();
    for (const { name } of HERE) {
      const path = join(home, settingsPath(name, PLATFORM));
      writeFileSync(path, bend(readFileSync(path, 'utf8')));
    }
    const gateway = await gatewayThat((_request, response) =>
      json(response, 403, { error: { message: `no ${KEY}` } }, { 'x-record-id': KEY }),
    );
    const before = inventory(home);
    const env = { ...environment(gateway), SHOTSTACK_MCP_DATA_DIR: join(home, KEY) };
    for (const json of [true, false]) {
      const { text } = await doctorFor(home, env, { json });
      for (const part of spelt) expect(text).not.toContain(part);
      for (const { name } of HERE) expect(text.replace(/\s+/g, ' ')).toContain(name);
    }
    expect(inventory(home)).toEqual(before);
  });
});

/** Every job in a store. */
const rowsIn = (dataDir: string): Promise<Row[]> => queryIn(dataDir, 'read', 'SELECT * FROM jobs ORDER BY id');

async function queryIn(dataDir: string, access: 'read' | 'write', text: string): Promise<Row[]> {
  const database = await openSqlite(join(dataDir, 'jobs.sqlite'));
  const rows = await database.transaction(access, sql => sql.query(text));
  await database.close();
  return rows;
}
