import { describe, expect, it } from 'vitest';
import { runWorld } from './world.ts';

/** A failing seed is replayed with its history by `npm run world -- --seed N`; thousands run with `--seeds N`. */
const SEEDS = 60;
const BATCH = 20;

describe('a hostile gateway, store, clock and host', () => {
  it.each(Array.from({ length: SEEDS / BATCH }, (_, batch) => batch * BATCH + 1))(
    'break no promise in the worlds from seed %i on',
    async first => {
      for (let seed = first; seed < first + BATCH; seed++) {
        const { broken, history } = await runWorld(seed);
        expect(broken, `Seed ${seed}:\n${history.join('\n')}`).toEqual([]);
      }
    },
  );
});
