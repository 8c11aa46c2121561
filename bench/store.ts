// What the store adds to a submit and to a get_status: the same service with the store in a file and in memory,
// turn by turn in one run, against the embedded gateway in another process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock as clock } from '../src/base/clock.ts';
import type { TemplateUpdate } from '../src/gateway/gateway.ts';
import { SkillbossGateway } from '../src/gateway/skillboss.ts';
import { JobService } from '../src/jobs/service.ts';
import { openStore } from '../src/jobs/store/open.ts';

const TURNS = Number(process.env.BENCH_TURNS ?? 1_000);
const WARM_UP = 100;

/** What is measured, in the order of the table. */
const ACTS = ['submit', 'get_status, asking the gateway', 'get_status, from the store'] as const;
const KINDS = ['in a file', 'in memory'] as const;
type Act = (typeof ACTS)[number];
type Kind = (typeof KINDS)[number];

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'bench-'));
const gateway = await startGateway();
process.once('exit', () => {
  gateway.stop();
  rmSync(folder, { recursive: true });
});
const times = new Map<string, number[]>();
const services = new Map<Kind, { asking: JobService; remembering: JobService }>();
for (const kind of KINDS) services.set(kind, await openServices(kind));

for (let turn = -WARM_UP; turn < TURNS; turn++) {
  // Whoever goes first may warm up what the other uses.
  for (const kind of turn % 2 === 0 ? KINDS : KINDS.toReversed()) await takeTurn(kind, turn);
}
for (const { asking } of services.values()) await asking.close();
process.stdout.write(table());
gateway.stop();

async function takeTurn(kind: Kind, turn: number): Promise<void> {
  const service = services.get(kind);
  if (!service) return;
  const { signal } = new AbortController();
  const timed = async <T>(act: Act, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    const key = `${act} ${kind}`;
    if (turn >= 0) times.set(key, [...(times.get(key) ?? []), performance.now() - start]);
    return result;
  };
  const { job } = await timed('submit', () =>
    service.asking.submit(update(turn), false, { signal, deadline: Number.POSITIVE_INFINITY }),
  );
  const id = job.request_id ?? '';
  await timed('get_status, asking the gateway', () => service.asking.watch(id, 0, signal, () => {}));
  await timed('get_status, from the store', () => service.remembering.watch(id, 0, signal, () => {}));
}

/** Two services on one store: one asks the gateway at every look, the other is content with a look of the last minute. */
async function openServices(kind: Kind): Promise<{ asking: JobService; remembering: JobService }> {
  const { url, key } = gateway;
  const store = await openStore({
    inMemory: kind === 'in memory',
    dataDir: folder,
    databaseUrl: null,
    key,
    now: clock.now,
    onCorrupt: () => {},
  });
  const log = (): void => {};
  const http = new SkillbossGateway({
    baseUrl: url,
    key,
    templateInputs: 'nested',
    clock,
    random: Math.random,
    log,
  });
  const service = (pollMs: number): JobService =>
    new JobService({ gateway: http, store, clock, log, pollMs, maxSubmitsPerHour: 1_000_000 });
  return { asking: service(0), remembering: service(60_000) };
}

/** An update of an ordinary template: some 20 clips. */
function update(turn: number): TemplateUpdate {
  const clip = (n: number): object => ({
    asset: {
      type: 'html',
      html: `<p>Clip ${n} of turn ${turn}</p>`,
      css: 'p { color: #fff; }',
      width: 600,
      height: 200,
    },
    start: n * 3,
    length: 3,
    transition: { in: 'fade', out: 'fade' },
  });
  return {
    prompt: `Turn ${turn}`,
    templateId: `template-${turn % 10}`,
    name: 'Bench',
    definition: {
      timeline: { tracks: [{ clips: Array.from({ length: 20 }, (_, n) => clip(n)) }] },
      output: { format: 'mp4', resolution: 'hd' },
    },
    options: {},
    extraInputs: {},
    webhookUrl: null,
  };
}

async function startGateway(): Promise<{ url: string; key: string; stop(): void }> {
  const child = spawn(process.execPath, ['dist/cli.js', 'gateway', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const said = new Map<string, string>();
  for await (const line of createInterface(child.stdout)) {
    const [, name, value] = /export (\w+)=(\S+)/.exec(line) ?? [];
    if (name && value) said.set(name, value);
    if (said.size === 2) break;
  }
  const [url, key] = [said.get('SKILLBOSS_BASE_URL'), said.get('SKILLBOSS_WHOLESALE_KEY')];
  if (!url || !key) throw new Error('The gateway did not start: build first.');
  return { url, key, stop: () => void child.kill() };
}

function table(): string {
  const row = (...cells: string[]): string =>
    `${cells.map((cell, n) => (n === 0 ? cell.padEnd(36) : cell.padStart(12))).join('')}\n`;
  const at = (act: Act, kind: Kind, part: number): number => {
    const sorted = (times.get(`${act} ${kind}`) ?? []).toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  };
  const ms = (value: number): string => value.toFixed(2);
  const rows = ACTS.flatMap(act =>
    [0.5, 0.99].map(part => {
      const [file, memory] = [at(act, 'in a file', part), at(act, 'in memory', part)];
      return row(`${act} p${part * 100}`, ms(file), ms(memory), ms(file - memory));
    }),
  );
  const today = new Date().toISOString().slice(0, 10);
  const machine = `Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${today}, ${TURNS} turns, milliseconds`;
  return `${machine}\n${row('', ...KINDS, 'difference')}${rows.join('')}`;
}
