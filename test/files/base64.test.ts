import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PICTURE_CAP_BYTES, readBase64 } from '../../src/files/base64.ts';

describe('readBase64', () => {
  it.each([
    ['AAAA', 'AAAA'],
    ['AA==', 'AA=='],
    ['data:image/png;base64,AAAA', 'AAAA'],
    ['DATA:image/svg+xml;charset=utf-8;BASE64,AAAA', 'AAAA'],
    ['AA\r\nAA\n', 'AAAA'],
  ])('%j is the picture %j', (given, base64) => {
    expect(readBase64(given)).toEqual({ base64 });
  });

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
  ])('%j is refused', (given, problem) => {
    expect(readBase64(given)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('takes exactly 10 MiB decoded and no byte more', () => {
    expect(readBase64(Buffer.alloc(PICTURE_CAP_BYTES).toString('base64'))).toHaveProperty('base64');
    expect(readBase64(Buffer.alloc(PICTURE_CAP_BYTES + 1).toString('base64'))).toEqual({
      problem: expect.stringMatching(/10\.0 MiB; at most 10 MiB/),
    });
  });

  it('takes every picture and changes none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), bytes => {
        const base64 = Buffer.from(bytes).toString('base64');
        expect(readBase64(base64)).toEqual({ base64 });
        expect(readBase64(`data:image/png;base64,${base64}`)).toEqual({ base64 });
      }),
    );
  });
});
