import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { isObject } from '../../src/base/json.ts';
import { type Format, parseSettings } from '../../src/hosts/formats.ts';
import type { Launch } from '../../src/hosts/host.ts';
import { HOSTS } from '../../src/hosts/hosts.ts';
import { listTools } from '../../src/tools/tools.ts';
import { CLI } from '../support/command.ts';

const PAGES = ['docs/hosts.md', 'docs/team.md', 'docs/video.md', 'README.md'];
const EXAMPLE = 'mcp.json.example';
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** A piece of a page that starts the server. */
interface Snippet {
  from: string;
  launch: Launch;
}

describe('every snippet', () => {
  const snippets = [...PAGES.flatMap(snippetsOf), ...entriesOf(EXAMPLE, read(EXAMPLE), 'json')];

  it('is found: each host of the page, the README’s, and the example', () => {
    const from = snippets.map(snippet => snippet.from);
    for (const { name } of HOSTS) expect(from).toContain(`docs/hosts.md, ${name}`);
    expect(from.filter(place => place.startsWith('README.md'))).not.toEqual([]);
    expect(from.filter(place => place === EXAMPLE)).toHaveLength(2);
  });

  /** What runs, and the first snippet that has it: many hosts have the same. */
  const launches = new Map(
    snippets.toReversed().map(({ from, launch }) => {
      const run = { ...withSandbox(launch), env: withoutKey(launch) };
      return [JSON.stringify(run), { from, run }];
    }),
  );

  it.each([...launches.values()])('starts the server as it is written: $from', async ({ run }) => {
    const client = new Client({ name: 'test', version: '0.0.0' });
    await client.connect(new StdioClientTransport({ ...run, stderr: 'ignore' }));
    expect(client.getServerVersion()).toMatchObject({ version: manifest.version });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(listTools().map(({ name }) => name));
    await client.close();
  });
});

it('no page runs the package by its bare name, which is not published', () => {
  for (const page of [...PAGES, 'docs/doctor.md', 'docs/company.md', 'docs/sandbox.md', EXAMPLE]) {
    expect(read(page), page).not.toMatch(/npx (-y |--yes )*shotstack-template-mcp|"-y",\s*"shotstack-template-mcp"/);
  }
});

it('no page has a key in a command, where the shell’s history keeps it', () => {
  for (const page of [...PAGES, 'docs/doctor.md', 'docs/company.md', 'docs/sandbox.md']) {
    const commands = [...read(page).matchAll(/^```(?:sh|powershell|bat)\n([\s\S]*?)^```$/gm)]
      .map(([, code]) => code)
      .join('');
    expect(commands, page).not.toMatch(/SKILLBOSS_WHOLESALE_KEY=(?!ci\b)\S/);
  }
});

/** Everything of a page that starts the server, with the heading that it stands under. */
function snippetsOf(page: string): Snippet[] {
  let under = '';
  return [...read(page).matchAll(/^##+ (.*)$|^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, heading, language, code = '']) => {
      under = heading ?? under;
      if (language !== 'json' && language !== 'toml') return [];
      return code.includes('/cli.js') ? entriesOf(`${page}, ${under}`, code, language) : [];
    },
  );
}

function entriesOf(from: string, text: string, format: Format): Snippet[] {
  const settings = parseSettings(text, format);
  if (settings.kind !== 'read') throw new Error(`${from}: not ${format}`);
  const maps = HOSTS.map(({ serversAt }) => settings.document[serversAt[0] ?? '']);
  return [...new Set(maps)].filter(isObject).flatMap(map =>
    Object.values(map).map(entry => {
      const { command, args = [], env, environment } = entry as Record<string, string[] & Record<string, string>>;
      const [program = '', ...words] = [command ?? '', args].flat();
      return { from, launch: { command: program, args: words, env: env ?? environment ?? {} } };
    }),
  );
}

function withSandbox({ command, args }: Launch): { command: string; args: string[] } {
  const ours =
    /^(\/(absolute\/)?path\/to\/|\$\{workspaceFolder\}\/)?(node_modules\/)?shotstack-template-mcp\/dist\/cli\.js$/;
  const here = args.map(word => word.replace(ours, CLI));
  return { command, args: here.includes('--sandbox') ? here : [...here, '--sandbox'] };
}

/** The entry's other settings; its folders are not there. */
function withoutKey({ env = {} }: Launch): Record<string, string> {
  const { SKILLBOSS_WHOLESALE_KEY: _, ...others } = env;
  return { PATH: process.env.PATH ?? '', ...others };
}
