import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Errand } from './second-process.ts';

const SOURCE = fileURLToPath(new URL('second-process.ts', import.meta.url));
/** Below this package, since it imports others; one for each test file, since they run side by side. */
const PROGRAM = fileURLToPath(
  new URL(`../../../node_modules/.cache/test/second-process-${process.pid}.mjs`, import.meta.url),
);
let built: Promise<unknown> | undefined;

/** Processes that run `second-process.ts` wait here until all of them get their errand at the same instant. */
export class Processes {
  readonly #waiting: ChildProcess[];

  private constructor(waiting: ChildProcess[]) {
    this.#waiting = waiting;
  }

  static async start(count: number): Promise<Processes> {
    built ??= build({
      entryPoints: [SOURCE],
      outfile: PROGRAM,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
    });
    await built;
    const children = Array.from({ length: count }, () => fork(PROGRAM, { stdio: 'ignore' }));
    await Promise.all(children.map(child => once(child, 'message')));
    return new Processes(children);
  }

  /** Sends them all; resolves to the kinds of all reservations, or the facts of why not, in no order. */
  async send(errand: Errand): Promise<string[]> {
    const answers = this.#waiting.map(
      child =>
        new Promise<string[]>((resolve, reject) => {
          let answer: string[] | undefined;
          child.once('message', (kinds: string[]) => {
            answer = kinds;
          });
          // Only then are its connections closed.
          child.once('exit', code => (answer ? resolve(answer) : reject(new Error(`A process ended with ${code}.`))));
        }),
    );
    for (const child of this.#waiting) child.send(errand);
    return (await Promise.all(answers)).flat();
  }
}
