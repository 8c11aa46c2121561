import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { getMcpConfigForManifest, type McpbManifestAny, unpackExtension } from '@anthropic-ai/mcpb';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Reply } from '../../src/tools/reply.ts';

const run = promisify(execFile);

/** The Nodes to try: the one that runs the tests, and those of OTHER_NODES, paths separated as in PATH. */
export const NODES = [
  process.execPath,
  ...(process.env.OTHER_NODES ?? '').split(delimiter).filter(path => path !== ''),
];

/** Whether this Node has SQLite built in, when it is started with these options. */
export async function hasSqlite(node: string, options: string[] = []): Promise<boolean> {
  const script = 'import("node:sqlite").then(() => console.log("yes"), () => console.log("no"))';
  return (await run(node, [...options, '-e', script])).stdout === 'yes\n';
}

/** What a user answers to the manifest's questions. */
export type Answers = Record<string, string | number | boolean | string[]>;

/** The bundle as `npm run bundle` packs it, in a folder far from this project. */
export class UnpackedBundle {
  /** Holds everything that is made here. */
  readonly folder = mkdtempSync(join(tmpdir(), 'shotstack-bundle-test-'));
  readonly file = join(this.folder, 'server.mcpb');
  /** Where the host put it. */
  readonly root = join(this.folder, 'extension');

  static async make(): Promise<UnpackedBundle> {
    const bundle = new UnpackedBundle();
    await run(process.execPath, ['scripts/run.mjs', 'scripts/bundle.ts', bundle.file]);
    await unpackExtension({ mcpbPath: bundle.file, outputDir: bundle.root, silent: true });
    return bundle;
  }

  get manifest(): McpbManifestAny {
    return JSON.parse(readFileSync(join(this.root, 'manifest.json'), 'utf8'));
  }

  /** The command that a host makes of the manifest and its user's answers, by the format's own code. */
  async command(answers: Answers): Promise<{ args: string[]; env: Record<string, string> }> {
    const config = await getMcpConfigForManifest({
      manifest: this.manifest,
      extensionPath: this.root,
      systemDirs: {},
      userConfig: answers,
      pathSeparator: sep,
    });
    if (!config) throw new Error('The host would not start it: an answer that must be given is missing.');
    return { args: config.args ?? [], env: config.env ?? {} };
  }

  /** Starts it as a host does: nothing in the environment but what the manifest says, and a home of its own. */
  async start(node: string, answers: Answers, options: string[] = []): Promise<HostedServer> {
    const { args, env } = await this.command(answers);
    const home = mkdtempSync(join(this.folder, 'home-'));
    const transport = new StdioClientTransport({
      command: node,
      args: [...options, ...args],
      cwd: home,
      env: { ...env, HOME: home, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home, PATH: '' },
      stderr: 'ignore',
    });
    const client = new Client({ name: 'test', version: '0.0.0' });
    await client.connect(transport);
    return new HostedServer(client);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** A server that a host has started, and the SDK's own client. */
export class HostedServer {
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  async call(name: string, args: Record<string, unknown>): Promise<Reply> {
    const result = await this.client.callTool({ name, arguments: args }, undefined, { timeout: 70_000 });
    return result.structuredContent as unknown as Reply;
  }
}
