import { VERSION } from '../base/version.ts';
import { SETTINGS } from '../config.ts';
import { PACKAGE } from '../hosts/host.ts';
import { HOSTS } from '../hosts/hosts.ts';
import { wrap } from './wrap.ts';

const COMMANDS: readonly [usage: string, meaning: string][] = [
  ['', 'Serve MCP over stdio. A host (Claude Desktop, Cursor …) starts this; you need not.'],
  ['--sandbox', 'The same against the sandbox: no key, no network, nothing billed.'],
  ['serve DIR …', 'The same, and tools may read and save files in these folders.'],
  [
    'setup [HOST]',
    'Write this server into a host’s settings: shows the change, asks, keeps a backup. [--sandbox] [--project] [--allow-dir DIR] [--yes]',
  ],
  ['remove [HOST]', 'Take it out again. [--project] [--yes]'],
  ['doctor', 'Check the set-up and say what to change; changes nothing. [--sandbox] [--json]'],
  ['demo', 'Run the main job in the sandbox and say what happens.'],
  ['sandbox', 'The sandbox by itself, for other programs and for CI. [--port N] [--key K] [--json]'],
  ['help, version', 'This text; the version. Also --help and --version.'],
];

const EXAMPLES: readonly [command: string, meaning: string][] = [
  ['setup', 'finds the hosts on this computer and asks which'],
  ['setup claude-desktop --sandbox', 'to try it without a key'],
  ['setup cursor --allow-dir ~/videos', 'definitions from files, results into files'],
  ['sandbox --port 8787 --key ci --json', 'a gateway for tests'],
];

/** The text of `--help`. */
export function helpText(): string {
  const rows = (list: readonly (readonly [string, string])[]): string[] =>
    list.flatMap(([left, right]) => [`  ${`${PACKAGE} ${left}`.trimEnd()}`, ...wrap(right, '      ')]);
  return [
    `${PACKAGE} ${VERSION}`,
    ...wrap('An MCP server that updates Shotstack templates through SkillBoss: submit, poll, cancel.'),
    '',
    ...rows(COMMANDS),
    '',
    'Examples',
    ...rows(EXAMPLES),
    '',
    ...wrap(`Hosts: ${HOSTS.map(({ id }) => id).join(', ')}.`, '       ', ''),
    '',
    'Settings (environment variables)',
    ...Object.entries(SETTINGS).flatMap(([name, { fallback, meaning }]) => [
      `  ${name}${fallback === null ? '' : ` (default ${fallback})`}`,
      ...wrap(meaning.replaceAll('`', ''), '      '),
    ]),
    '',
  ].join('\n');
}

/** What a person who started the server in a terminal needs to know. */
export function terminalNote(): string {
  return [
    ...wrap(
      `${PACKAGE} ${VERSION} is an MCP server: it now waits for a host to talk to it over stdin. Press Ctrl+C to leave.`,
    ),
    ...wrap('To set it up in a host: setup. To try it here: demo. All commands: help.'),
    '',
  ].join('\n');
}
