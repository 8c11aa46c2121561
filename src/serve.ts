import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import type { Downloads } from './downloads/downloads.ts';
import type { Files } from './files/files.ts';
import { Failure } from './guidance/failure.ts';
import type { JobService } from './jobs/service.ts';
import { createLog, type Log } from './log.ts';
import { systemResolve } from './net/resolve.ts';
import { redactor } from './redact.ts';
import type { Sandbox } from './sandbox/gateway.ts';
import { serveStdio } from './server.ts';
import { VERSION } from './version.ts';

/** How long calls that are under way may still take once the server is to stop, milliseconds. */
const GRACE_MS = 700;

/** Serves MCP over stdio until stdin ends or a signal comes; then the process exits within a second. */
export async function serve(config: Config, sandbox: boolean): Promise<void> {
  const redact = redactor(config.key);
  const log = createLog(config.logLevel, redact, line => process.stderr.write(line));
  const stopping = new AbortController();
  // Node writes its warnings to stderr as prose, which is for JSON lines here.
  process.removeAllListeners('warning');
  process.on('warning', warning => log('debug', 'runtime_warning', { warning: warning.message }));
  process.on('uncaughtException', error => {
    log('error', 'uncaught_exception', { error: error.stack });
    process.exit(1);
  });

  const embedded = sandbox
    ? once(() => import('./sandbox/gateway.ts').then(({ startSandbox }) => startSandbox()))
    : null;
  const jobs: Once<JobService> = once(
    () => openJobs(config, embedded, log, () => jobs.forget()),
    service => service.close(),
  );
  const server = await serveStdio({
    means: {
      jobs,
      files: once(() => openFiles(config)),
      downloads: once(() => openDownloads(embedded)),
      resolve: systemResolve,
    },
    log,
    redact,
    sandbox,
    stopping: stopping.signal,
  });
  log('info', 'started', {
    version: VERSION,
    node: process.versions.node,
    gateway: sandbox ? 'sandbox' : config.baseUrl,
    key: config.key !== null,
  });

  const stop = async (reason: string): Promise<void> => {
    if (stopping.signal.aborted) return;
    log('info', 'stopping', { reason });
    stopping.abort();
    await Promise.race([server.idle(), systemClock.sleep(GRACE_MS)]);
    // A reply is written in the turn after its call has ended.
    setImmediate(() => process.stdout.write('', () => process.exit(0)));
    setTimeout(() => process.exit(0), 100);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
  for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => stop(`stdin ${event}`));
  // Hosts that run this inside a process of their own give it a stdin that does not keep the process alive.
  setInterval(() => {}, 2 ** 30);
  process.stdout.on('error', () => stop('stdout closed'));
}

/** The job service with all that stands behind it, loaded when the first call needs it. */
async function openJobs(
  config: Config,
  embedded: Once<Sandbox> | null,
  log: Log,
  onCorrupt: () => void,
): Promise<JobService> {
  if (!embedded && config.key === null) throw new Failure('missing_key');
  const [{ JobService }, { SkillbossGateway }, { openStore }] = await Promise.all([
    import('./jobs/service.ts'),
    import('./gateway/skillboss.ts'),
    import('./jobs/store/open.ts'),
  ]);
  const { url, key } = embedded ? await embedded() : { url: config.baseUrl, key: config.key ?? '' };
  const clock = systemClock;
  // A sandbox ends with the process, and so do its jobs.
  const store = await openStore({ ...config, key, inMemory: embedded !== null, now: clock.now, onCorrupt });
  const { templateInputs, pollMs, maxSubmitsPerHour } = config;
  const gateway = new SkillbossGateway({ baseUrl: url, key, templateInputs, clock, random: Math.random, log });
  return new JobService({ gateway, store, clock, log, pollMs, maxSubmitsPerHour });
}

async function openFiles(config: Config): Promise<Files> {
  const [{ Files }, { AllowedFolders }] = await Promise.all([
    import('./files/files.ts'),
    import('./files/allowed-folders.ts'),
  ]);
  return new Files(new AllowedFolders(config.allowedDirs));
}

/** Downloads from public places, and from the embedded gateway if there is one. */
async function openDownloads(embedded: Once<Sandbox> | null): Promise<Downloads> {
  const [{ Downloads }, { Links }] = await Promise.all([
    import('./downloads/downloads.ts'),
    import('./downloads/links.ts'),
  ]);
  const allowedOrigin = embedded && (await embedded()).url;
  return new Downloads({ links: new Links({ resolve: systemResolve, allowedOrigin }) });
}

interface Once<T> {
  (): Promise<T>;
  forget(): void;
}

/** Makes a thing when it is first asked for, and again once it is forgotten; a failed try is forgotten at once. */
function once<T>(make: () => Promise<T>, close: (made: T) => unknown = () => {}): Once<T> {
  let made: Promise<T> | null = null;
  const get = (): Promise<T> => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  const forget = (): void => {
    const old = made;
    made = null;
    old?.then(close).catch(() => {});
  };
  return Object.assign(get, { forget });
}
