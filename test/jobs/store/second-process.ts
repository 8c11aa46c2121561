// Another process on the same store. It opens the store and reserves when it is told to, many times at once.
import { SqlJobStore } from '../../../src/jobs/store/sql-job-store.ts';
import { openAt } from './places.ts';

/** What it is to do. */
export interface Errand {
  place: string;
  /** Milliseconds since the epoch, standing still. */
  now: number;
  /** What it reserves, all at once; none only opens the store. */
  prompts: string[];
  maxPerHour: number;
}

process.once('message', async (errand: Errand) => {
  const { place, now, prompts, maxPerHour } = errand;
  const database = await openAt(place);
  try {
    const store = await SqlJobStore.open({ database, place, tenant: 'tenant', now: () => now });
    const reservations = await Promise.all(
      prompts.map(prompt =>
        store.reserve(
          { prompt, templateId: null, name: null, definition: null, options: {}, extraInputs: {}, webhookUrl: null },
          { allowDuplicate: false, maxPerHour },
        ),
      ),
    );
    process.send?.(reservations.map(reservation => reservation.kind));
  } finally {
    await database.close();
  }
});
process.send?.('ready');
