import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch } from '../files/scratch.ts';
import { type Contents, type FileServer, fail, serving, startFileServer } from './file-server.ts';
import { content, contentsOf, MP4, PART, setUp } from './setup.ts';

const SIZE = 100_000;
/** Enough for something to arrive even on a busy machine, and not for all of what drips for over three seconds. */
const SOME_TIME_MS = 1_500;

/** A folder with the first part of a file, and the server it came from. */
async function begun(more: Partial<Contents> = {}) {
  const bytes = content(SIZE);
  const folder = scratch();
  const arrived = () =>
    existsSync(join(folder, PART)) && statSync(join(folder, PART)).size === 40_000 * server.requests.length;
  const server: FileServer = await startFileServer(serving({ bytes, ...more, breakAfter: 40_000, arrived }));
  const { save } = setUp({ folder, allowedOrigin: server.origin });
  expect(await save([server.origin])).toMatchObject({ code: 'download_failed', action: 'repeat' });
  expect(readFileSync(join(folder, PART))).toEqual(bytes.subarray(0, 40_000));
  return {
    bytes,
    folder,
    server,
    save: () => save([server.origin]),
    saveUntil: (signal: AbortSignal) => save([server.origin], signal),
  };
}

describe('a transfer that broke', () => {
  test('goes on where it stopped, if the contents are still the same', async () => {
    const { bytes, folder, server, save } = await begun();
    server.handle = serving({ bytes });
    expect(await save()).toMatchObject({ saved: [{ bytes: SIZE }] });
    expect(server.requests[1]?.headers).toMatchObject({ range: 'bytes=40000-', 'if-range': '"v1"' });
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('goes on through another server process, from what is on the disk', async () => {
    const { bytes, folder, server } = await begun();
    server.handle = serving({ bytes });
    const { save } = setUp({ folder, allowedOrigin: server.origin });
    expect(await save([server.origin])).toMatchObject({ saved: [{ bytes: SIZE }] });
    expect(server.requests[1]?.headers.range).toBe('bytes=40000-');
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('breaks again and goes on again', async () => {
    const { bytes, folder, server, save } = await begun();
    expect(await save()).toMatchObject({ action: 'repeat' });
    server.handle = serving({ bytes });
    await save();
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=40000-', 'bytes=80000-']);
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('starts over when the contents have changed', async () => {
    const { folder, server, save } = await begun();
    const bytes = content(SIZE);
    server.handle = serving({ bytes, etag: '"v2"' });
    expect(await save()).toMatchObject({ saved: [{ bytes: SIZE }] });
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test.each([
    ['has changed its length', { etag: '' }, SIZE + 5],
    ['has changed, and the server does not heed If-Range', { etag: '"v2"', conditions: false }, SIZE],
    ['is now shorter than what has come', { etag: '"v2"', conditions: false }, 30_000],
  ])('starts over when the file %s', async (_, more, size) => {
    const { folder, server, save } = await begun();
    const bytes = content(size);
    server.handle = serving({ bytes, ...more });
    expect(await save()).toMatchObject({ saved: [{ bytes: size }] });
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('starts over when the server knows no ranges', async () => {
    const { bytes, folder, server, save } = await begun();
    server.handle = serving({ bytes, ranges: false });
    expect(await save()).toMatchObject({ saved: [{ bytes: SIZE }] });
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('goes on by the length alone when the server names no version', async () => {
    const { bytes, folder, server, save } = await begun({ etag: '' });
    server.handle = serving({ bytes, etag: '' });
    await save();
    expect(server.requests[1]?.headers.range).toBe('bytes=40000-');
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('does not rely on a weak version', async () => {
    const { bytes, server, save } = await begun({ etag: 'W/"v1"' });
    server.handle = serving({ bytes, etag: 'W/"v1"' });
    await save();
    expect(server.requests[1]?.headers['if-range']).toBeUndefined();
  });

  test.each([
    '',
    'x',
    '{}',
    '[1]',
    '{"validator":1,"total":"a","ending":"mp4","restarts":0}',
    '{"validator":"a\\nb","total":100000,"ending":"mp4","restarts":0}',
    '{"validator":"\\"v1\\"","total":100000,"ending":"exe","restarts":0}',
    '{"validator":"\\"v1\\"","total":100000,"ending":"/../../x","restarts":0}',
  ])('starts over when the note of where it came from reads %j', async note => {
    const { bytes, folder, server, save } = await begun();
    writeFileSync(join(folder, `${PART}.json`), note);
    server.handle = serving({ bytes });
    expect(await save()).toMatchObject({ saved: [{ bytes: SIZE }] });
    expect(server.requests[1]?.headers.range).toBeUndefined();
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('asks nobody when only the name was missing, as after a kill at the last moment', async () => {
    const { bytes, folder, server, save } = await begun();
    writeFileSync(join(folder, PART), bytes);
    expect(await save()).toMatchObject({ saved: [{ bytes: SIZE }] });
    expect(server.requests).toHaveLength(1);
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('keeps what has come when the link fails later on', async () => {
    const { folder, server, save } = await begun();
    server.handle = fail(503);
    expect(await save()).toMatchObject({ code: 'download_failed', action: 'repeat' });
    server.handle = fail(403);
    expect(await save()).toMatchObject({ code: 'download_failed', action: 'ask_user' });
    expect(statSync(join(folder, PART)).size).toBe(40_000);
  });
});

test('a server that says nothing more is not waited for', async () => {
  const [bytes, folder] = [content(SIZE), scratch()];
  const server = await startFileServer(serving({ bytes, stallAfter: 40_000 }));
  const { save } = setUp({ folder, allowedOrigin: server.origin, limits: { body: 1_000 } });
  const start = performance.now();
  expect(await save([server.origin])).toMatchObject({ code: 'download_failed', action: 'repeat' });
  expect(performance.now() - start).toBeLessThan(20_000);
  server.handle = serving({ bytes });
  expect(await save([server.origin])).toMatchObject({ saved: [{ bytes: SIZE }] });
  expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
});

describe('when a call’s time runs out', () => {
  test('it tells how far it is, and the next goes on', async () => {
    const [bytes, folder] = [content(SIZE), scratch()];
    const server = await startFileServer(serving({ bytes, drip: 300 }));
    const { save } = setUp({ folder, allowedOrigin: server.origin });
    const { saved, under } = await save([server.origin], AbortSignal.timeout(SOME_TIME_MS));
    expect(saved).toEqual([]);
    expect(under?.total).toBe(SIZE);
    expect(under?.bytes).toBe(statSync(join(folder, PART)).size);
    expect(under?.bytes).toBeGreaterThan(0);
    expect(await save([server.origin])).toMatchObject({ saved: [{ bytes: SIZE }], under: null });
    expect(server.requests[1]?.headers.range).toBe(`bytes=${under?.bytes}-`);
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('it ends at once, even before anything has come', async () => {
    const server = await startFileServer(() => {});
    const { save } = setUp({ folder: scratch(), allowedOrigin: server.origin });
    const start = performance.now();
    expect(await save([server.origin], AbortSignal.timeout(100))).toMatchObject({
      saved: [],
      under: { bytes: 0, total: null },
    });
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  test('it does not mistake connections that broke at once for such a server', async () => {
    const server = await startFileServer((_request, response) => {
      response.writeHead(200, { 'content-length': SIZE });
      response.flushHeaders();
      setTimeout(() => response.destroy(), 20);
    });
    const { save } = setUp({ folder: scratch(), allowedOrigin: server.origin });
    for (let i = 0; i < 3; i++) expect(await save([server.origin])).toMatchObject({ action: 'repeat' });
    server.handle = serving({ bytes: content(SIZE), drip: 300 });
    expect(await save([server.origin], AbortSignal.timeout(SOME_TIME_MS))).toHaveProperty('under.bytes');
  });

  test('it gives up after three starts at a server that knows no ranges, instead of repeating for ever', async () => {
    const folder = scratch();
    const server = await startFileServer(serving({ bytes: content(SIZE), drip: 300, ranges: false }));
    const { save } = setUp({ folder, allowedOrigin: server.origin });
    const call = () => save([server.origin], AbortSignal.timeout(SOME_TIME_MS));
    expect(await call()).toHaveProperty('under.bytes');
    expect(await call()).toHaveProperty('under.bytes');
    expect(await call()).toMatchObject({ code: 'download_failed', action: 'ask_user' });
    expect(existsSync(join(folder, MP4))).toBe(false);
  });
});
