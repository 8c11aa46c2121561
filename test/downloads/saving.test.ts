import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch } from '../support/folder.ts';
import { fail, serving, startFileServer } from './file-server.ts';
import { content, contentsOf, JOB, MP4, PART, setUp } from './setup.ts';

describe('saving a job’s outputs', () => {
  test('saves a file whole, named after the job, and leaves nothing else behind', async () => {
    const [bytes, folder] = [content(300_000), scratch()];
    const server = await startFileServer(serving({ bytes }));
    const { save, told } = setUp({ folder, allowedOrigin: server.origin });
    const saved = [{ path: join(folder, MP4), bytes: bytes.length, content_type: 'video/mp4' }];
    expect(await save([`${server.origin}/a?sig=1`])).toEqual({ saved, under: null });
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
    expect(told.at(-1)).toEqual([bytes.length, bytes.length]);
  });

  test('sends no key, no cookie and no referrer', async () => {
    const server = await startFileServer(serving({ bytes: content(10) }));
    await setUp({ folder: scratch(), allowedOrigin: server.origin }).save([server.origin]);
    expect(Object.keys(server.requests[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
    ]);
  });

  test('returns what is saved already, without a request', async () => {
    const [bytes, folder] = [content(1000), scratch()];
    const server = await startFileServer(serving({ bytes }));
    const { save } = setUp({ folder, allowedOrigin: server.origin });
    const first = await save([server.origin]);
    server.handle = fail(410);
    expect(await save([server.origin])).toEqual(first);
    expect(server.requests).toHaveLength(1);
  });

  test('saves several outputs, each under its number and with its own ending', async () => {
    const [bytes, folder] = [content(1000), scratch()];
    const server = await startFileServer((request, response) => {
      const type = {
        '/png': 'image/png; x=1',
        '/b.webm': 'binary/octet-stream',
        '/c.exe': 'application/x-msdownload',
        '/d.JPEG': '',
      }[request.url ?? ''];
      return serving({ bytes, type: type ?? 'video/mp4' })(request, response);
    });
    const { save, told } = setUp({ folder, allowedOrigin: server.origin });
    const { saved } = await save(['/a', '/png', '/b.webm', '/c.exe', '/d.JPEG'].map(path => server.origin + path));
    expect(saved?.map(file => [file.path, file.content_type])).toEqual([
      [join(folder, `${JOB}-1.mp4`), 'video/mp4'],
      [join(folder, `${JOB}-2.png`), 'image/png'],
      [join(folder, `${JOB}-3.webm`), 'video/webm'],
      [join(folder, `${JOB}-4.bin`), 'application/octet-stream'],
      [join(folder, `${JOB}-5.jpg`), 'image/jpeg'],
    ]);
    expect(told.map(([done]) => done)).toEqual([1000, 2000, 3000, 4000, 5000]);
  });

  test('saves a file of unknown length', async () => {
    const [bytes, folder] = [content(100_000), scratch()];
    const server = await startFileServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'video/mp4' });
      response.write(bytes.subarray(0, 40_000));
      setTimeout(() => response.end(bytes.subarray(40_000)), 20);
    });
    const { save, told } = setUp({ folder, allowedOrigin: server.origin });
    expect(await save([server.origin])).toMatchObject({ saved: [{ bytes: bytes.length }] });
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
    expect(told[0]?.[1]).toBeNull();
  });

  test('reports progress of a large file in few steps', async () => {
    const bytes = content(40 * 1024 * 1024);
    const server = await startFileServer(serving({ bytes }));
    const { save, told } = setUp({ folder: scratch(), allowedOrigin: server.origin });
    await save([server.origin]);
    expect(told.length).toBeGreaterThan(10);
    expect(told.length).toBeLessThan(50);
    expect(told.at(-1)).toEqual([bytes.length, bytes.length]);
  });

  test('is done once when two calls want the same at the same time', async () => {
    const [bytes, folder] = [content(50_000), scratch()];
    const server = await startFileServer(serving({ bytes, drip: 5_000 }));
    const { save } = setUp({ folder, allowedOrigin: server.origin });
    const [one, other] = await Promise.all([save([server.origin]), save([server.origin])]);
    expect(one).toEqual(other);
    expect(server.requests).toHaveLength(1);
    expect(contentsOf(folder)).toEqual({ [MP4]: bytes });
  });

  test.each([
    ['a:b', 'a%3Ab-1.mp4'],
    ['con.x', 'job-con.x-1.mp4'],
    ['console', 'console-1.mp4'],
  ])('names the file of job %s so that every system takes it: %s', async (id, name) => {
    const folder = scratch();
    const server = await startFileServer(serving({ bytes: content(10) }));
    const { save } = setUp({ folder, allowedOrigin: server.origin });
    await save([server.origin], new AbortController().signal, id);
    expect(Object.keys(contentsOf(folder))).toEqual([name]);
  });

  test('survives two servers at the same output: neither ends with a mixture', async () => {
    const [bytes, folder] = [content(60_000), scratch()];
    const server = await startFileServer(serving({ bytes, drip: 3_000 }));
    const calls = [setUp({ folder, allowedOrigin: server.origin }), setUp({ folder, allowedOrigin: server.origin })];
    const came = await Promise.all(calls.map(({ save }) => save([server.origin])));
    expect(came.some(({ saved }) => saved)).toBe(true);
    expect(contentsOf(folder)[MP4]).toEqual(bytes);
  });
});

