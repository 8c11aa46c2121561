import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { evaluate, parse } from '@humanwhocodes/momoa';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isObject } from '../../src/base/json.ts';
import type { SetupOptions } from '../../src/command-line/command-line.ts';
import type { Terminal } from '../../src/command-line/terminal.ts';
import { checkHosts } from '../../src/doctor/check-hosts.ts';
import { type Host, PLATFORMS, SERVER_NAME } from '../../src/hosts/host.ts';
import { HOSTS } from '../../src/hosts/hosts.ts';
import { launchHere } from '../../src/hosts/launch.ts';
import type { Machine } from '../../src/hosts/machine.ts';
import { remove, setup } from '../../src/setup/setup.ts';
import { listTools } from '../../src/tools/tools.ts';
import { ConnectProxy } from '../support/connect-proxy.ts';
import { scratch } from '../support/folder.ts';
import { hostNamed, hostsOn, machineAt, settingsPath, signOf } from '../support/machine.ts';
import { json, RecordingGateway } from '../support/recording-gateway.ts';
import { realFile } from './real-files.ts';

const KEY = 'wk-0123456789abcdef';
const POSIX = process.platform !== 'win32';

/** A terminal whose person gives these answers; it keeps what was said and asked. */
class Answers implements Terminal {
  readonly interactive: boolean;
  text = '';
  readonly #answers: (string | (() => string))[];

  constructor(...answers: (string | (() => string))[]) {
    this.interactive = answers.length > 0;
    this.#answers = answers;
  }

  say(line: string): void {
    this.text += `${line}\n`;
  }

  async ask(question: string): Promise<string> {
    this.text += question;
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error(`Nobody answers "${question}".`);
    return typeof answer === 'string' ? answer : answer();
  }

  askSecret(question: string): Promise<string> {
    return this.ask(question);
  }
}

const options = (changes: Partial<SetupOptions> = {}): SetupOptions => ({
  host: null,
  yes: true,
  sandbox: false,
  project: false,
  allowDirs: [],
  ...changes,
});

/** A gateway that takes every key, and a shell in which it is named. */
async function shell(status = 404): Promise<Record<string, string>> {
  const gateway = await RecordingGateway.start((_request, response) =>
    json(response, status, { error: 'No such request' }),
  );
  onTestFinished(() => gateway.close());
  return { SKILLBOSS_BASE_URL: gateway.url, SKILLBOSS_WHOLESALE_KEY: KEY };
}

const withEnv = (machine: Machine, env: Record<string, string>): Machine => ({
  ...machine,
  env: { ...machine.env, ...env },
});

/** A home with one host's file as people have it. */
function homeWith(host: Host, platform: Machine['platform'] = 'linux', text = realFile(host.id)) {
  const at = platform === 'darwin' || platform === 'win32' ? platform : 'linux';
  const home = scratch({ 'project/.keep': '', [signOf(host, at)]: '', [settingsPath(host.name, at)]: text });
  return { machine: machineAt(home, platform), file: join(home, settingsPath(host.name, at)) };
}

const refused = (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'not refused',
    (error: Error) => error.message,
  );

/** The entry for the server as the host itself would read it from its file. */
function entryIn(file: string, host: Host): Record<string, unknown> {
  const text = readFileSync(file, 'utf8').replace(/^\u{feff}/u, '');
  const document =
    host.format === 'toml' ? parseToml(text) : evaluate(parse(text, { mode: 'jsonc', allowTrailingCommas: true }));
  const servers = host.serversAt.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), document);
  const entry = isObject(servers) ? servers[SERVER_NAME] : undefined;
  if (!isObject(entry)) throw new Error(`${host.name} finds no entry.`);
  return entry;
}

describe.each(PLATFORMS)('a file as people have it on %s', platform => {
  it.each(hostsOn(platform))(
    'of $name gets the server and nothing else, and loses it again to the byte',
    async host => {
      const { machine, file } = homeWith(host, platform);
      const before = readFileSync(file);
      const modes = statSync(file).mode;
      await setup(options({ host: host.id, sandbox: true }), machine, new Answers());
      expect(entryIn(file, host)).toMatchObject({ command: expect.anything() });
      expect(statSync(file).mode).toBe(modes);
      const backups = readdirSync(dirname(file)).filter(name => name.endsWith('.backup'));
      expect(backups).toHaveLength(1);
      const backup = join(dirname(file), backups[0] ?? '');
      expect(readFileSync(backup)).toEqual(before);
      if (POSIX) expect(statSync(backup).mode & 0o777).toBe(0o600);

      await remove(options({ host: host.id }), machine, new Answers());
      expect(readFileSync(file)).toEqual(before);
    },
  );
});

