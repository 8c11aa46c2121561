import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { scratch } from '../support/folder.ts';
import { type Contents, serving, startFileServer } from './file-server.ts';
import { content, contentsOf, MP4, PART, setUp } from './setup.ts';

const SIZE = 100_000;

/** A server that stops after 40,000 bytes until `goOn` is called, and a way to call for its file. */
async function paused(more: Partial<Contents> = {}) {
  const [bytes, folder] = [content(SIZE), scratch()];
  let goOn = (): void => {};
  const until = new Promise<void>(resolve => {
    goOn = resolve;
  });
  const server = await startFileServer(serving({ bytes, pause: { after: 40_000, until }, ...more }));
  const { save, told } = setUp({ folder, allowedOrigin: server.origin });
  /** A call that ends as soon as bytes have come. */
  const shortCall = async () => {
    const ending = new AbortController();
    const call = save([server.origin], ending.signal);
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(0), 60_000);
    ending.abort();
    return call;
  };
  return { bytes, folder, server, goOn, shortCall, save: () => save([server.origin]) };
}

describe('a transfer that outlasts its call', () => {
  test('continues, and the next call reports its progress and waits for its end', async () => {
    const { bytes, folder, server, goOn, shortCall, save } = await paused();
    const first = await shortCall();
    expect(first).toMatchObject({ saved: [], under: { total: SIZE } });
    expect(first.under?.bytes).toBeGreaterThan(0);
    expect(existsSync(join(folder, MP4))).toBe(false);
    const second = save();
    goOn();
    expect(await second).toMatchObject({ saved: [{ bytes: SIZE }], under: null });
    expect(server.requests).toHaveLength(1);
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('is saved even when no further call comes', async () => {
    const { bytes, folder, goOn, shortCall } = await paused();
    await shortCall();
    goOn();
    await vi.waitFor(() => expect(contentsOf(folder)).toEqual({ [MP4]: bytes }), 60_000);
  });

  test('starts anew with the next call when it broke meanwhile', async () => {
    const { bytes, folder, server, shortCall, save } = await paused();
    await shortCall();
    server.handle = serving({ bytes });
    server.requests[0]?.socket.destroy();
    await vi.waitFor(() => expect(contentsOf(folder)).toEqual({}), 60_000);
    expect(await save()).toMatchObject({ saved: [{ bytes: SIZE }] });
    expect(server.requests).toHaveLength(2);
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('ends its call at once, even before anything has come', async () => {
    const server = await startFileServer(() => {});
    const { save } = setUp({ folder: scratch(), allowedOrigin: server.origin });
    expect(await save([server.origin], AbortSignal.timeout(50))).toEqual({
      saved: [],
      under: { bytes: 0, total: null },
    });
  });
});

describe('a transfer that broke', () => {
  test('may be repeated, and leaves nothing behind', async () => {
    const [bytes, folder] = [content(SIZE), scratch()];
    const server = await startFileServer(serving({ bytes, breakAfter: 40_000 }));
    const { save } = setUp({ folder, allowedOrigin: server.origin });
    expect(await save([server.origin])).toMatchObject({ code: 'download_failed', reason: 'broken', transient: true });
    expect(contentsOf(folder)).toEqual({});
    server.handle = serving({ bytes });
    expect(await save([server.origin])).toMatchObject({ saved: [{ bytes: SIZE }] });
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test('with a process starts anew: what it left is no result and is not resumed', async () => {
    const [bytes, folder] = [content(SIZE), scratch({ [PART]: content(40_000) })];
    writeFileSync(join(folder, `${PART}.json`), 'of another program');
    const server = await startFileServer(serving({ bytes }));
    const { save } = setUp({ folder, allowedOrigin: server.origin });
    expect(await save([server.origin])).toMatchObject({ saved: [{ bytes: SIZE }] });
    expect(server.requests[0]?.headers.range).toBeUndefined();
    expect(contentsOf(folder)).toMatchObject({ [MP4]: bytes });
    expect(existsSync(join(folder, PART))).toBe(false);
  });

  test('because the server says nothing more is given up', async () => {
    const server = await startFileServer(
      serving({ bytes: content(SIZE), pause: { after: 40_000, until: new Promise(() => {}) } }),
    );
    const { save } = setUp({ folder: scratch(), allowedOrigin: server.origin, limits: { body: 1_000 } });
    expect(await save([server.origin])).toMatchObject({ reason: 'broken', transient: true });
  });
});
