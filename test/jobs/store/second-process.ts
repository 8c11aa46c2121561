// Another process on the same store. It opens the store and reserves when it is told to, many times at once.
import { openStore } from '../../../src/jobs/store/open.ts';
import { asking, ORIGIN } from './builders.ts';
import { settingsOf } from './places.ts';

/** What it is to do. */
export interface Errand {
  place: string;
  /** Milliseconds since the epoch, standing still. */
  now: number;
  /** What it reserves, all at once. */
  prompts: string[];
  maxPerHour: number;
}

process.once('message', async ({ place, now, prompts, maxPerHour }: Errand) => {
  const store = openStore({ ...settingsOf(place), key: `key of ${process.pid}`, origin: ORIGIN, now: () => now });
  const reservations = await Promise.allSettled(prompts.map(prompt => store.reserve(asking({ prompt, maxPerHour }))));
  await store.close();
  process.send?.(reservations.map(one => (one.status === 'fulfilled' ? one.value.kind : String(one.reason))));
});
process.send?.('ready');