/** The tools that each command lists. */
const listed = new Map<string, string[]>();

/** Starts a server with nothing but what a host with a short list of variables hands down. */
async function toolsListedBy([command = '', ...args]: string[], env: Record<string, string>): Promise<string[]> {
  const client = new Client({ name: 'host', version: '0' });
  await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }));
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name }) => name);
}

it.each(HOSTS.filter(({ file }) => file.linux !== null))(
  'a server that $name starts from the file that was written answers with its tools, and doctor finds nothing to say',
  async host => {
    const { machine, file } = homeWith(host);
    await setup(options({ host: host.id, sandbox: true }), machine, new Answers());
    const entry = entryIn(file, host);
    const words = [entry.command, entry.args ?? []].flat() as string[];
    const env = (entry.env ?? entry.environment ?? {}) as Record<string, string>;
    // Several hosts have the same command, which is started once.
    const launch = JSON.stringify([words, env]);
    const tools =
      listed.get(launch) ?? (await toolsListedBy(words, { HOME: machine.home, USERPROFILE: machine.home, ...env }));
    listed.set(launch, tools);
    expect(tools).toEqual(listTools().map(({ name }) => name));
    expect(await checkHosts(machine, { launch: launchHere(machine), sandbox: true })).toMatchObject([
      { name: host.name, state: 'ok', message: expect.stringContaining('as a sandbox') },
    ]);
  },
);

