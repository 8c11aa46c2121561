import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultGateway } from './fault-gateway.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { findLost, Trial, type Verdict } from './trial.ts';
import { holdsKey, WireServer } from './wire-server.ts';

/** Calls that each server works on at a time. */
const AT_ONCE = 40;

export interface Matrix {
  verdicts: Verdict[];
  /** What a server did wrong apart from any one scenario. */
  wrong: string[];
  requests: number;
  /** Submits on the wire, and how many of them made a job, told its id whole, or were a repetition after a refusal. */
  submits: { seen: number; done: number; told: number; repeated: number };
}

/** Plays the scenarios of these seeds through built servers, and then looks for what they lost or let out. */
export async function playMatrix(seeds: number[], servers = 2): Promise<Matrix> {
  const all = seeds.map(scenarioOf);
  const shut = all.filter(({ door }) => door !== 'open');
  const open = all.filter(({ door }) => door === 'open');
  const lanes = [
    ...Array.from({ length: servers }, (_, lane) => new Lane(open.filter((_scenario, i) => i % servers === lane))),
    new Lane(shut),
  ].filter(lane => lane.scenarios.length > 0);
  const matrix: Matrix = { verdicts: [], wrong: [], requests: 0, submits: { seen: 0, done: 0, told: 0, repeated: 0 } };
  await Promise.all(lanes.map(lane => lane.play(matrix)));
  matrix.verdicts.sort((a, b) => a.scenario.seed - b.scenario.seed);
  return matrix;
}

/** One server with a store and a gateway of its own. */
class Lane {
  readonly scenarios: Scenario[];
  readonly #gateway = new FaultGateway();
  readonly #folder = mkdtempSync(join(tmpdir(), 'faults-'));

  constructor(scenarios: Scenario[]) {
    this.scenarios = scenarios;
  }

  async play(matrix: Matrix): Promise<void> {
    await this.#gateway.listen();
    const server = await this.#start();
    const verdicts = this.scenarios.every(({ door }) => door === 'open')
      ? await inTurn(this.scenarios, AT_ONCE, ({ seed }) => new Trial(server, this.#gateway, seed).play())
      : await this.#playShut(server);
    await server.request('resources/list', {});
    await server.stop();

    // Another process finds the jobs in the store, or they were not safe.
    const next = await this.#start();
    await inTurn(verdicts, AT_ONCE, async ({ scenario, wrong }) => {
      wrong.push(...(await findLost(next, this.#gateway, scenario.seed)));
    });
    await next.stop();
    await this.#gateway.close();

    matrix.verdicts.push(...verdicts);
    matrix.wrong.push(...server.wrong, ...next.wrong, ...this.#findKey());
    matrix.requests += this.#gateway.requests;
    for (const seen of this.#gateway.submits.values()) {
      matrix.submits.seen += seen.length;
      matrix.submits.done += seen.filter(({ done }) => done).length;
      matrix.submits.told += seen.filter(({ told }) => told).length;
      matrix.submits.repeated += seen.slice(0, -1).filter(({ refused }) => refused).length;
    }
    rmSync(this.#folder, { recursive: true });
  }

  /** Scenarios of a closed port: those that stay so together, the others one after another in small groups. */
  async #playShut(server: WireServer): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    const play = ({ seed }: Scenario): Promise<Verdict> => new Trial(server, this.#gateway, seed).play();
    await this.#gateway.refuse();
    verdicts.push(
      ...(await inTurn(
        this.scenarios.filter(({ door }) => door === 'closed'),
        AT_ONCE,
        play,
      )),
    );
    const later = this.scenarios.filter(({ door }) => door !== 'closed');
    for (let i = 0; i < later.length; i += 8) {
      const group = later.slice(i, i + 8);
      await this.#gateway.refuse();
      const playing = Promise.all(group.map(play));
      await delay(Number(group[0]?.door));
      await this.#gateway.listen();
      verdicts.push(...(await playing));
    }
    if (later.length === 0) await this.#gateway.listen();
    return verdicts;
  }

  #start(): Promise<WireServer> {
    return WireServer.start({
      SKILLBOSS_BASE_URL: this.#gateway.url,
      SHOTSTACK_MCP_DATA_DIR: this.#folder,
      SHOTSTACK_MCP_ALLOWED_DIRS: this.#folder,
      SHOTSTACK_MCP_POLL_SECONDS: '0.2',
      SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0',
      SHOTSTACK_MCP_LOG_LEVEL: 'debug',
    });
  }

  #findKey(): string[] {
    const files = readdirSync(this.#folder, { recursive: true, encoding: 'utf8' })
      .map(name => join(this.#folder, name))
      .filter(path => statSync(path).isFile());
    return files.filter(path => holdsKey(readFileSync(path))).map(path => `the key in the file ${path}`);
  }
}

/** Does the work for each item, so many at a time; results in the order of the items. */
export async function inTurn<T, R>(items: T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
