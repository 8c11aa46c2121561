import type { LookupAddress, LookupOptions } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { publicLookup } from '../../src/net/public-lookup.ts';
import { poisonedAnswers } from './bypass-corpus.ts';

type Found = { error: NodeJS.ErrnoException | null; address: string | LookupAddress[]; family: number | undefined };

function lookUp(addresses: string[], options: LookupOptions): Promise<Found> {
  return new Promise(done => {
    publicLookup(async () => addresses)('cdn.example.com', options, (error, address, family) =>
      done({ error, address, family }),
    );
  });
}

describe('publicLookup', () => {
  test('hands on every address when a socket asks for all', async () => {
    const found = await lookUp(['93.184.216.34', '2606:2800:220:1::1'], { all: true });
    expect(found.error).toBeNull();
    expect(found.address).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '2606:2800:220:1::1', family: 6 },
    ]);
  });

  test('hands on one address when a socket asks for one', async () => {
    expect(await lookUp(['93.184.216.34'], {})).toEqual({ error: null, address: '93.184.216.34', family: 4 });
  });

  test('hands on none when any of them is not public', async () => {
    for (const answers of poisonedAnswers()) {
      const { error, address } = await lookUp(answers, { all: true });
      expect([error?.code, address], answers.join(' ')).toEqual(['ERR_ADDRESS_REFUSED', []]);
    }
  });

  test('says so when there is none', async () => {
    expect((await lookUp([], { all: true })).error?.code).toBe('ENOTFOUND');
  });
});
