// Another process on the same store. It opens the store and reserves when it is told to, many times at once.
import { openStore } from '../../../src/jobs/store/open.ts';
import { loadDriver } from '../../../src/jobs/store/sqlite-driver.ts';
import { asking, ORIGIN } from './builders.ts';
import { settingsOf } from './places.ts';

/** What it is to do. */
export interface Errand {
  place: string;
  /** Milliseconds since the epoch, standing still. */
  now?: number;
  /** What it reserves, all at once. */
  prompts: string[];
  maxPerHour?: number;
  /** An account to run as, where it is started by root. */
  uid?: number;
}

process.once('message', async ({ place, now = Date.now(), prompts, maxPerHour = 0, uid }: Errand) => {
  if (uid !== undefined && process.getuid?.() === 0) {
    await loadDriver();
    process.setgroups?.([]);
    process.setgid?.(uid);
    process.setuid?.(uid);
  }
  const store = openStore({ ...settingsOf(place), key: `key of ${process.pid}`, origin: ORIGIN, now: () => now });
  const reservations = await Promise.allSettled(prompts.map(prompt => store.reserve(asking({ prompt, maxPerHour }))));
  await store.close();
  process.send?.(
    reservations.map(one => (one.status === 'fulfilled' ? one.value.kind : (one.reason.facts ?? String(one.reason)))),
  );
});
process.send?.('ready');