describe('the key', () => {
  const host = hostNamed('cursor');

  it('of the environment is tried free of charge, written, and shown nowhere', async () => {
    const { machine, file } = homeWith(host);
    const terminal = new Answers();
    const env = await shell();
    await setup(options({ host: 'cursor' }), withEnv(machine, env), terminal);
    expect(entryIn(file, host).env).toEqual(env);
    expect(terminal.text).toContain('The gateway takes it');
    expect(terminal.text).toContain('[key]');
    expect(terminal.text).not.toContain(KEY);
  });

  it('is asked for where there is a terminal and no variable', async () => {
    const { machine, file } = homeWith(host);
    const { SKILLBOSS_BASE_URL } = await shell();
    const terminal = new Answers(KEY, 'y');
    await setup(
      options({ host: 'cursor', yes: false }),
      withEnv(machine, { SKILLBOSS_BASE_URL: SKILLBOSS_BASE_URL ?? '' }),
      terminal,
    );
    expect(entryIn(file, host).env).toMatchObject({ SKILLBOSS_WHOLESALE_KEY: KEY });
    expect(terminal.text).not.toContain(KEY);
  });

  it('that the gateway refuses is not written', async () => {
    const { machine, file } = homeWith(host);
    const before = readFileSync(file);
    const message = await refused(
      setup(options({ host: 'cursor' }), withEnv(machine, await shell(401)), new Answers()),
    );
    expect(message).toContain('The gateway refuses the key (401)');
    expect(message).not.toContain(KEY);
    expect(readFileSync(file)).toEqual(before);
  });

  it('is written untested where the gateway does not answer, and that is said', async () => {
    const { machine, file } = homeWith(host);
    const terminal = new Answers();
    const env = { SKILLBOSS_BASE_URL: 'http://127.0.0.1:1', SKILLBOSS_WHOLESALE_KEY: KEY };
    await setup(options({ host: 'cursor' }), withEnv(machine, env), terminal);
    expect(terminal.text).toContain('does not answer (ECONNREFUSED)');
    expect(entryIn(file, host).env).toMatchObject({ SKILLBOSS_WHOLESALE_KEY: KEY });
  });

  it('is tried through the proxy of the environment', async () => {
    const { machine } = homeWith(host);
    const proxy = await ConnectProxy.start();
    proxy.status = 403;
    onTestFinished(() => proxy.close());
    const env = { SKILLBOSS_BASE_URL: 'https://gateway.test', SKILLBOSS_WHOLESALE_KEY: KEY, HTTPS_PROXY: proxy.url };
    await setup(options({ host: 'cursor' }), withEnv(machine, env), new Answers());
    expect(proxy.tunnels[0]).toBe('gateway.test:443');
  });

  it('that replaces another is said to do so, though neither is shown', async () => {
    const { machine } = homeWith(host);
    const env = await shell();
    await setup(options({ host: 'cursor' }), withEnv(machine, env), new Answers());
    const terminal = new Answers();
    const rotated = { ...env, SKILLBOSS_WHOLESALE_KEY: `${KEY}-rotated` };
    await setup(options({ host: 'cursor' }), withEnv(machine, rotated), terminal);
    expect(terminal.text).toContain('The key is replaced.');
  });

  it('that the file has stays, when a script sets up again without one', async () => {
    const { machine, file } = homeWith(host);
    const env = await shell();
    await setup(options({ host: 'cursor' }), withEnv(machine, env), new Answers());
    const again = withEnv(machine, { SKILLBOSS_BASE_URL: env.SKILLBOSS_BASE_URL ?? '' });
    const text = readFileSync(file, 'utf8');
    await setup(options({ host: 'cursor' }), again, new Answers());
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('is missing for a script, and that is said with what to do', async () => {
    const { machine } = homeWith(host);
    const message = await refused(setup(options({ host: 'cursor' }), machine, new Answers()));
    expect(message).toContain('Set SKILLBOSS_WHOLESALE_KEY');
  });

  it('is not asked for where the host itself asks for it', async () => {
    const code = hostNamed('vs-code');
    const { machine, file } = homeWith(code);
    await setup(options({ host: 'vs-code' }), machine, new Answers());
    expect(entryIn(file, code).env).toEqual({ SKILLBOSS_WHOLESALE_KEY: '$' + '{input:shotstack-wholesale-key}' });
    expect(readFileSync(file, 'utf8')).toContain('"id": "shotstack-wholesale-key"');
  });
});

describe('a project’s file', () => {
  it.each(HOSTS.filter(({ reference, projectFiles }) => reference && projectFiles))(
    'of $name holds no key, whatever the environment has',
    async host => {
      const { machine } = homeWith(host);
      const terminal = new Answers();
      await setup(
        options({ host: host.id, project: true }),
        withEnv(machine, { SKILLBOSS_WHOLESALE_KEY: KEY }),
        terminal,
      );
      const text = readFileSync(join(machine.cwd, host.projectFiles?.[0] ?? ''), 'utf8');
      expect(text).toMatch(/SKILLBOSS_WHOLESALE_KEY|shotstack-wholesale-key/);
      expect(text + terminal.text).not.toContain(KEY);
    },
  );

  it.each([[['claude-code', 'copilot-cli']], [['copilot-cli', 'claude-code']]])(
    'that two hosts share serves both, set up in the order %j',
    async hosts => {
      const { machine } = homeWith(hostNamed('claude-code'));
      for (const host of hosts) await setup(options({ host, project: true }), machine, new Answers());
      const { mcpServers } = JSON.parse(readFileSync(join(machine.cwd, '.mcp.json'), 'utf8'));
      expect(mcpServers).toEqual({
        [SERVER_NAME]: {
          type: 'stdio',
          command: launchHere(machine).command,
          args: [machine.entry],
          env: { SKILLBOSS_WHOLESALE_KEY: '$' + '{SKILLBOSS_WHOLESALE_KEY:-}' },
          tools: ['*'],
          timeout: 60_000,
        },
      });
    },
  );

  it('is refused for a host that cannot take a key from a variable', async () => {
    const { machine } = homeWith(hostNamed('zed'));
    const message = await refused(setup(options({ host: 'zed', project: true }), machine, new Answers()));
    expect(message).toContain('Leave out --project');
    expect(existsSync(join(machine.cwd, '.zed'))).toBe(false);
  });
});

describe('an entry that is there', () => {
  const host = hostNamed('claude-code');
  const own =
    '{\n  "mcpServers": {\n    "video": {\n      // mine\n      "command": "/gone/node",\n      "args": ["/x/shotstack-template-mcp/dist/cli.js", "--sandbox"],\n      "timeout": 90000,\n      "env": { "SHOTSTACK_MCP_SANDBOX": "true", "SHOTSTACK_MCP_LOG_LEVEL": "debug" }\n    }\n  }\n}\n';

  it('is brought up to date under its own name, and its other fields and comments stay', async () => {
    const cursor = hostNamed('cursor');
    const { machine, file } = homeWith(cursor, 'linux', own);
    const env = await shell();
    await setup(options({ host: 'cursor' }), withEnv(machine, env), new Answers());
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('// mine');
    const { mcpServers } = evaluate(parse(text, { mode: 'jsonc' })) as { mcpServers: Record<string, unknown> };
    expect(mcpServers).toEqual({
      video: {
        command: launchHere(machine).command,
        args: [machine.entry],
        timeout: 90_000,
        env: { SHOTSTACK_MCP_LOG_LEVEL: 'debug', ...env },
      },
    });
  });

  it('as it should be is nothing to do, and no backup is made', async () => {
    const { machine, file } = homeWith(host);
    await setup(options({ host: host.id, sandbox: true }), machine, new Answers());
    const files = readdirSync(dirname(file));
    const terminal = new Answers();
    await setup(options({ host: host.id, sandbox: true }), machine, terminal);
    expect(terminal.text).toContain('Nothing to do');
    expect(readdirSync(dirname(file))).toEqual(files);
  });

  it.each([
    ['claude-code', '{}'],
    ['claude-code', ''],
    ['cursor', '\n\n'],
    ['vs-code', '{ "inputs": [] }'],
    ['codex', 'model = "x"'],
    ['codex', 'model = "x"\nmost = 9223372036854775807\n\n\n'],
  ])('leaves nothing behind in a file of %s that was %j', async (id, text) => {
    const { machine, file } = homeWith(hostNamed(id), 'linux', text);
    await setup(options({ host: id, sandbox: true }), machine, new Answers());
    await remove(options({ host: id }), machine, new Answers());
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('is taken out alone where the file was changed since', async () => {
    const { machine, file } = homeWith(host, 'linux', '{}');
    await setup(options({ host: host.id, sandbox: true }), machine, new Answers());
    writeFileSync(file, readFileSync(file, 'utf8').replace('{', '{ "theirs": 1,'));
    await remove(options({ host: host.id }), machine, new Answers());
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ theirs: 1, mcpServers: {} });
  });

  it('that is there twice is removed twice', async () => {
    const twice = `{ "mcpServers": { "${SERVER_NAME}": { "command": "node" }, "${SERVER_NAME}": { "command": "node" } } }`;
    const { machine, file } = homeWith(host, 'linux', twice);
    await remove(options({ host: host.id }), machine, new Answers());
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ mcpServers: {} });
  });

  it('is not touched by remove in other servers', async () => {
    const { machine, file } = homeWith(host);
    const terminal = new Answers();
    const before = readFileSync(file);
    await remove(options({ host: host.id }), machine, terminal);
    expect(terminal.text).toContain('Nothing to do');
    expect(readFileSync(file)).toEqual(before);
  });
});

