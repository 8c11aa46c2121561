import { expect, test } from 'vitest';
import { A, B, Stage } from './stage.ts';

const GUIDES = ['guide://problems', 'guide://template'];

test('resources are the guides, the jobs and what was sent for each template, newest first', async () => {
  const stage = await Stage.set();
  const server = await stage.start();
  await server.call('update_template', A);
  await server.call('update_template', B);
  const { resources } = await server.client.listResources();
  expect(resources.map(({ uri }) => uri)).toEqual([...GUIDES, 'job://job-2', 'job://job-1', 'template://t-1']);
  const { contents } = await server.client.readResource({ uri: 'template://t-1' });
  const [content] = contents;
  expect(JSON.parse(content && 'text' in content ? content.text : '{}').versions).toMatchObject([
    { request_id: 'job-2', template: B.template },
    { request_id: 'job-1', template: A.template },
  ]);
  await stage.close();
});

test('resources are the guides alone without a key', async () => {
  const stage = await Stage.set();
  const server = await stage.start({ SKILLBOSS_WHOLESALE_KEY: '' });
  expect((await server.client.listResources()).resources.map(({ uri }) => uri)).toEqual(GUIDES);
  await stage.close();
});
