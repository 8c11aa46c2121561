import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { goodDefinition } from '../definition/definitions.ts';
import { SAMPLES } from '../files/samples.ts';
import { scratch } from '../support/folder.ts';
import { callWith, RECORD } from './calling.ts';

const png = SAMPLES.png.toString('base64');
const template = goodDefinition();
const sent = [
  { rowId: 'row', sentAt: Date.parse('2026-03-01T11:00:00Z'), status: 'COMPLETED' as const, definition: template },
];

describe('an id without a definition', () => {
  test.each([{}, { name: 'New' }, { image: png }])(
    'is refused beside %j, since it would blank the template',
    async more => {
      const { answer, submits } = await callWith({}, 'update_template', { prompt: 'Red', template_id: 't', ...more });
      expect(answer.error).toMatchObject({ code: 'invalid_template', issues: [{ path: 'template' }] });
      expect(answer.error?.message).toContain('would blank the template');
      expect(answer.next.action).toBe('ask_user');
      expect(submits).toEqual([]);
    },
  );

  test('is offered edits of the last definition where one is known', async () => {
    const { answer } = await callWith({ sent }, 'update_template', { prompt: 'Red', template_id: 't', name: 'New' });
    expect(answer.error?.issues).toEqual([
      {
        path: 'edits',
        message:
          'Give edits on the definition last sent (2026-03-01 11:00 UTC, COMPLETED): [] sends it as it is, for a mere rename. get_definition shows it.',
      },
    ]);
    expect(answer.next).toMatchObject({
      action: 'fix_arguments',
      tool: 'update_template',
      arguments: { prompt: 'Red', template_id: 't', name: 'New', edits: [] },
    });
  });

  test('is sent with rename_only, and a prompt alone without it', async () => {
    const args = { prompt: 'Red', template_id: 't', name: 'New', allow: ['rename_only'] };
    const { submits } = await callWith({ sent }, 'update_template', args);
    expect(submits[0]?.submit).toMatchObject({ templateId: 't', name: 'New' });
    expect(submits[0]?.submit).not.toHaveProperty('definition');
    expect((await callWith({}, 'update_template', { prompt: 'A red title' })).submits).toHaveLength(1);
  });
});

describe('arguments given as null', () => {
  test.each([
    [{ template_id: null, template }, ['template_id']],
    [{ template_id: 'undefined', template }, ['template_id']],
    [{ template_id: '', template }, ['template_id']],
    [{ template_id: 't', template: null }, ['template']],
    [{ template: 'null', template_path: 'None' }, ['template', 'template_path']],
  ])('%j is refused, since it would be paid and mean something else', async (given, paths) => {
    const { answer, submits } = await callWith({}, 'update_template', { prompt: 'x', ...given });
    expect(answer.error).toMatchObject({ code: 'invalid_arguments', issues: paths.map(path => ({ path })) });
    expect(submits).toEqual([]);
  });

  test('are left out where nothing depends on them, and a name is said to be', async () => {
    const args = { prompt: 'x', template, template_path: null, name: 'null', negative_prompt: '', image: 'null' };
    const { answer, submits } = await callWith({}, 'update_template', args);
    expect(submits[0]?.submit.inputs).toEqual({ prompt: 'x', template });
    expect(answer.summary).toContain('Left out, since null or empty: name, negative_prompt.');
  });
});

describe('pictures', () => {
  test('are taken by path, as base64 and as data URI in one call', async () => {
    const folder = scratch({ 'a.png': SAMPLES.png, 'b.jpg': SAMPLES.jpeg });
    const { submits } = await callWith({ folders: [folder] }, 'update_template', {
      prompt: 'x',
      image: join(folder, 'a.png'),
      reference_images: [png, join(folder, 'b.jpg'), `data:image/png;base64,${png}`],
    });
    const jpeg = SAMPLES.jpeg.toString('base64');
    expect(submits[0]?.submit.inputs).toEqual({ prompt: 'x', image: png, reference_images: [png, jpeg, png] });
  });

  test('that are invalid are all refused at once, by path', async () => {
    const { answer, submits } = await callWith({ folders: [scratch()] }, 'update_template', {
      prompt: 'x',
      image: 'image-001',
      reference_images: [png, 'image.002'],
    });
    expect(answer.error?.code).toBe('invalid_arguments');
    expect(answer.error?.issues?.map(({ path, received }) => [path, received])).toEqual([
      ['image', 'image-001'],
      ['reference_images[1]', 'image.002'],
    ]);
    expect(submits).toEqual([]);
  });

  test('outside the allowed folders are refused at their place', async () => {
    const args = { prompt: 'x', reference_images: [png, '/etc/passwd'] };
    const { answer } = await callWith({ folders: [scratch()] }, 'update_template', args);
    expect(answer.error).toMatchObject({ code: 'file_refused', issues: [{ path: 'reference_images[1]' }] });
  });
});