it.each([
  [true, false],
  [false, true],
])('VS Code, with sandbox %s: whether the end of the set-up speaks of the key is %s', async (sandbox, speaks) => {
  const { machine } = homeWith(hostNamed('vs-code'));
  const terminal = new Answers();
  await setup(options({ host: 'vs-code', sandbox }), machine, terminal);
  expect(terminal.text.replace(/\s+/g, ' ').includes('asks for the key once')).toBe(speaks);
});

describe('allowed folders and the store', () => {
  it('go into the entry: folders by absolute paths, the store where the host drops its variable', async () => {
    const host = hostNamed('codex');
    const { machine, file } = homeWith(host);
    mkdirSync(join(machine.home, 'videos'));
    const moved = withEnv(machine, { XDG_DATA_HOME: join(machine.home, 'data') });
    await setup(options({ host: 'codex', sandbox: true, allowDirs: ['~/videos'] }), moved, new Answers());
    expect(entryIn(file, host).env).toEqual({
      SHOTSTACK_MCP_ALLOWED_DIRS: join(machine.home, 'videos'),
      SHOTSTACK_MCP_DATA_DIR: join(machine.home, 'data', 'shotstack-template-mcp'),
    });
  });

  it.runIf(POSIX)('whose name holds what separates folders are refused', async () => {
    const { machine } = homeWith(hostNamed('codex'));
    const folder = join(machine.home, 'a:b');
    mkdirSync(folder);
    const asked = options({ host: 'codex', sandbox: true, allowDirs: [folder] });
    expect(await refused(setup(asked, machine, new Answers()))).toContain('holds “:”');
  });

  it.each(['claude-code', 'codex', 'opencode'])('given as arguments stay in the entry of %s', async id => {
    const host = hostNamed(id);
    const { machine, file } = homeWith(host);
    const asked = options({ host: id, sandbox: true });
    await setup(asked, machine, new Answers());
    const text = readFileSync(file, 'utf8').replace('"--sandbox"', '"--sandbox", "serve", "/home/u/videos"');
    writeFileSync(file, text);
    await setup(asked, machine, new Answers());
    expect(JSON.stringify(entryIn(file, host))).toContain('"--sandbox","serve","/home/u/videos"');
  });

  it('that are not there are refused', async () => {
    const { machine } = homeWith(hostNamed('codex'));
    const gone = join(machine.home, 'gone');
    const asked = options({ host: 'codex', sandbox: true, allowDirs: [gone] });
    expect(await refused(setup(asked, machine, new Answers()))).toContain(`${gone} is not a folder`);
  });
});

