import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PICTURE_CAP_BYTES } from '../../src/files/picture.ts';
import { HOST_ADDED_ARGUMENTS } from '../../src/tools/host-arguments.ts';
import { SAMPLES } from '../files/samples.ts';
import { makeFolder } from '../support/folder.ts';
import { KEY } from '../support/keys.ts';
import { accept, RecordingGateway } from '../support/recording-gateway.ts';
import { StdioServer } from '../support/stdio-server.ts';

const CLIP = { asset: { type: 'rich-text', text: 'Hello' }, start: 0, length: 1 };
const EDIT = { timeline: { tracks: [{ clips: [CLIP] }] }, output: { format: 'mp4', resolution: 'hd' } };
const TOO_BIG = Buffer.alloc(PICTURE_CAP_BYTES + 1).toString('base64');

const PNG = SAMPLES.png.toString('base64');

const { folder, remove } = makeFolder();
let gateway: RecordingGateway;
let server: StdioServer;

beforeAll(async () => {
  writeFileSync(join(folder, 'Cafe\u0301.json'), JSON.stringify(EDIT));
  for (const name of ['Shot 3.05\u202fPM.png', 'a\u00a0b.png', 'a\u202fb.png'])
    writeFileSync(join(folder, name), SAMPLES.png);
  let jobs = 0;
  gateway = await RecordingGateway.start((_request, response) => accept(response, `job-${++jobs}`));
  server = await StdioServer.start({ gateway: gateway.url, env: { SHOTSTACK_MCP_ALLOWED_DIRS: folder } });
});
afterAll(async () => {
  await server.stop();
  await gateway.close();
  remove();
});

beforeEach(() => {
  gateway.requests.length = 0;
});

const all = (names: string[], value: unknown) => Object.fromEntries(names.map(name => [name, value]));
const update = (args: object) => server.call('update_template', { prompt: 'p', ...args });

