// Hours of a host in minutes: npm run soak -- [--minutes N] [--jobs N] [--calls N] [--faulty N, one request in N; 0 for none]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { checkResult } from '../faults/envelope.ts';
import { FaultGateway } from '../faults/fault-gateway.ts';
import { drawFault } from '../faults/faults.ts';
import { inTurn } from '../faults/matrix.ts';
import { WireServer } from '../faults/wire-server.ts';
import { seeded } from '../jobs/store/random.ts';
import { Callers } from './callers.ts';
import { floors, quantile, type Sample, sample, slope } from './health.ts';
import { Jobs } from './jobs.ts';

const POLL_SECONDS = 5;
const SAMPLE_EVERY_S = 5;
const P99_MS = 5_000;
/** How much later than its look a request may reach the gateway, so that the next seems early. */
const JITTER_MS = 1_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    jobs: { type: 'string', default: '1000' },
    calls: { type: 'string', default: '50' },
    faulty: { type: 'string', default: '50' },
  },
});
const seconds = Number(values.minutes) * 60;
const faulty = Number(values.faulty);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const random = seeded(5);
const folder = mkdtempSync(join(tmpdir(), 'soak-'));
const gateway = new FaultGateway();
gateway.latencyMs = 5;
gateway.befall = () => (faulty > 0 && random() * faulty < 1 ? drawFault(random) : null);
await gateway.listen();
const start = (): Promise<WireServer> =>
  WireServer.start({
    SKILLBOSS_BASE_URL: gateway.url,
    SHOTSTACK_MCP_DATA_DIR: folder,
    SHOTSTACK_MCP_POLL_SECONDS: String(POLL_SECONDS),
    SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0',
    SHOTSTACK_MCP_LOG_LEVEL: 'error',
  });

const broken: string[] = [];
const server = await start();
const jobs = new Jobs(gateway, random);
const callers = new Callers({ server, jobs, live: Number(values.jobs), random });
const samples: Sample[] = [];
let left = 0;
const running = callers.run(Number(values.calls));
const began = performance.now();
const elapsed = (): number => (performance.now() - began) / 1000;
while (elapsed() < seconds) {
  await delay(SAMPLE_EVERY_S * 1000);
  const now = sample(server.child.pid ?? 0, elapsed());
  samples.push(now);
  if (samples.length % 6 === 0) {
    print(
      `${Math.round(now.at)} s: ${now.rssMb.toFixed(0)} MB, ${now.handles} handles, ${jobs.live.length} live jobs, ${callers.calls} calls`,
    );
    await disconnect();
  }
}
callers.stop();
await running;
await findLost();
await server.stop();
await gateway.close();
rmSync(folder, { recursive: true });
report();

/** Another host on the same store goes away in the middle of its calls. */
async function disconnect(): Promise<void> {
  const other = await start();
  for (let i = 0; i < 5; i++) other.call('get_status', { request_id: jobs.any() ?? 'none', wait_seconds: 45 });
  other.call('list_jobs', {});
  await delay(200 + random() * 800);
  const asked = performance.now();
  await other.stop();
  if (performance.now() - asked > 10_000) broken.push('a server outlived its host by more than 10 s');
  broken.push(...other.wrong);
  left++;
}

/** Every id that was told whole is in the store. */
async function findLost(): Promise<void> {
  await inTurn([...gateway.submits], 40, async ([prompt, seen]) => {
    const { result } = await server.call('list_jobs', { template_id: prompt });
    const known = checkResult(result).reply?.jobs ?? [];
    for (const { requestId, told } of seen) {
      if (requestId === null || known.some(job => job.request_id === requestId)) continue;
      if (told || !known.some(job => job.status === 'UNKNOWN')) broken.push(`the job ${requestId} is lost`);
    }
    if (seen.filter(({ requestId }) => requestId !== null).length > 1) broken.push(`${prompt} was submitted twice`);
  });
}

function report(): void {
  const warm = samples.filter(({ at }) => at > Math.min(seconds / 3, 300));
  const mbPerHour = slope(floors(warm, 6));
  const [first, last] = [floors(warm, 6)[0], floors(warm, 6).at(-1)];
  const rise = (mbPerHour * ((last?.at ?? 0) - (first?.at ?? 0))) / 3600;
  const handles = warm.flatMap(({ handles }) => handles ?? []);
  const p = (share: number): string => quantile(callers.lookMs, share).toFixed(1);
  const perMinute = 60 / POLL_SECONDS;

  print(`\n${callers.calls} calls in ${values.minutes} min, ${values.calls} in flight; ${left} hosts left mid-call.`);
  print(`answers: ${[...callers.codes].map(([code, n]) => `${code} ${n}`).join(', ')}`);
  print(`submits: ${gateway.submits.size}; requests at the gateway: ${gateway.requests}`);
  print(
    `memory after warm-up: ${first?.rssMb.toFixed(1)} MB to ${last?.rssMb.toFixed(1)} MB, slope ${mbPerHour.toFixed(1)} MB/h`,
  );
  print(`file handles after warm-up: ${Math.min(...handles)} to ${Math.max(...handles)}`);
  print(
    `looks: ${jobs.looks} and ${jobs.retries} extra ones within 35 s of a fault or a cancel; at most ${jobs.mostLooksInMinute} at one job in a minute (bound ${perMinute + 1}), shortest gap ${jobs.shortestGapMs.toFixed(0)} ms as they arrived`,
  );
  print(
    `get_status with wait_seconds 0, ${callers.lookMs.length} calls: p50 ${p(0.5)}, p99 ${p(0.99)}, max ${p(1)} ms`,
  );

  if (rise > Math.max(10, 0.15 * (first?.rssMb ?? 0))) broken.push(`memory grew by ${rise.toFixed(1)} MB`);
  const [early, late] = [handles.slice(0, handles.length / 2), handles.slice(handles.length / 2)];
  if (quantile(late, 0.5) > quantile(early, 0.5) + 20) broken.push('file handles grew');
  // A window of a minute may begin with a look.
  if (jobs.mostLooksInMinute > perMinute + 1) broken.push(`${jobs.mostLooksInMinute} looks at one job in a minute`);
  // A fault may break a connection on which another job's look is repeated at once.
  if (faulty === 0 && jobs.shortestGapMs < POLL_SECONDS * 1000 - JITTER_MS) {
    broken.push(`two looks at one job within ${jobs.shortestGapMs.toFixed(0)} ms`);
  }
  if (quantile(callers.lookMs, 0.99) > P99_MS) broken.push(`p99 of a look is over ${P99_MS} ms`);
  broken.push(...callers.wrong, ...server.wrong);
  for (const what of new Set(broken)) print(`BROKEN ${what}`);
  print(broken.length === 0 ? 'All bounds are kept.' : `${broken.length} bounds are broken.`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