describe('nothing is changed', () => {
  const host = hostNamed('claude-code');

  it.each([
    ['is broken', '{ "mcpServers": {,} }', 'is not JSON'],
    ['has comments where the host takes none', '{ "mcpServers": {} } // mine', 'is not JSON'],
    ['has a list where servers belong', '{ "mcpServers": [] }', '“mcpServers” in it is not an object'],
    ['holds a list', '[]', 'holds no JSON object'],
    [
      'has another program under the name of this server',
      '{ "mcpServers": { "shotstack-template": { "command": "python", "args": ["-m", "x"] } } }',
      'another server named shotstack-template',
    ],
    [
      'has a server on the network under that name',
      '{ "mcpServers": { "shotstack-template": { "type": "http", "url": "https://example.com" } } }',
      'another server named shotstack-template',
    ],
  ])('in a file that %s', async (_what, text, reason) => {
    const { machine, file } = homeWith(host, 'linux', text);
    const message = await refused(setup(options({ host: host.id, sandbox: true }), machine, new Answers()));
    expect(message).toContain(reason);
    expect(message).toContain(file);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(dirname(file))).toEqual(expect.not.arrayContaining([expect.stringContaining('backup')]));
  });

  it('in a TOML file that has its servers inline', async () => {
    const text = 'mcp_servers = { a = { command = "x" } }\n';
    const { machine, file } = homeWith(hostNamed('codex'), 'linux', text);
    expect(await refused(setup(options({ host: 'codex', sandbox: true }), machine, new Answers()))).toContain(
      'by hand',
    );
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('in a TOML file where a text looks like this server', async () => {
    const text = 'notes = """\n[mcp_servers.shotstack-template]\nnot a table\n"""\n';
    const { machine, file } = homeWith(hostNamed('codex'), 'linux', text);
    expect(await refused(setup(options({ host: 'codex', sandbox: true }), machine, new Answers()))).toContain(
      'by hand',
    );
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('in a file that is not UTF-8', async () => {
    const { machine, file } = homeWith(host);
    const bytes = Buffer.from('\u{feff}{}', 'utf16le');
    writeFileSync(file, bytes);
    expect(await refused(setup(options({ host: host.id, sandbox: true }), machine, new Answers()))).toContain(
      'left alone',
    );
    expect(readFileSync(file)).toEqual(bytes);
  });

  it('when the person says no', async () => {
    const { machine, file } = homeWith(host);
    const before = readFileSync(file);
    const asked = options({ host: host.id, sandbox: true, yes: false });
    expect(await refused(setup(asked, machine, new Answers('n')))).toBe('Nothing was changed.');
    expect(readFileSync(file)).toEqual(before);
  });

  it('when another program changed the file meanwhile', async () => {
    const { machine, file } = homeWith(host);
    const theirs = '{\n  "numStartups": 185\n}\n';
    const answer = (): string => {
      writeFileSync(file, theirs);
      return 'y';
    };
    const asked = options({ host: host.id, sandbox: true, yes: false });
    expect(await refused(setup(asked, machine, new Answers(answer)))).toContain('was changed by another program');
    expect(readFileSync(file, 'utf8')).toBe(theirs);
    expect(readdirSync(dirname(file)).filter(name => /tmp$|backup$/.test(name))).toEqual([]);
  });

  it('by a copy that may be deleted', async () => {
    const { machine } = homeWith(host);
    const npx = { ...machine, entry: '/home/me/.npm/_npx/1/node_modules/shotstack-template-mcp/dist/cli.js' };
    const temporary = { ...machine, temporary: dirname(machine.entry) };
    for (const copy of [npx, temporary]) {
      const message = await refused(setup(options({ host: host.id, sandbox: true }), copy, new Answers()));
      expect(message).toContain('may be deleted');
      expect(message).not.toContain('npx -y shotstack-template-mcp');
    }
  });

  it('without a terminal, unless --yes says so', async () => {
    const { machine } = homeWith(host);
    expect(await refused(setup(options({ host: host.id, yes: false }), machine, new Answers()))).toContain('--yes');
  });
});

describe('a link in place of the file', () => {
  it('is followed: the file that it leads to is changed, and the link stays', async () => {
    const host = hostNamed('cursor');
    const { machine, file } = homeWith(host);
    const target = join(machine.home, 'dotfiles.json');
    renameSync(file, target);
    symlinkSync(target, file);
    await setup(options({ host: 'cursor', sandbox: true }), machine, new Answers());
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(entryIn(target, host)).toMatchObject({ command: expect.any(String) });
    expect(readdirSync(dirname(target)).filter(name => name.endsWith('.backup'))).toHaveLength(1);
  });

  it('that leads nowhere is refused', async () => {
    const { machine, file } = homeWith(hostNamed('cursor'));
    renameSync(file, `${file}.old`);
    symlinkSync(join(machine.home, 'gone'), file);
    expect(await refused(setup(options({ host: 'cursor', sandbox: true }), machine, new Answers()))).toContain(
      'leads nowhere',
    );
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });
});

describe('the host', () => {
  const homeWithTwo = (): Machine =>
    machineAt(scratch({ 'project/.keep': '', '.cursor/mcp.json': '{}', '.codex/config.toml': '' }));

  it('is picked from those on the computer', async () => {
    const machine = homeWithTwo();
    const terminal = new Answers('2', 'y');
    await setup(options({ sandbox: true, yes: false }), machine, terminal);
    expect(terminal.text).toMatch(/1 {2}Cursor .*\n {2}2 {2}Codex/);
    expect(readFileSync(join(machine.home, '.codex/config.toml'), 'utf8')).toContain(SERVER_NAME);
    expect(readFileSync(join(machine.home, '.cursor/mcp.json'), 'utf8')).toBe('{}');
  });

  it('need not be named by a script where there is but one', async () => {
    const { machine, file } = homeWith(hostNamed('cursor'));
    await setup(options({ sandbox: true }), machine, new Answers());
    expect(readFileSync(file, 'utf8')).toContain(SERVER_NAME);
  });

  it.each([
    ['Claude Code', 'was not found on this computer'],
    ['clade-code', 'Did you mean claude-code?'],
    ['notepad', 'That is no known host.'],
    ['', 'That is no known host.'],
  ])('%j is refused where it is not there: %s', async (name, reason) => {
    expect(await refused(setup(options({ host: name, sandbox: true }), homeWithTwo(), new Answers()))).toContain(
      reason,
    );
  });

  it.each(['Windsurf', 'devin desktop', 'DEVIN-DESKTOP'])('%s is Devin Desktop', async name => {
    const { machine, file } = homeWith(hostNamed('devin-desktop'));
    await setup(options({ host: name, sandbox: true }), machine, new Answers());
    expect(readFileSync(file, 'utf8')).toContain(SERVER_NAME);
  });

  it('has to be named by a script where there are several', async () => {
    expect(await refused(setup(options({ sandbox: true }), homeWithTwo(), new Answers()))).toContain('cursor, codex');
  });
});

it('a new file is its owner’s alone, and its folder is made', async () => {
  const home = scratch({ 'project/.keep': '', 'AppData/Local/Packages/Claude_pzs8sxrjxfjjc/.keep': '' });
  const machine = machineAt(home, 'win32');
  const terminal = new Answers();
  await setup(options({ host: 'claude-desktop', sandbox: true }), machine, terminal);
  const file = join(home, settingsPath('Claude Desktop', 'win32'));
  expect(basename(file)).toBe('claude_desktop_config.json');
  if (POSIX) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(terminal.text).toContain('(new)');
  expect(terminal.text).toContain('Quit Claude Desktop from its menu');
});