describe('bad arguments', () => {
  it.each<[string, string, Record<string, unknown>, object[]]>([
    ['no prompt', 'update_template', {}, [{ path: 'prompt', message: 'This argument is required.' }]],
    ['a blank prompt', 'update_template', { prompt: ' \n' }, [{ path: 'prompt' }]],
    ['an unknown argument', 'update_template', { prompt: 'p', templateId: 't' }, [{ suggestion: 'template_id' }]],
    ['a wrong word', 'update_template', { prompt: 'p', aspect_ratio: '16x9' }, [{ suggestion: '16:9' }]],
    ['a wrong type', 'update_template', { prompt: 'p', generate_audio: 'perhaps' }, [{ path: 'generate_audio' }]],
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
    ['an unknown option', 'update_template', { prompt: 'p', dry_run: true }, [{ path: 'dry_run' }]],
    ['an unknown option', 'cancel_job', { request_id: 'a', dry_run: true }, [{ path: 'dry_run' }]],
    ['an unknown option', 'download_result', { request_id: 'a', dry_run: true }, [{ path: 'dry_run' }]],
    ['arguments that are no object', 'list_jobs', { args: [5] }, [{ message: 'Give the arguments as an object.' }]],
    [
      'arguments under a further name',
      'list_jobs',
      { limit: 5, params: { status: 'FAILED' } },
      [{ path: 'params', message: 'There is no such argument.' }],
    ],
    [
      'an id under another name',
      'get_status',
      { job_id: 'a' },
      [{ path: 'job_id' }, { path: 'request_id', message: 'This argument is required.' }],
    ],
    [
      'a definition for null',
      'update_template',
      { prompt: 'p', template_id: 'null', template: EDIT },
      [{ path: 'template_id' }],
    ],
    [
      'null for a definition',
      'update_template',
      { prompt: 'p', template_id: 't', template: null },
      [{ path: 'template' }],
    ],
    [
      'a definition that is cut off',
      'update_template',
      { prompt: 'p', template: '{"timeline": {' },
      [{ path: 'template', message: expect.stringMatching(/it ends too early/) }],
    ],
    [
      'further arguments inside the first',
      'update_template',
      { prompt: 'Blue</parameter>\n<parameter name="template_id">t' },
      [{ path: 'prompt', message: expect.stringMatching(/give each argument by itself/) }],
    ],
    ['a word for a picture', 'update_template', { prompt: 'p', image: 'image001' }, [{ path: 'image' }]],
    [
      'a PDF for a picture',
      'update_template',
      { prompt: 'p', image: SAMPLES.pdf.toString('base64') },
      [{ path: 'image' }],
    ],
    ['half a picture', 'update_template', { prompt: 'p', image: PNG.slice(0, 60) }, [{ path: 'image' }]],
    [
      'a path that two files look like',
      'update_template',
      { prompt: 'p', image: join(folder, 'a b.png') },
      [
        {
          path: 'image',
          allowed: expect.arrayContaining([join(folder, 'a\u00a0b.png'), join(folder, 'a\u202fb.png')]),
        },
      ],
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

  it.each([
    ['get_state', /Did you mean get_status/],
    ['mcp__shotstack__update_template', /Did you mean update_template/],
    ['shotstack.updateTemplate', /Did you mean update_template/],
    ['update_template_mcp', /Did you mean update_template/],
    ['shotstack-template-mcp-downloadresult', /Did you mean download_result/],
    ['render', /There are update_template, get_status/],
  ])('the tool %s is a protocol error with the names that there are', async (name, hint) => {
    await expect(server.client.callTool({ name, arguments: {} })).rejects.toThrow(hint);
  });
});

describe('what hosts and models make of the arguments of an update', () => {
  const added = Object.fromEntries([...HOST_ADDED_ARGUMENTS.keys()].map(name => [name, 'x']));
  const optional = ['image', 'name', 'negative_prompt', 'reference_images', 'webhook_url', 'extra_inputs', 'allow'];
  const template = JSON.stringify(EDIT);
  const edited = { template_id: 't-edits', template: EDIT, edits: '[]' };

  it.each<[string, (prompt: string) => Record<string, unknown>, object]>([
    ['null', prompt => ({ prompt, ...all(optional, null) }), {}],
    ['the empty text', prompt => ({ prompt, ...all(optional, '') }), {}],
    ['the word null', prompt => ({ prompt, ...all(optional, 'null') }), {}],
    ['the word None', prompt => ({ prompt, ...all(optional, 'None') }), {}],
    ['the word undefined', prompt => ({ prompt, ...all(optional, 'undefined') }), {}],
    ['null in quotes', prompt => ({ prompt, ...all(optional, '"null"') }), {}],
    ['null in a list', prompt => ({ prompt, ...all(optional, [null]) }), {}],
    ['args around them', prompt => ({ args: { prompt, generate_audio: true } }), { generate_audio: true }],
    [
      'kwargs beside empty args',
      prompt => ({ args: [], kwargs: { prompt, resolution: '720p' } }),
      { resolution: '720p' },
    ],
    ['args in args', prompt => ({ args: { args: { prompt, duration_seconds: 3 } } }), { duration_seconds: 3 }],
    ['params around them', prompt => ({ params: { prompt, duration_seconds: 4 } }), { duration_seconds: 4 }],
    ['their JSON', prompt => ({ arguments: JSON.stringify({ prompt, aspect_ratio: '1:1' }) }), { aspect_ratio: '1:1' }],
    ['names that hosts add', prompt => ({ prompt, ...added }), {}],
    ['a definition as JSON', prompt => ({ prompt, template_id: 't-1', template }), { id: 't-1', template: EDIT }],
    [
      'a definition in a fence, an id in quotes',
      prompt => ({ prompt, template_id: '"t-2"\n', template: `\`\`\`json\n${template}\n\`\`\`` }),
      { id: 't-2', template: EDIT },
    ],
    [
      'JSON of JSON, an id in typographic quotes',
      prompt => ({ prompt, template_id: '“t-3”\u00a0', template: JSON.stringify(template) }),
      { id: 't-3', template: EDIT },
    ],
    ['a number as text', prompt => ({ prompt, duration_seconds: ' 8 ' }), { duration_seconds: 8 }],
    ['a boolean as text', prompt => ({ prompt, generate_audio: 'TRUE' }), { generate_audio: true }],
    ['a word in quotes', prompt => ({ prompt, aspect_ratio: '"9:16"' }), { aspect_ratio: '9:16' }],
    ['one item in place of a list', prompt => ({ prompt, reference_images: PNG }), { reference_images: [PNG] }],
    ['a list as JSON', prompt => ({ prompt, ...edited }), { id: 't-edits', template: EDIT }],
    [
      'paths that look like those of the files',
      prompt => ({ prompt, template_path: join(folder, 'Caf\u00e9.json'), image: join(folder, 'Shot 3.05 PM.png') }),
      { template: EDIT, image: PNG },
    ],
  ])('%s: is submitted as it is meant', async (what, given, inputs) => {
    expect(await server.call('update_template', given(what))).toMatchObject({ ok: true });
    expect(gateway.requests.map(({ body }) => JSON.parse(body).inputs)).toEqual([{ prompt: what, ...inputs }]);
  });

  it('a name that is left out, since it is null, is said', async () => {
    expect((await update({ prompt: 'unnamed', name: 'None' })).summary).toContain(
      'Left out, since null or empty: name.',
    );
  });
});

it.each<[string, Record<string, unknown>, object]>([
  ['list_jobs', {}, { ok: true }],
  ['get_status', { request_id: 'job-1', wait_seconds: 0 }, {}],
  ['validate_template', { template: EDIT }, { ok: true }],
])('%s says which unknown names it has dropped', async (tool, args, expected) => {
  const reply = await server.call(tool, { ...args, verbose: true });
  expect(reply).toMatchObject(expected);
  if (reply.ok) expect(reply.summary).toContain('Ignored, since there is no such argument: verbose.');
});

it('the third equal refusal in a row asks the user', async () => {
  const actions = [];
  for (let i = 0; i < 3; i++) actions.push((await server.call('download_result', { job: 'job-1' })).next.action);
  expect(actions).toEqual(['fix_arguments', 'fix_arguments', 'ask_user']);
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
