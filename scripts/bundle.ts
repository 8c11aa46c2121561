// Packs the built server for Claude Desktop: npm run bundle [-- FILE]
import { cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type McpbManifestAny, packExtension } from '@anthropic-ai/mcpb';
import about from '../package.json' with { type: 'json' };
import { SETTINGS } from '../src/config.ts';
import { TOOLS } from '../src/tools/tools.ts';

/** Largest bundle that is still a quick download, bytes. */
const LARGEST = 3_000_000;
/** The oldest Node with SQLite built in: the bundle has no native parts. */
const OLDEST_NODE = '22.13.0';

type Name = keyof typeof SETTINGS;
type Option = NonNullable<McpbManifestAny['user_config']>[string];

/** What Claude Desktop asks its user for, and the setting that takes the answer. */
const ASKED: Partial<Record<Name, Option>> = {
  SKILLBOSS_WHOLESALE_KEY: {
    type: 'string',
    title: 'SkillBoss wholesale key',
    description: 'An ordinary console key is refused. Not needed in the sandbox.',
    required: false,
    sensitive: SETTINGS.SKILLBOSS_WHOLESALE_KEY.secret ?? false,
  },
  SHOTSTACK_MCP_ALLOWED_DIRS: {
    type: 'directory',
    title: 'Allowed folders',
    description: 'Folders from which tools may read files and into which they may save. None by default.',
    required: false,
    multiple: true,
  },
  SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: {
    type: 'number',
    title: 'Spend guard: updates an hour',
    description: 'Every completed update is billed. So many are submitted in an hour at most; 0 lifts the guard.',
    required: false,
    default: Number(SETTINGS.SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR.fallback),
    min: 0,
    max: 1_000_000,
  },
  SHOTSTACK_MCP_SANDBOX: {
    type: 'boolean',
    title: 'Sandbox',
    description: 'Try everything in the sandbox: no key, nothing billed, jobs forgotten with the process.',
    required: false,
    default: SETTINGS.SHOTSTACK_MCP_SANDBOX.fallback === 'true',
  },
};

const named = (name: string): string => name.toLowerCase();
const answer = (name: string): string => `\${user_config.${named(name)}}`;
const folders = (name: string): boolean => ASKED[name as Name]?.multiple === true;

const manifest: McpbManifestAny = {
  manifest_version: '0.3',
  name: about.name,
  display_name: 'Shotstack Templates',
  version: about.version,
  description: about.description,
  long_description: [
    'Lets an agent update a Shotstack template: it submits the update, follows the job, cancels it in time, and saves the result.',
    'One call never makes two jobs, no job is lost, and definitions are checked free of charge before they are paid for.',
    'Prompts, definitions and pictures go to SkillBoss’s gateway, which passes them on to Shotstack. Jobs are remembered on this computer.',
  ].join('\n\n'),
  author: { name: about.author },
  license: about.license,
  keywords: about.keywords,
  icon: 'icon.png',
  server: {
    type: 'node',
    entry_point: 'dist/cli.js',
    mcp_config: {
      command: 'node',
      // Several values reach a server as arguments only: each becomes one.
      args: ['$' + '{__dirname}/dist/cli.js', 'serve', ...Object.keys(ASKED).filter(folders).map(answer)],
      env: Object.fromEntries(
        Object.keys(ASKED)
          .filter(name => !folders(name))
          .map(name => [name, answer(name)]),
      ),
    },
  },
  prompts_generated: true,
  tools: TOOLS.map(({ name, title }) => ({ name, description: title })),
  // What the server says names the setting, which the user has to find here.
  user_config: Object.fromEntries(
    Object.entries(ASKED).map(([name, option]) => [
      named(name),
      { ...option, description: `${option.description} In messages: ${name}.` },
    ]),
  ),
  compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: `>=${OLDEST_NODE}` } },
};

const file = process.argv[2] ?? `${about.name}.mcpb`;
const folder = mkdtempSync(join(tmpdir(), 'shotstack-bundle-'));
try {
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  write('manifest.json', manifest);
  // Tells Node that dist/ is of ES modules.
  write('package.json', { name: about.name, version: about.version, license: about.license, type: about.type });
  cpSync('dist', join(folder, 'dist'), { recursive: true });
  for (const name of ['LICENSE', 'THIRD-PARTY-NOTICES.txt']) cpSync(name, join(folder, name));
  cpSync('assets/icon.png', join(folder, 'icon.png'));
  if (!(await packExtension({ extensionPath: folder, outputPath: file })))
    throw new Error('The bundle was not packed.');
} finally {
  rmSync(folder, { recursive: true });
}
const { size } = statSync(file);
console.log(`${file}: ${(size / 1_000_000).toFixed(2)} MB`);
if (size > LARGEST) throw new Error(`The bundle is larger than ${LARGEST} bytes.`);
