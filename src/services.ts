import { dirname } from 'node:path';
import { systemClock } from './base/clock.ts';
import { SurroundingsFailure } from './base/failure.ts';
import type { Log } from './base/log.ts';
import { blockingSetting, type Config } from './config.ts';
import type { Downloads } from './downloads/downloads.ts';
import type { Files } from './files/files.ts';
import type { JobService } from './jobs/service.ts';
import { isLoopback } from './net/proxy.ts';
import { systemResolve } from './net/resolve.ts';
import type { Sandbox } from './sandbox/server.ts';
import type { Services } from './tools/tool.ts';

/** What tools work with, and what the server has to know of it. */
export interface OpenServices extends Services {
  /** Why no call can be carried out at all: a setting that does not fit. */
  refusal: SurroundingsFailure | undefined;
  /** Work that must not be cut off when the process ends; null while there can be none. */
  pending(): Pick<JobService, 'busy' | 'drain'> | null;
}

/** What tools work with, as the settings have it; each part is loaded and opened when it is first asked for. */
export function openServices(config: Config, sandbox: boolean, log: Log): OpenServices {
  const setting = blockingSetting(config, sandbox);
  const embedded = sandbox
    ? once(() => import('./sandbox/server.ts').then(({ startSandbox }) => startSandbox()))
    : null;
  let opened: JobService | null = null;
  return {
    refusal: setting && new SurroundingsFailure('invalid_setting', { setting }),
    jobs: once(async () => {
      opened = await openJobs(config, embedded, log);
      return opened;
    }),
    pending: () => opened,
    templateUpdates: once(async () => {
      const { TemplateUpdateModel } = await import('./models/template-update.ts');
      return new TemplateUpdateModel(config.templateInputs);
    }),
    files: once(() => openFiles(config, sandbox)),
    downloads: once(() => openDownloads(config, embedded)),
    resolve: systemResolve,
    clock: systemClock,
    maxWaitSeconds: config.maxWaitSeconds,
  };
}

async function openJobs(config: Config, embedded: Once<Sandbox> | null, log: Log): Promise<JobService> {
  if (!embedded && config.key === null) {
    const setting = config.wrong.find(({ name }) => name === 'SKILLBOSS_WHOLESALE_KEY');
    throw new SurroundingsFailure('missing_key', setting ? { setting } : {});
  }
  const [{ JobService }, { SkillbossGateway }, { openStore }] = await Promise.all([
    import('./jobs/service.ts'),
    import('./gateway/skillboss.ts'),
    import('./jobs/store/open.ts'),
  ]);
  const { url, key } = embedded ? await embedded() : { url: config.baseUrl, key: config.key ?? '' };
  const clock = systemClock;
  const { dataDir, databaseUrl, proxies, pollIntervalMs, maxSubmitsPerHour } = config;
  // A sandbox ends with the process, and so do its jobs.
  const store = openStore({ dataDir, databaseUrl, inMemory: embedded !== null, key, origin: url, now: clock.now });
  const gateway = new SkillbossGateway({ baseUrl: url, key, proxies, clock, random: Math.random, log });
  return new JobService({ gateway, store, clock, log, pollIntervalMs, maxSubmitsPerHour });
}

async function openFiles(config: Config, sandbox: boolean): Promise<Files> {
  const [{ Files }, { AllowedFolders }] = await Promise.all([
    import('./files/files.ts'),
    import('./files/allowed-folders.ts'),
  ]);
  const dataDir = sandbox ? null : await findDataDir(config);
  return new Files(new AllowedFolders({ folders: config.allowedDirs, home: config.home, dataDir }));
}

/** The folder of the embedded store, whether it is in use or not; null where it can have none. */
async function findDataDir({ dataDir }: Config): Promise<string | null> {
  const { storeFile } = await import('./jobs/store/open.ts');
  try {
    return dirname(storeFile(dataDir));
  } catch {
    return null;
  }
}

/** Downloads from public places, and from a gateway on this computer: the sandbox, in this process or by itself. */
async function openDownloads({ baseUrl, proxies }: Config, embedded: Once<Sandbox> | null): Promise<Downloads> {
  const [{ Downloads }, { LinkClient }] = await Promise.all([
    import('./downloads/downloads.ts'),
    import('./downloads/link-client.ts'),
  ]);
  const gateway = embedded ? (await embedded()).url : baseUrl;
  const allowedOrigin = isLoopback(new URL(gateway)) ? gateway : null;
  return new Downloads({ links: new LinkClient({ resolve: systemResolve, allowedOrigin, proxies }) });
}

type Once<T> = () => Promise<T>;

/** Makes a thing when it is first asked for; a failed try is forgotten at once. */
function once<T>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
