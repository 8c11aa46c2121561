import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/base/clock.ts';
import { Dice } from '../support/random.ts';
import { Host, type StoreFault, Work } from './host.ts';

export interface FleetOptions {
  seed: number;
  clock: Clock;
  baseUrl: string;
  note(line: string): void;
}

/** In memory where that can be had: the worlds do not lose power. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** The processes of a world on their one store. */
export class Fleet {
  hosts: Host[] = [];
  storeFault: StoreFault = 'none';
  readonly work = new Work();
  readonly #options: FleetOptions;
  readonly #folder = mkdtempSync(join(FOLDER, 'world-'));
  #started = 0;
  #keys = 1;
  #replaced = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Of processes that start now. */
  get #key(): string {
    return `key-number-${this.#keys}`;
  }

  get names(): string[] {
    return this.hosts.map(({ name }) => name);
  }

  /** One of the processes, by chance. */
  any(dice: Dice): Host | undefined {
    return this.hosts[dice.between(0, this.hosts.length - 1)];
  }

  start(): Host {
    const { seed, clock, baseUrl, note } = this.#options;
    const name = `host ${++this.#started}`;
    note(`${name} starts with ${this.#key}.`);
    const host = new Host({
      name,
      clock,
      folder: this.#folder,
      baseUrl,
      key: this.#key,
      dice: new Dice(seed, name),
      storeFault: () => this.storeFault,
      work: this.work,
      note,
    });
    this.hosts.push(host);
    return host;
  }

  /** Takes a process out of use; it is still to be killed. */
  drop(host: Host): void {
    this.hosts = this.hosts.filter(one => one !== host);
  }

  /** Gives the processes that start from now on a new key, and returns it with its number. */
  rotateKey(): { key: string; number: number } {
    this.#keys++;
    return { key: this.#key, number: this.#keys };
  }

  setStore(fault: StoreFault, line: string): void {
    this.storeFault = fault;
    this.#options.note(line);
  }

  /** Moves the store’s file away under the running processes: what only killed ones knew is lost with it. */
  replaceStore(): void {
    this.#options.note('The store’s file is moved away.');
    for (const end of ['', '-wal', '-shm']) {
      try {
        renameSync(join(this.#folder, `jobs.sqlite${end}`), join(this.#folder, `moved-${this.#replaced}${end}`));
      } catch {
        // There is none.
      }
    }
    this.#replaced++;
  }

  async close(): Promise<void> {
    await Promise.all(this.hosts.map(host => host.kill()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
