import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PICTURE_CAP_BYTES } from '../../src/files/picture.ts';
import { KEY } from '../support/keys.ts';
import { accept, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

const CLIP = { asset: { type: 'rich-text', text: 'Hello' }, start: 0, length: 1 };
const EDIT = { timeline: { tracks: [{ clips: [CLIP] }] }, output: { format: 'mp4', resolution: 'hd' } };
const TOO_BIG = Buffer.alloc(PICTURE_CAP_BYTES + 1).toString('base64');

let gateway: RecordingGateway;
let server: StdioServer;

beforeAll(async () => {
  let jobs = 0;
  gateway = await RecordingGateway.start((_request, response) => accept(response, `job-${++jobs}`));
  server = await StdioServer.start({ gateway: gateway.url });
});
afterAll(async () => {
  await server.stop();
  await gateway.close();
});

beforeEach(() => {
  gateway.requests.length = 0;
});

const update = (args: object) => server.call('update_template', { prompt: 'p', ...args });

describe('bad arguments', () => {
  it.each<[string, string, Record<string, unknown>, object[]]>([
    ['no prompt', 'update_template', {}, [{ path: 'prompt', message: 'This argument is required.' }]],
    ['a blank prompt', 'update_template', { prompt: ' \n' }, [{ path: 'prompt' }]],
    ['an unknown argument', 'update_template', { prompt: 'p', templateId: 't' }, [{ suggestion: 'template_id' }]],
    ['a wrong word', 'update_template', { prompt: 'p', aspect_ratio: '16x9' }, [{ suggestion: '16:9' }]],
    ['a wrong type', 'update_template', { prompt: 'p', generate_audio: 'yes' }, [{ path: 'generate_audio' }]],
    ['a half second', 'update_template', { prompt: 'p', duration_seconds: 0.5 }, [{ path: 'duration_seconds' }]],
    ['a key as an argument', 'update_template', { prompt: 'p', api_key: 'x' }, [{ path: 'api_key' }]],
    [
      'bad base64',
      'update_template',
      { prompt: 'p', image: './frame.png' },
      [{ path: 'image', received: './frame.png' }],
    ],
    [
      'one bad picture of many',
      'update_template',
      { prompt: 'p', last_frame: 'data:image/png,x', reference_images: ['AAAA', ''] },
      [{ path: 'last_frame' }, { path: 'reference_images[0]' }, { path: 'reference_images[1]' }],
    ],
    [
      'a picture over 10 MiB',
      'update_template',
      { prompt: 'p', image: TOO_BIG },
      [
        {
          path: 'image',
          message: expect.stringMatching(/at most 10 MiB/),
          received: expect.stringMatching(/^A{99}…$/),
        },
      ],
    ],
    [
      'extra inputs that have an argument of their own',
      'update_template',
      { prompt: 'p', extra_inputs: { id: 'x', timeline: {}, seed: 1 } },
      [
        { path: 'extra_inputs.id', message: 'Give this as the argument template_id.' },
        { path: 'extra_inputs.timeline', message: 'Give this as the argument template.' },
      ],
    ],
    ['a path for an id', 'get_status', { request_id: '../..' }, [{ path: 'request_id', received: '../..' }]],
    ['a query in an id', 'cancel_job', { request_id: 'a?b' }, [{ path: 'request_id', received: 'a?b' }]],
    [
      'a wait of an hour',
      'get_status',
      { request_id: 'a', wait_seconds: 3_600 },
      [{ path: 'wait_seconds', allowed: [45] }],
    ],
    ['no id', 'cancel_job', {}, [{ path: 'request_id', message: 'This argument is required.' }]],
  ])('%s: %s names what to correct, and sends nothing', async (_what, tool, args, issues) => {
    const reply = await server.call(tool, args);
    expect(reply).toMatchObject({
      ok: false,
      error: { code: 'invalid_arguments', issues },
      next: { action: expect.stringMatching(/fix_arguments|ask_user/) },
    });
    expect(reply.error?.issues).toHaveLength(issues.length);
    expect(gateway.requests).toEqual([]);
  });

  it('a key that was given as an argument is not shown again', async () => {
    expect(await update({ resolution: KEY, [`${KEY}?`]: 1 })).toMatchObject({
      error: { issues: [{ path: '[key]?' }, { path: 'resolution', received: '[key]' }] },
    });
    expect(await update({ name: `Named ${KEY}` })).toMatchObject({ ok: true, job: { name: 'Named [key]' } });
    gateway.requests.length = 0;
  });

  it('a tool that is not there is a protocol error with the name that was meant', async () => {
    await expect(server.client.callTool({ name: 'get_state', arguments: {} })).rejects.toThrow(
      /Did you mean get_status/,
    );
  });
});

describe('guards', () => {
  it.each<[string, object, string[]]>([
    ['an empty definition', {}, ['template.timeline', 'template.output']],
    ['half a definition', { timeline: {} }, ['template.output']],
    ['a wrapped half', { name: 'x', template: { output: {} } }, ['template.template.timeline']],
  ])('%s is refused', async (_what, template, paths) => {
    expect(await update({ template })).toMatchObject({
      error: { code: 'invalid_template', issues: paths.map(path => ({ path })) },
      next: { action: 'fix_arguments', tool: 'update_template' },
    });
    expect(gateway.requests).toEqual([]);
  });

  it.each([
    'http://example.com/hook',
    'https://localhost/',
    'https://10.0.0.1/',
    'https://[::ffff:169.254.169.254]/',
    'x',
  ])('the webhook %s is refused', async webhook_url => {
    expect(await update({ webhook_url })).toMatchObject({
      error: { code: 'webhook_refused', issues: [{ path: 'webhook_url', received: webhook_url }] },
    });
    expect(gateway.requests).toEqual([]);
  });

  it('a rename without a definition is refused, and says which word lifts that', async () => {
    const reply = await update({ template_id: 't', name: 'New' });
    expect(reply).toMatchObject({ error: { code: 'invalid_template' }, next: { action: 'ask_user' } });
    expect(reply.error?.steps.join(' ')).toMatch(/Only if the user.*"rename_only"/);
    expect(gateway.requests).toEqual([]);
  });

  it('a rename goes through once its guard is lifted, and so does one with a definition', async () => {
    expect(await update({ template_id: 't', name: 'New', allow: ['rename_only'] })).toMatchObject({ ok: true });
    expect(await update({ template_id: 't', name: 'New', template: EDIT })).toMatchObject({ ok: true });
    expect(gateway.requests.map(({ body }) => JSON.parse(body).inputs)).toEqual([
      { prompt: 'p', id: 't', name: 'New' },
      { prompt: 'p', id: 't', name: 'New', template: EDIT },
    ]);
  });
});
