import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import type { JobStore } from '../../../src/jobs/store/job-store.ts';
import { openStore } from '../../../src/jobs/store/open.ts';
import type { Row, SqlValue } from '../../../src/jobs/store/sql.ts';
import { ORIGIN } from './builders.ts';
import { KINDS, type Running } from './databases.ts';
import { inDatabase, settingsOf } from './places.ts';

export const START = Date.UTC(2026, 0, 15, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A store of one test, empty when it begins. */
export interface StoreUnderTest {
  readonly store: JobStore;
  readonly place: string;
  /** Whether tenants are kept apart there. */
  readonly shared: boolean;
  /** The clock of every store here, milliseconds since the epoch. */
  now: number;
  /** Another process's store at the same place, which is closed with the test. */
  open(changes?: { key?: string; origin?: string }): JobStore;
  /** Runs one statement beside the store. */
  sql(text: string, parameters?: SqlValue[]): Promise<Row[]>;
}

/** Runs the tests on each database that the store supports. */
export function onEachDatabase(title: string, tests: (at: StoreUnderTest) => void): void {
  describe.each(KINDS)(`${title} on $name`, kind => {
    let running: Running;
    let opened: JobStore[];
    let current: { store: JobStore; place: string };

    const at: StoreUnderTest = {
      now: START,
      shared: kind.shared,
      get store() {
        return current.store;
      },
      get place() {
        return current.place;
      },
      open({ key = 'key', origin = ORIGIN } = {}) {
        const store = openStore({ ...settingsOf(current.place), key, origin, now: () => at.now });
        opened.push(store);
        return store;
      },
      sql: (text, parameters) => inDatabase(current.place, text, parameters),
    };

    beforeAll(async () => {
      running = await kind.start();
    });
    afterAll(() => running.stop());
    beforeEach(async () => {
      at.now = START;
      opened = [];
      const place = await running.empty();
      const store = openStore({ ...settingsOf(place), key: 'key', origin: ORIGIN, now: () => at.now });
      opened.push(store);
      current = { store, place };
    });
    afterEach(() => Promise.all(opened.map(store => store.close())));

    tests(at);
  });
}
