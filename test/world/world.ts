import { setTimeout as delay } from 'node:timers/promises';
import { SUBMITTING_MS } from '../../src/base/limits.ts';
import type { GatewayStatus } from '../../src/gateway/gateway.ts';
import type { Reply } from '../../src/tools/reply.ts';
import { HandClock, settled } from '../support/hand-clock.ts';
import { Dice } from '../support/random.ts';
import { Agent, WISHES, type Wish } from './agent.ts';
import type { TrueJob } from './answers.ts';
import { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import { HostileGateway } from './hostile-gateway.ts';
import { Ledger } from './ledger.ts';
import { SETTINGS, type StepKind, type WorldSettings } from './settings.ts';

/** What came of one world. */
export interface WorldResult {
  seed: number;
  /** What happened, in order. */
  history: string[];
  /** The promises that were broken; none, if all is well. */
  broken: string[];
  jobs: number;
  calls: number;
}

/** Agents that are at work at a time. */
const MOST_AGENTS = 4;
/** The longest that the agents may take to come to an end once the world's steps are over, milliseconds. */
const END_MS = 12 * 3_600_000;

/** Runs the world of a seed, and returns which promises were broken. */
export async function runWorld(seed: number, settings = { ...SETTINGS, hosts: 1 + (seed % 3) }): Promise<WorldResult> {
  // Modules that are loaded when first needed take real time, which the world's clock does not wait for.
  await Promise.all([import('../../src/definition/validate.ts'), import('../../src/jobs/store/sqlite.ts')]);
  const world = await World.create(seed, settings);
  try {
    return await world.run();
  } finally {
    await world.close();
  }
}

class World {
  readonly #seed: number;
  readonly #settings: WorldSettings;
  readonly #dice: Dice;
  readonly #clock: HandClock;
  readonly #history: string[] = [];
  readonly #ledger: Ledger;
  readonly #agents: Agent[] = [];
  #gateway: HostileGateway | undefined;
  #fleet: Fleet | undefined;
  #hostility: number;

  private constructor(seed: number, settings: WorldSettings) {
    this.#seed = seed;
    this.#settings = settings;
    this.#hostility = settings.hostility;
    this.#dice = new Dice(seed, 'world');
    this.#clock = new HandClock(HandClock.EPOCH, () => this.#idle());
    this.#ledger = new Ledger(
      this.#clock,
      line => this.#note(line),
      () => this.#theFleet.storeFault === 'none',
    );
  }

  static async create(seed: number, settings: WorldSettings): Promise<World> {
    const world = new World(seed, settings);
    world.#gateway = await HostileGateway.start({
      clock: world.#clock,
      seed,
      hostility: () => world.#hostility,
      onSubmit: arrival => world.#ledger.arrived(arrival, job => world.#theGateway.statusOf(job)),
      onTold: job => world.#told(job),
      storedIds: () => [...world.#ledger.stored],
      note: line => world.#note(line),
    });
    const note = (line: string): void => world.#note(line);
    world.#fleet = new Fleet({ seed, clock: world.#clock, baseUrl: world.#gateway.url, note });
    return world;
  }

  async run(): Promise<WorldResult> {
    for (let host = 0; host < this.#settings.hosts; host++) this.#theFleet.start();
    for (let step = 0; step < this.#settings.steps; step++) {
      await this.#step(this.#dice.weighted(this.#settings.weights));
      await this.#clock.pass(0);
      await this.#obey();
    }
    await this.#end();
    const { broken, calls } = this.#ledger;
    return { seed: this.#seed, history: this.#history, broken, jobs: this.#theGateway.jobs.size, calls };
  }

  async close(): Promise<void> {
    await this.#fleet?.close();
    await this.#gateway?.close();
  }

  get #theGateway(): HostileGateway {
    if (!this.#gateway) throw new Error('The gateway has not been started.');
    return this.#gateway;
  }

  get #theFleet(): Fleet {
    if (!this.#fleet) throw new Error('The processes have not been started.');
    return this.#fleet;
  }

  async #step(kind: StepKind): Promise<void> {
    const dice = this.#dice;
    switch (kind) {
      case 'wish':
        this.#startAgent(dice.pick(WISHES))?.start();
        return;
      case 'pass':
        return this.#pass(dice.pick([1_000, 5_000, 20_000, 61_000, 180_000, 700_000, 3_700_000]));
      case 'esc': {
        const agent = this.#busyAgents()[0];
        agent?.escape();
        return;
      }
      case 'cancel': {
        const ids = [...this.#ledger.stored];
        const job = this.#theGateway.jobs.get(ids[dice.between(0, ids.length - 1)] ?? '');
        const wish = WISHES.find(({ name }) => name === job?.wish);
        if (job && wish) this.#startAgent(wish)?.startCancel(job.id);
        return;
      }
      case 'kill':
        return this.#endHost('is killed', host => host.kill());
      case 'quit':
        return this.#endHost('quits', host => this.#quit(host));
      case 'storeAway':
        return this.#theFleet.setStore('away', 'The store is away.');
      case 'storeFlaky':
        return this.#theFleet.setStore('flaky', 'The store fails now and then.');
      case 'storeBack':
        return this.#theFleet.setStore('none', 'The store can be used.');
      case 'storeReplaced':
        return this.#replaceStore();
      case 'moveClock': {
        const ms = dice.pick([-3_600_000, 660_000, 3_600_000, 45 * 86_400_000]);
        this.#note(`The clock is moved by ${ms / 60_000} minutes.`);
        this.#clock.moveWallClock(ms);
        this.#ledger.clockMoved(ms);
        return;
      }
      case 'rotateKey': {
        const { key, number } = this.#theFleet.rotateKey();
        const stranger = dice.chance(0.3);
        this.#note(
          `The key is rotated${stranger ? ', to one of another account' : ''}; processes that start have the new one.`,
        );
        this.#theGateway.accounts.set(key, stranger ? number : 0);
        return;
      }
      case 'gatewayMood':
        this.#hostility = dice.pick([0, this.#settings.hostility, 1]);
        this.#note(`The gateway answers otherwise than documented ${this.#hostility * 100} % of the time.`);
    }
  }

  #startAgent(wish: Wish): Agent | undefined {
    const host = this.#theFleet.any(this.#dice);
    if (!host || this.#busyAgents().length >= MOST_AGENTS) return undefined;
    const agent = new Agent({
      wish,
      host,
      dice: new Dice(this.#seed, 'agent', this.#agents.length),
      ledger: this.#ledger,
      sharers: () => this.#busyAgents().length,
      statusOf: id => this.#statusOf(id),
      note: line => this.#note(line),
    });
    this.#agents.push(agent);
    return agent;
  }

  async #endHost(how: string, end: (host: Host) => Promise<void>): Promise<void> {
    const host = this.#theFleet.any(this.#dice);
    if (!host) return;
    this.#note(`${host.name} ${how}.`);
    this.#theFleet.drop(host);
    for (const agent of this.#agents) if (agent.host === host) agent.lose();
    await end(host);
    this.#ledger.hostEnded(host.name);
    this.#theFleet.start();
  }

  /** The end of a process has 2.5 s for what is on its way. */
  async #quit(host: Host): Promise<void> {
    const quitting = host.quit();
    await this.#pass(2_500);
    await Promise.race([quitting, host.kill()]);
  }

  #replaceStore(): void {
    if (this.#settings.hosts > 1) return;
    this.#theFleet.replaceStore();
    this.#ledger.storeReplaced(this.#theFleet.names);
  }

  #statusOf(id: string): GatewayStatus | undefined {
    const job = this.#theGateway.jobs.get(id);
    return job && this.#theGateway.statusOf(job);
  }

  #told(job: TrueJob): void {
    this.#ledger.told(job, this.#theFleet.names);
  }

  #busyAgents(): Agent[] {
    return this.#agents.filter(agent => !agent.ended);
  }

  /** Agents that have a reply do what it says. */
  async #obey(): Promise<void> {
    for (const agent of this.#busyAgents()) if (agent.hasReply) agent.obey();
    await this.#clock.pass(0);
  }

  async #pass(ms: number): Promise<void> {
    this.#note(`${ms / 1000} s pass.`);
    for (let left = ms; left > 0; left -= 10_000) {
      await this.#clock.pass(Math.min(left, 10_000));
      await this.#obey();
    }
  }

  /** Ends all faults, lets every agent finish, and checks the final list. */
  async #end(): Promise<void> {
    this.#note('The user says no to everything from here on.');
    for (const agent of this.#agents) agent.lastWord();
    for (let left = END_MS; left > 0 && this.#busyAgents().length > 0; left -= 10_000) {
      await this.#clock.pass(10_000);
      await this.#obey();
    }
    for (const agent of this.#busyAgents()) this.#ledger.breaks(`The chain of ${agent.name} has no end.`);
    this.#note('The store and the gateway work again.');
    this.#theFleet.storeFault = 'none';
    this.#hostility = 0;
    await this.#clock.pass(200_000);
    const last = this.#theFleet.start();
    // The first may say that the store was replaced, and a row that lay in the future gets its time.
    for (let tries = 0; tries < 3; tries++) {
      for (const host of this.#theFleet.hosts) await this.#list(host);
      await this.#clock.pass(SUBMITTING_MS);
    }
    const listed = await this.#list(last);
    this.#ledger.compare(listed.jobs ?? []);
  }

  async #list(host: Host): Promise<Reply> {
    let reply: Reply | undefined;
    void host.call('list_jobs', { limit: 100 }, new AbortController().signal).then(answered => {
      reply = answered;
    });
    while (!reply) await this.#clock.pass(5_000);
    return reply;
  }

  /** Resolves once nothing is on its way that does not wait for the clock. */
  async #idle(): Promise<void> {
    for (let quiet = 0, rounds = 0; quiet < 3; rounds++) {
      // What the kernel or a thread has to do takes real time.
      await (rounds > 200 ? delay(1) : settled());
      if (rounds > 60_000) throw new Error('Something does not come to rest.');
      quiet = this.#theFleet.work.pending > this.#theGateway.waiting ? 0 : quiet + 1;
    }
  }

  #note(line: string): void {
    this.#history.push(`${(this.#clock.monotonic() / 1000).toFixed(1).padStart(9)} s  ${line}`);
  }
}
