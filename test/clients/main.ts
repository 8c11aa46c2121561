// Real clients on each Node, against the built server and its sandbox:
//   npm run clients [-- --node 20 --node 24]
// What is not a dependency of this project (the Inspector, the conformance suite, the other Nodes) comes from the
// registry, in exact versions and without install scripts, into a folder that is removed at the end.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { conform, SCENARIOS } from './conformance.ts';
import { inspect } from './inspector.ts';
import { sandboxOf } from './main-job.ts';
import { run } from './run.ts';

const NODES: Record<string, string> = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' };
const INSPECTOR = '2.12.0';
const CONFORMANCE = '0.1.16';
/** The least Node on which those two run; on an older one only the server does. */
const TOOLS_NEED = 22;
const FAILS = 'FAILS';

const NOTES = [
  `Inspector ${INSPECTOR} (needs Node 22.19) and conformance ${CONFORMANCE} (node:fs globSync) do not run on Node 20: there they run on the newest Node above, and the server on Node 20.`,
  `conformance: ${SCENARIOS.join(', ')}, over a bridge from HTTP to stdio. Its other scenarios call tools, prompts and resources that only its own reference server has, test features that this server does not announce (logging, subscriptions, sampling, elicitation), or test HTTP itself.`,
  'SDK v2, auto: the client asks for protocol 2026-07-28 first and falls back to the one that this server speaks.',
];

interface Runtime {
  major: number;
  /** Path of the executable. */
  node: string;
}

const cli = resolve('dist/cli.js');
const scratch = mkdtempSync(join(tmpdir(), 'shotstack-clients-'));
try {
  const { values } = parseArgs({ options: { node: { type: 'string', multiple: true } } });
  const runtimes: Runtime[] = [];
  for (const major of values.node ?? Object.keys(NODES)) runtimes.push(await runtimeOf(major));
  const tools = await install('tools', [
    `@modelcontextprotocol/inspector@${INSPECTOR}`,
    `@modelcontextprotocol/conformance@${CONFORMANCE}`,
  ]);

  const rows = new Map<string, string[]>();
  for (const runtime of runtimes) {
    const results = await tryAll(runtime, runtimes, tools);
    for (const [client, result] of Object.entries(results)) rows.set(client, [...(rows.get(client) ?? []), result]);
  }
  say(`| client | ${runtimes.map(({ major }) => `Node ${major}`).join(' | ')} |`);
  say(`| --- |${' --- |'.repeat(runtimes.length)}`);
  for (const [client, results] of rows) say(`| ${client} | ${results.join(' | ')} |`);
  for (const note of NOTES) say(`\n${note}`);
  process.exitCode = [...rows.values()].flat().includes(FAILS) ? 1 : 0;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** What came of each client with the server on this Node. */
async function tryAll(runtime: Runtime, all: Runtime[], tools: string): Promise<Record<string, string>> {
  const { node, major } = runtime;
  const played = await run([node, 'scripts/run.mjs', 'test/clients/play.ts', cli]);
  if (played.code !== 0) throw new Error(`The SDK’s clients did not end on Node ${major}: ${played.stderr}`);
  const sdk = Object.entries<string | null>(JSON.parse(played.stdout));

  const newest = all.reduce((one, other) => (other.major > one.major ? other : one));
  const host = major >= TOOLS_NEED ? runtime : newest;
  const inTools = (name: string): string => join(tools, 'node_modules/@modelcontextprotocol', name);
  const folder = join(scratch, `node-${major}-records`);
  mkdirSync(folder);
  const server = sandboxOf(node, cli);
  return {
    ...Object.fromEntries(sdk.map(([name, wrong]) => [name, told(wrong)])),
    [`Inspector CLI ${INSPECTOR}`]: await resultOf(host, () =>
      inspect([host.node, join(inTools('inspector'), 'clients/launcher/build/index.js')], server, folder),
    ),
    [`conformance ${CONFORMANCE}`]: await resultOf(host, () =>
      conform([host.node, join(inTools('conformance'), 'dist/index.js')], server, folder),
    ),
  };
}

async function resultOf({ major }: Runtime, trial: () => Promise<void>): Promise<string> {
  if (major < TOOLS_NEED) return `not run: it needs Node ${TOOLS_NEED}`;
  return told(await trial().then(() => null, String));
}

function told(wrong: string | null): string {
  if (wrong === null) return 'passes';
  process.stderr.write(`${wrong}\n\n`);
  return FAILS;
}

/** This Node, if it is one of that version, or the one in the registry. */
async function runtimeOf(major: string): Promise<Runtime> {
  if (process.versions.node.startsWith(`${major}.`)) return { major: Number(major), node: process.execPath };
  const version = NODES[major];
  if (version === undefined) throw new Error(`There is no Node ${major} here: ${Object.keys(NODES).join(', ')}.`);
  // What the package `node` installs by a script of its own.
  const windows = process.platform === 'win32';
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const name = [prefix, windows ? 'win' : process.platform, process.arch].join('-');
  const folder = await install(`node-${major}`, [`${name}@${version}`]);
  return { major: Number(major), node: join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node') };
}

async function install(name: string, packages: string[]): Promise<string> {
  const folder = join(scratch, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}');
  const npm = process.env.npm_execpath;
  if (npm === undefined) throw new Error('Start this with: npm run clients');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
  const { code, stderr } = await run([process.execPath, npm, 'install', ...options, ...packages], {}, folder);
  if (code !== 0) throw new Error(`npm could not install ${packages.join(' ')}: ${stderr}`);
  return folder;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
