import { describe, expect, it } from 'vitest';
import { ArgumentsFailure } from '../../src/base/failure.ts';
import { PICTURE_CAP_BYTES, readBase64 } from '../../src/files/picture.ts';
import { fc } from '../support/properties.ts';
import { SAMPLES } from './samples.ts';

const PNG = SAMPLES.png.toString('base64');

/** The base64, or the message of the issue. */
async function read(given: string): Promise<{ base64: string } | { message: string }> {
  try {
    return await readBase64(given);
  } catch (error) {
    if (!(error instanceof ArgumentsFailure)) throw error;
    return { message: error.facts.issues[0]?.message ?? '' };
  }
}

describe('a picture in base64', () => {
  it.each([
    ['plain', PNG],
    ['a data URI', `data:image/png;base64,${PNG}`],
    ['a data URI of another type', `DATA:image/svg+xml;charset=utf-8;BASE64,${PNG}`],
    ['broken into lines', PNG.replace(/(.{20})/g, '$1\r\n')],
  ])('is taken %s', async (_, given) => {
    expect(await read(given)).toEqual({ base64: PNG });
  });

  it.each(['png', 'jpeg', 'gif', 'webp'] as const)(
    'is taken as %s, and refused when its end is missing',
    async kind => {
      const bytes = SAMPLES[kind];
      expect(await read(bytes.toString('base64'))).toHaveProperty('base64');
      for (let length = bytes.length - 1; length > bytes.length / 2; length--)
        expect(await read(bytes.subarray(0, length).toString('base64'))).toHaveProperty('message');
    },
  );

  it.each([
    ['', /no picture/],
    [' \n', /no picture/],
    ['data:image/png;base64,', /no picture/],
    ['data:image/png,AAAA', /not base64/],
    ['AAA', /not base64/],
    ['A===', /not base64/],
    ['AA=A', /not base64/],
    ['AA-_', /not base64/],
    ['/home/me/frame.png', /not base64/],
    ['https://example.com/frame.png', /not base64/],
    ['image001', /no known picture/],
    ['AAAA', /no known picture/],
    [Buffer.from('The picture of the day').toString('base64'), /no known picture/],
    [SAMPLES.pdf.toString('base64'), /It is PDF/],
    [SAMPLES.svg.toString('base64'), /no known picture/],
  ])('%j is refused', async (given, message) => {
    expect(await read(given)).toEqual({ message: expect.stringMatching(message) });
  });

  it('is taken with exactly 10 MiB decoded and with no byte more', async () => {
    const of = (bytes: number) =>
      Buffer.concat([SAMPLES.png, Buffer.alloc(bytes)])
        .subarray(0, bytes)
        .toString('base64');
    expect(await read(of(PICTURE_CAP_BYTES))).toHaveProperty('base64');
    expect(await read(of(PICTURE_CAP_BYTES + 1))).toEqual({
      message: expect.stringMatching(/10\.0 MiB; at most 10 MiB/),
    });
  });

  it('that is any other bytes ends in an issue, never in an exception', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.values(SAMPLES)), fc.uint8Array(), async (start, rest) => {
        const base64 = Buffer.concat([start.subarray(0, 20), rest]).toString('base64');
        await read(base64);
      }),
    ));
});
