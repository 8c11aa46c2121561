import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.ts';
import { accept, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';
import { CANARY, HOSTILE, withTexts } from './hostile-text.ts';
import { expectHarmless, expectNeutral } from './neutral.ts';

let gateway: RecordingGateway;
let server: StdioServer;
const { folder, remove } = makeFolder();
let jobs = 0;

beforeAll(async () => {
  gateway = await RecordingGateway.start((_request, response) => accept(response, `job-${jobs++}`));
  server = await StdioServer.start({ gateway: gateway.url, env: { SHOTSTACK_MCP_ALLOWED_DIRS: folder } });
});
afterAll(async () => {
  await server.stop();
  await gateway.close();
  remove();
});

const OUTPUT = { format: 'mp4', resolution: 'hd' };

/** A definition with a text somewhere in it. */
function definition(asset: object, clip: object = {}, further: object = {}): object {
  const base = { type: 'video', src: 'https://example.com/a.mp4' };
  const clips = [{ asset: { ...base, ...asset }, start: 0, length: 5, ...clip }];
  return { timeline: { tracks: [{ clips }] }, output: OUTPUT, ...further };
}

const DEFINITIONS: Record<string, (text: string) => object> = {
  'a key of a clip': text => definition({}, { [text]: text }),
  'a key at the top': text => definition({}, {}, { [text]: { [text]: text } }),
  'a kind of asset': text => definition({ type: text }),
  'a source': text => definition({ src: text }),
  'a text': text => definition({ type: 'rich-text', src: undefined, text, font: { family: text } }),
  'a value of a list of words': text => definition({}, { fit: text, effect: text, position: text, start: text }),
  'merge fields': text =>
    definition(
      {},
      {},
      {
        merge: [
          { find: text, replace: text },
          { find: 'A', replace: text },
        ],
      },
    ),
  'a placeholder with a default': text =>
    definition({ type: 'rich-text', text: '{{ A }}' }, {}, { merge: [{ find: 'A', replace: text }] }),
  'a script': text => definition({ type: 'html5', html: text, js: text, css: text }),
  'a name beside it': text => ({ name: text, template: definition({}) }),
  'no definition at all': text => ({ [text]: text, timeline: text }),
  'a get-template response': text => ({ message: text, response: { id: text, name: text, template: { [text]: 1 } } }),
};

const CALLS: Record<string, (text: string) => [string, Record<string, unknown>]> = {
  'an argument’s name': text => ['update_template', { prompt: 'p', [text]: text }],
  'a word out of a list': text => ['update_template', { prompt: 'p', aspect_ratio: text, allow: [text] }],
  'a value of another type': text => ['update_template', { prompt: { [text]: text }, template: text, image: [text] }],
  'a picture': text => ['update_template', { prompt: 'p', image: text, reference_images: [text] }],
  'the name of an extra input': text => [
    'update_template',
    { prompt: 'p', extra_inputs: { [text]: 1, id: text, prompt: text } },
  ],
  'a webhook': text => ['update_template', { prompt: 'p', webhook_url: text }],
  'a webhook’s protocol': text => ['update_template', { prompt: 'p', webhook_url: `${CANARY}:${text}` }],
  'a webhook’s host': text => ['update_template', { prompt: 'p', webhook_url: `https://${CANARY}/${text}` }],
  'an id of a job': text => ['get_status', { request_id: text }],
  'a status to list': text => ['list_jobs', { status: text, limit: text, template_id: text }],
  'a path': text => ['update_template', { prompt: 'p', template_path: `/${text}` }],
  'a path in the allowed folder': text => ['validate_template', { template_path: join(folder, text) }],
  'a folder to save to': text => ['download_result', { request_id: 'job', directory: `/${text}` }],
};

describe('hostile text from templates, files and arguments', () => {
  it.each(withTexts(CALLS))('in $name stays data', async ({ place, texts }) => {
    for (const text of texts) expectNeutral(await server.call(...place(text)));
  });

  it.each(withTexts(DEFINITIONS))('in $name stays data when a definition is checked', async ({ place, texts }) => {
    for (const text of texts) expectNeutral(await server.call('validate_template', { template: place(text) }));
  });

  it('the name of a file and what is in it stay data', async () => {
    for (const text of HOSTILE) {
      const name = text.replace(/[/\0]/g, '').toWellFormed().slice(0, 60);
      const path = join(folder, `${name}.json`);
      writeFileSync(path, `{"${CANARY}": ${text}`);
      expectNeutral(await server.call('validate_template', { template_path: path }));
      expectNeutral(await server.call('update_template', { prompt: 'p', image: path }));
    }
  });

  it('prompts, names and ids that were sent stay data in the reply, the list, the changes and the resources', async () => {
    for (const text of HOSTILE) {
      const sent = { prompt: text, template_id: text, name: text, template: definition({}) };
      expectNeutral(await server.call('update_template', sent));
      const changed = { ...definition({}, { [text]: text }), merge: [{ find: text, replace: text }] };
      expectNeutral(await server.call('validate_template', { template_id: text, template: changed }));
      expectNeutral(await server.call('list_jobs', { template_id: text }));
    }
    expectNeutral(await server.call('list_jobs', { limit: 100 }));
    const { resources } = await server.client.listResources();
    expect(resources.length).toBeGreaterThan(100);
    // The address is the id itself, in URL encoding.
    for (const { uri: _, ...shown } of resources) expectHarmless(shown);
    for (const { uri } of resources) expect(uri).toMatch(/^(job|template|guide):\/\/[\x21-\x7e]+$/);
  });
});