describe('webhook_url', () => {
  const call = (webhook_url: string, addresses: string[]) =>
    callWith({ resolve: async () => addresses }, 'update_template', { prompt: 'x', webhook_url });

  test('is sent as it was judged', async () => {
    const { submits } = await call('https://Hooks.Example.com:443/a?b', ['93.184.216.34']);
    expect(submits[0]?.submit.webhookUrl).toBe('https://hooks.example.com/a?b');
  });

  test.each([
    ['https://hooks.example.com/', ['10.0.0.1']],
    ['https://hooks.example.com/', ['93.184.216.34', '::1']],
    ['https://169.254.169.254/', []],
    ['http://hooks.example.com/', ['93.184.216.34']],
  ])('%s at %j is refused', async (url, addresses) => {
    const { answer, submits } = await call(url, addresses);
    expect(answer.error).toMatchObject({ code: 'webhook_refused', issues: [{ path: 'webhook_url', received: url }] });
    expect(submits).toEqual([]);
  });

  test('whose name has no answer is sent, with a warning', async () => {
    const { answer, submits } = await call('https://hooks.example.com/', []);
    expect(submits).toHaveLength(1);
    expect(answer.summary).toContain('has no address as seen from here');
  });
});

describe('a submit', () => {
  test.each([
    [undefined, 0],
    [['invalid_template'], 0],
    [['duplicate'], 1],
    [['duplicate_2', 'invalid_template'], 2],
    [['duplicate', 'duplicate_9'], 9],
  ])('with allow %j has lift %i', async (allow, lift) => {
    const { submits } = await callWith({}, 'update_template', { prompt: 'x', template, allow });
    expect(submits[0]?.lift).toBe(lift);
  });

  test('of a definition that fails the check is refused with its first ten issues, unless it is allowed', async () => {
    const bad = {
      ...template,
      timeline: {
        tracks: [
          {
            clips: Array.from({ length: 12 }, () => ({
              asset: { type: 'image', src: 'https://a.b/c.png' },
              start: 'x',
              length: 1,
            })),
          },
        ],
      },
    };
    const { answer, submits } = await callWith({}, 'update_template', { prompt: 'x', template: bad });
    expect(answer.error?.code).toBe('invalid_template');
    expect(answer.error?.issues).toHaveLength(10);
    expect(submits).toEqual([]);
    const args = { prompt: 'x', template: bad, allow: ['invalid_template'] };
    expect((await callWith({}, 'update_template', args)).submits).toHaveLength(1);
  });

  test('of a named field in extra_inputs is refused with the argument to use', async () => {
    const { answer } = await callWith({}, 'update_template', { prompt: 'x', extra_inputs: { id: 't', seed: 1 } });
    expect(answer.error?.issues).toEqual([
      { path: 'extra_inputs.id', message: 'Give this as the argument template_id.' },
    ]);
  });

  test('with edits that are nested too deep is refused', async () => {
    const value = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
    const edits = [{ op: 'replace', path: '/timeline/background', value }];
    const { answer, submits } = await callWith({}, 'update_template', { prompt: 'x', template_id: 't-1', edits });
    expect(answer).toMatchObject({ error: { code: 'invalid_arguments', issues: [{ path: 'edits' }] } });
    expect(submits).toEqual([]);
  });

  test('that met an equal one says so, with the word that sends it all the same', async () => {
    const submitted = { duplicate: true, lift: 'duplicate_2' };
    const { answer } = await callWith({ submitted }, 'update_template', { prompt: 'x', template });
    expect(answer).toMatchObject({ ok: true, duplicate: true, job: { status: 'IN_QUEUE' } });
    expect(answer.summary).toContain('nothing was submitted');
    expect(answer.summary).toContain('add "duplicate_2" to allow');
  });

  test('says which other updates of the template have not ended, and what the store and the gateway say', async () => {
    const conflicts = [
      { ...RECORD, requestId: 'r-2' },
      { ...RECORD, requestId: 'r-3', otherTenant: true },
    ];
    const submitted = { conflicts, lowBalance: true, unwritten: true };
    const { answer } = await callWith({ submitted }, 'update_template', { prompt: 'x', template });
    expect(answer.summary).toMatch(
      /The job store is away.*has not ended \(r-2, of another key\).* balance runs low\.$/,
    );
  });
});