describe.each([true, false])('what stands in the folder (by descriptor: %s)', byDescriptor => {
  test('is never overwritten: a folder or a link under the file’s name is left alone', async () => {
    const folder = scratch({ 'other/mine': 'mine' });
    const server = await startFileServer(serving({ bytes: content(1000) }));
    const { save } = setUp({ folder, allowedOrigin: server.origin, byDescriptor });
    symlinkSync(join(folder, 'other/mine'), join(folder, MP4));
    expect(await save([server.origin])).toMatchObject({ code: 'file_refused', reason: 'name_taken' });
    expect(readFileSync(join(folder, 'other/mine'), 'utf8')).toBe('mine');
    renameSync(join(folder, MP4), join(folder, 'moved'));
    mkdirSync(join(folder, MP4));
    expect(await save([server.origin])).toMatchObject({ code: 'file_refused' });
    expect(statSync(join(folder, MP4)).isDirectory()).toBe(true);
  });

  test('is not written through: links under the part’s name lead nowhere', async () => {
    const root = scratch({ 'allowed/x': '', 'outside/a': 'mine', 'outside/b': 'mine' });
    const folder = join(root, 'allowed');
    const bytes = content(1000);
    const server = await startFileServer(serving({ bytes }));
    const { save } = setUp({ folder, allowedOrigin: server.origin, byDescriptor });
    linkSync(join(root, 'outside/a'), join(folder, PART));
    symlinkSync(join(root, 'outside/b'), join(folder, `.${JOB}-2.part`));
    expect(await save([server.origin, server.origin])).toMatchObject({ saved: [{}, {}] });
    expect(readFileSync(join(root, 'outside/a'), 'utf8')).toBe('mine');
    expect(readFileSync(join(root, 'outside/b'), 'utf8')).toBe('mine');
    expect(contentsOf(folder)).toEqual({ x: Buffer.from(''), [MP4]: bytes, [`${JOB}-2.mp4`]: bytes });
  });

  test('says what is in the way when the folder cannot be written to', async () => {
    const folder = scratch();
    mkdirSync(join(folder, PART));
    const server = await startFileServer(serving({ bytes: content(10) }));
    const came = await setUp({ folder, allowedOrigin: server.origin, byDescriptor }).save([server.origin]);
    expect(came).toMatchObject({ code: 'file_refused', reason: 'unwritable' });
    expect(came.cause).toMatch(/^(EISDIR|EPERM|EACCES)$/);
  });
});

test('a folder swapped in mid-transfer does not lead the file elsewhere', async () => {
  const root = scratch({ 'allowed/x': '', 'outside/x': '' });
  const folder = join(root, 'allowed');
  const bytes = content(50_000);
  const server = await startFileServer(serving({ bytes, drip: 5_000 }));
  const { save } = setUp({ folder, allowedOrigin: server.origin });
  const saving = save([server.origin]);
  while (!existsSync(join(folder, PART))) await new Promise(setImmediate);
  renameSync(folder, join(root, 'away'));
  symlinkSync(join(root, 'outside'), folder);
  await saving;
  expect(contentsOf(join(root, 'outside'))).toEqual({ x: Buffer.from('') });
  expect(contentsOf(join(root, 'away'))).toMatchObject({ [MP4]: bytes });
});
