import { systemClock } from './base/clock.ts';
import { Failure } from './base/failure.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config.ts';
import type { Downloads } from './downloads/downloads.ts';
import type { Files } from './files/files.ts';
import type { JobService } from './jobs/service.ts';
import { systemResolve } from './net/resolve.ts';
import type { Sandbox } from './sandbox/server.ts';
import type { Services } from './tools/tool.ts';

/** What tools work with, as the settings have it; each part is loaded and opened when it is first asked for. */
export function openServices(config: Config, sandbox: boolean, log: Log): Services {
  const embedded = sandbox
    ? once(() => import('./sandbox/server.ts').then(({ startSandbox }) => startSandbox()))
    : null;
  const jobs = once(
    forget => openJobs(config, embedded, log, forget),
    service => service.close(),
  );
  return {
    jobs,
    files: once(() => openFiles(config)),
    downloads: once(() => openDownloads(embedded)),
    resolve: systemResolve,
  };
}

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

type Once<T> = () => Promise<T>;

/**
 * Makes a thing when it is first asked for, and again once that very one is forgotten: who still has an older one cannot
 * forget the newer. A failed try is forgotten at once.
 */
function once<T>(
  make: (forget: () => void) => Promise<T>,
  close: (made: T) => Promise<void> = async () => {},
): Once<T> {
  let made: Promise<T> | null = null;
  return () => {
    if (made) return made;
    const forget = (): void => {
      if (made === one) made = null;
    };
    const one = make(() => {
      if (made === one) one.then(close).catch(() => {});
      forget();
    });
    made = one;
    one.catch(forget);
    return one;
  };
}
