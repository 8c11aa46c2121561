import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { DatabaseSync } from '@photostructure/sqlite';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type Handler, json, RecordingGateway } from '../support/recording-gateway.ts';
import { complete, taken, unknownJob } from './answers.ts';
import type { RobotCall, Told } from './robot.ts';
import type { Scene, Script, Situation } from './situation.ts';

const DIST = resolve('dist');

/** Where situations take place: the built server over stdio, a scripted gateway, a store and an allowed folder. */
export class Stage {
  /** The folder that the server may use. */
  readonly allowed: string;
  readonly store: string;
  readonly gateway: RecordingGateway;
  readonly #folder: string;
  readonly #env: Record<string, string>;
  readonly #command: string[];
  #client: Client | null = null;
  /** Tokens of every call and reply. */
  tokens = 0;

  private constructor({ env = {}, without, sandbox }: StageSetup, gateway: RecordingGateway) {
    this.gateway = gateway;
    this.#env = env;
    this.#folder = mkdtempSync(join(tmpdir(), 'shotstack-robot-'));
    this.allowed = join(this.#folder, 'allowed');
    this.store = join(this.#folder, 'store');
    mkdirSync(this.allowed);
    const dist = without === undefined ? DIST : this.#incomplete(without);
    this.#command = [join(dist, 'cli.js'), ...(sandbox ? ['--sandbox'] : [])];
  }

  static async set(setup: StageSetup = {}): Promise<Stage> {
    return new Stage(setup, await RecordingGateway.start(scripted({ status: unknownJob })));
  }

  /** Makes the gateway answer what belongs to a scene, by its prompt and its job's id. */
  direct({ id, prompt }: Scene, script: Script): void {
    for (const subject of [id, prompt]) this.gateway.script(subject, scripted(script));
  }

  /** Makes a call; the server is started when there is none. */
  async call({ tool, args }: RobotCall): Promise<Told> {
    this.#client ??= await this.#open();
    const result = await this.#client.callTool({ name: tool, arguments: args }, undefined, { timeout: 70_000 });
    const [{ text }] = result.content as [{ text: string }];
    this.tokens += countTokens(JSON.stringify({ name: tool, arguments: args })) + countTokens(text);
    return JSON.parse(text);
  }

  /** Writes a file into the allowed folder and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.allowed, name);
    writeFileSync(path, text);
    return path;
  }

  async #open(): Promise<Client> {
    const client = new Client({ name: 'robot', version: '1.0.0' });
    const env = {
      SKILLBOSS_WHOLESALE_KEY: 'wk-robot-0123456789abcdef',
      SKILLBOSS_BASE_URL: this.gateway.url,
      SHOTSTACK_MCP_DATA_DIR: this.store,
      SHOTSTACK_MCP_ALLOWED_DIRS: this.allowed,
      SHOTSTACK_MCP_POLL_SECONDS: '0.1',
      // Long enough for a few polls on a loaded machine; what ends a wait ends it sooner.
      SHOTSTACK_MCP_MAX_WAIT_SECONDS: '30',
      SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0',
      SHOTSTACK_MCP_LOG_LEVEL: 'error',
      ...this.#env,
    };
    const host = new URL(this.gateway.url).host;
    const set = Object.entries(env)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, value.replace('GATEWAY', host)]);
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: this.#command, env: Object.fromEntries(set) }),
    );
    return client;
  }

  /** Ends the server; the next call starts another. */
  async stop(): Promise<void> {
    await this.#client?.close();
    this.#client = null;
  }

  /** Ends the server at once, as a crash would. */
  async kill(): Promise<void> {
    const transport = this.#client?.transport;
    if (transport instanceof StdioClientTransport && transport.pid !== null) process.kill(transport.pid, 'SIGKILL');
    await this.stop();
  }

  /** Makes the jobs of that id older than they are, or all jobs. */
  age(ms: number, id?: string): void {
    const database = new DatabaseSync(join(this.store, 'jobs.sqlite'));
    const columns = ['submitted_at', 'checked_at', 'live_at', 'ended_at', 'asked_at'];
    const changes = columns.map(column => `${column} = ${column} - ${ms}`).join(', ');
    database.exec(`UPDATE jobs SET ${changes}${id === undefined ? '' : ` WHERE request_id = '${id}'`}`);
    database.close();
  }

  /** Submits of a scene that came over the wire. */
  submits({ prompt }: Scene): number {
    return this.gateway.about(prompt).length;
  }

  async strike(): Promise<void> {
    await this.stop();
    await this.gateway.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A copy of the built server that lacks a chunk. */
  #incomplete(chunk: string): string {
    const copy = join(this.#folder, 'dist');
    cpSync(DIST, copy, { recursive: true });
    writeFileSync(join(this.#folder, 'package.json'), '{"type":"module"}');
    const chunks = join(copy, 'chunks');
    for (const name of readdirSync(chunks)) if (name.startsWith(`${chunk}-`)) rmSync(join(chunks, name));
    return copy;
  }
}

type StageSetup = Pick<Situation, 'env' | 'without' | 'sandbox'>;

function scripted({ submit = taken, status = complete, cancel }: Script): Handler {
  return (request, response, nth) => {
    const kind = request.url === '/v1/run' ? submit : request.url.startsWith('/v1/run/status/') ? status : cancel;
    if (kind) kind(request, response, nth);
    else json(response, 404, {});
  };
}
