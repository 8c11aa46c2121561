import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SAMPLE_VIDEO } from '../../src/sandbox/sample-video.ts';
import { SAMPLES } from '../files/samples.ts';
import { definition } from '../support/definition.ts';
import { scratch } from '../support/folder.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** The built server in the sandbox, with a folder that it may use. */
async function start(env: Record<string, string> = {}) {
  const server = await StdioServer.start({ args: ['--sandbox'], env });
  onTestFinished(() => server.stop());
  return server;
}

test('a definition is sent by its path, and the video is saved as a file, which a second call names again', async () => {
  const folder = scratch({ 'frame.png': SAMPLES.png });
  writeFileSync(join(folder, 'edit.json'), JSON.stringify(definition()));
  const server = await start({ SHOTSTACK_MCP_ALLOWED_DIRS: folder });
  const progress: { progress: number; total?: number | undefined }[] = [];
  const submitted = await server.call('update_template', {
    prompt: 'Make a video',
    template_id: 'demo',
    template_path: join(folder, 'edit.json'),
    image: join(folder, 'frame.png'),
    allow: [],
  });
  const id = submitted.job?.request_id ?? '';
  expect(submitted).toMatchObject({ ok: true, job: { status: 'IN_QUEUE' } });
  const path = join(folder, `${id}-1.mp4`);
  const download = [{ path, bytes: SAMPLE_VIDEO.length, content_type: 'video/mp4' }];
  const onprogress = (step: (typeof progress)[number]): void => void progress.push(step);
  expect(await server.call('download_result', { request_id: id }, { onprogress })).toMatchObject({
    ok: true,
    download,
    next: { action: 'done' },
  });
  expect(readFileSync(path)).toEqual(SAMPLE_VIDEO);
  expect(new Set(readdirSync(folder))).toEqual(new Set([`${id}-1.mp4`, 'edit.json', 'frame.png']));
  // The SDK's client drops a step that it reads together with the reply.
  for (const step of progress)
    expect(step).toMatchObject({ progress: SAMPLE_VIDEO.length, total: SAMPLE_VIDEO.length });

  expect(await server.call('download_result', { request_id: id })).toMatchObject({ ok: true, download });
});

test('a download that a crash cut off starts anew, and its part is gone', async () => {
  const folder = scratch();
  const server = await start({ SHOTSTACK_MCP_ALLOWED_DIRS: folder });
  const id = (await server.call('update_template', { prompt: 'Make a video [sandbox:started]' })).job?.request_id ?? '';
  await server.call('get_status', { request_id: id, wait_seconds: 20 });
  writeFileSync(join(folder, `.${id}-1.part`), SAMPLE_VIDEO.subarray(0, 1000));
  expect(await server.call('download_result', { request_id: id })).toMatchObject({ ok: true });
  expect(readdirSync(folder)).toEqual([`${id}-1.mp4`]);
  expect(readFileSync(join(folder, `${id}-1.mp4`))).toEqual(SAMPLE_VIDEO);
});

test('no tool opens a file of the job store, in an allowed folder or not', async () => {
  const folder = scratch();
  const store = { SHOTSTACK_MCP_DATA_DIR: join(folder, 'data') };
  const server = await StdioServer.start({ env: { SHOTSTACK_MCP_ALLOWED_DIRS: folder, ...store } });
  await server.call('list_jobs', {});
  const image = join(folder, 'data/jobs.sqlite');
  expect(readdirSync(join(folder, 'data'))).toContain('jobs.sqlite');
  expect(await server.call('update_template', { prompt: 'p', image })).toMatchObject({
    error: { code: 'file_refused', message: expect.stringContaining('job store') },
  });
  await server.stop();
});

test('without an allowed folder nothing is read or saved', async () => {
  const server = await start();
  expect(await server.call('update_template', { prompt: 'x', image: join(scratch(), 'a.png') })).toMatchObject({
    error: { code: 'file_refused' },
  });
  expect(await server.call('download_result', { request_id: 'c546520207fb4b68b0adce825f9dcf6d' })).toMatchObject({
    error: { code: 'file_refused' },
  });
});
