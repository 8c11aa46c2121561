import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { type Format, parseSettings } from '../../src/doctor/formats.ts';
import { HOSTS, SERVER_NAME } from '../../src/doctor/hosts.ts';
import type { Launch } from '../../src/doctor/launch.ts';
import { listTools } from '../../src/tools/tools.ts';
import { CLI } from '../support/stdio-server.ts';
import { FROM_NPM } from './snippets.ts';

const PAGE = new URL('../../docs/hosts.md', import.meta.url);
const README = new URL('../../README.md', import.meta.url);
const EXAMPLE = new URL('../../mcp.json.example', import.meta.url);

/** A piece of a page that starts the server. */
interface Snippet {
  from: string;
  launch: Launch;
}

describe('every snippet', () => {
  const snippets = [
    ...snippetsOf(PAGE),
    ...snippetsOf(README),
    ...entriesOf('mcp.json.example', readFileSync(EXAMPLE, 'utf8'), 'json'),
  ];

  it('is found: each host of the page, those of the README, and the example', () => {
    const from = snippets.map(snippet => snippet.from);
    for (const { name } of HOSTS) expect(from).toContain(`hosts.md, ${name}`);
    expect(from.filter(place => place.startsWith('README.md'))).toHaveLength(2);
    expect(from.filter(place => place === 'mcp.json.example')).toHaveLength(2);
  });

  it.each(snippets)('starts the server as it is written: $from', async ({ launch }) => {
    const { command, args } = withSandbox(launch);
    const client = new Client({ name: 'test', version: '0.0.0' });
    await client.connect(new StdioClientTransport({ command, args, env: withoutKey(launch), stderr: 'ignore' }));
    expect(client.getServerVersion()).toMatchObject({ version: manifest.version });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(listTools().map(({ name }) => name));
    await client.close();
  });
});

describe('the form for npx', () => {
  it('names this package, whose one command has the same name', () => {
    expect(FROM_NPM.args).toEqual(['-y', manifest.name]);
    expect(Object.keys(manifest.bin)).toEqual([manifest.name]);
  });
});

describe('the links', () => {
  it('of Cursor hold the entry that its snippet has', () => {
    const url = new URL(linkOf('Cursor'));
    expect(url.searchParams.get('name')).toBe(SERVER_NAME);
    expect(JSON.parse(Buffer.from(url.searchParams.get('config') ?? '', 'base64').toString())).toEqual(FROM_NPM);
  });

  it('of VS Code hold the entry and the inputs that its snippet has', () => {
    const { name, inputs, ...entry } = JSON.parse(decodeURIComponent(linkOf('VS Code').split('?')[1] ?? ''));
    const vscode = HOSTS.find(host => host.name === 'VS Code');
    expect({ inputs, servers: { [name]: entry } }).toEqual(vscode?.document(FROM_NPM));
    expect(entry.env.SKILLBOSS_WHOLESALE_KEY).toBe(`\${input:${inputs[0].id}}`);
  });
});

function linkOf(host: string): string {
  const section = readFileSync(PAGE, 'utf8').split(`## ${host}\n`)[1]?.split('\n## ')[0] ?? '';
  return /^(cursor|vscode):.*$/m.exec(section)?.[0] ?? '';
}

/** Everything of a page that starts the server, with the heading, or the host's name in bold, that it stands under. */
function snippetsOf(page: URL): Snippet[] {
  const file = page.pathname.split('/').at(-1);
  let under = '';
  return [...readFileSync(page, 'utf8').matchAll(/^##+ (.*)$|^\*\*([^*]+)\*\*|^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, heading, bold, language, code = '']) => {
      under = heading ?? HOSTS.find(({ name }) => name === bold)?.name ?? under;
      if (language === 'sh') return commandsOf(`${file}, ${under}`, code);
      if (language !== 'json' && language !== 'toml') return [];
      return code.includes('/cli.js') ? entriesOf(`${file}, ${under}`, code, language) : [];
    },
  );
}

/** What `claude mcp add` is told to start. */
function commandsOf(from: string, code: string): Snippet[] {
  return [...code.matchAll(/^claude mcp add .* -- (\S+) (.*)$/gm)].map(([, command = '', args = '']) => ({
    from,
    launch: { command, args: args.split(' ') },
  }));
}

function entriesOf(from: string, text: string, format: Format): Snippet[] {
  const settings = parseSettings(text, format);
  if (settings.kind !== 'read') throw new Error(`${from}: not ${format}`);
  const maps = ['mcpServers', 'servers', 'mcp_servers', 'context_servers'].map(key => settings.document[key]);
  return maps
    .filter(map => map !== undefined)
    .flatMap(map => Object.values(map as Record<string, Launch>))
    .map(launch => ({ from, launch }));
}

function withSandbox({ command, args }: Launch): Launch {
  const here = args.map(word => word.replace(/^\/(absolute\/)?path\/to\/shotstack-template-mcp\/dist\/cli\.js$/, CLI));
  return { command, args: here.includes('--sandbox') ? here : [...here, '--sandbox'] };
}

/** The entry's other settings; its folders are not there. */
function withoutKey({ env = {} }: Launch): Record<string, string> {
  const { SKILLBOSS_WHOLESALE_KEY: _, ...others } = env;
  return { PATH: process.env.PATH ?? '', ...others };
}
