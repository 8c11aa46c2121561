import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../src/base/did-you-mean.ts';
import { ArgumentsFailure, type Issue } from '../../src/base/failure.ts';
import { formatPath, shorten } from '../../src/base/text.ts';
import { readArguments } from '../../src/tools/arguments.ts';
import { cancelJob } from '../../src/tools/cancel-job.ts';
import { getStatus } from '../../src/tools/get-status.ts';
import { HOST_ADDED_ARGUMENTS } from '../../src/tools/host-arguments.ts';
import { listJobs } from '../../src/tools/list-jobs.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { updateTemplate } from '../../src/tools/update-template.ts';

const { input } = updateTemplate;
const ID = 'c546520207fb4b68b0adce825f9dcf6d';
const read = (args: unknown) => readArguments(input, args, true);
const argsOf = async (args: unknown): Promise<unknown> => (await read(args)).args;

/** The issues with which arguments are refused. */
async function issuesOf(args: unknown): Promise<Issue[]> {
  try {
    await read(args);
  } catch (error) {
    if (error instanceof ArgumentsFailure && error.code === 'invalid_arguments') return error.facts.issues;
    throw error;
  }
  return [];
}

const withPrompt = (args: object): object => ({ prompt: 'p', ...args });

describe('arguments that are right', () => {
  it('are handed on, objects as the very ones that were given', async () => {
    const template = { timeline: {}, output: {} };
    const { args, absent, ignored } = await read({ prompt: 'p', template });
    expect((args as { template: object }).template).toBe(template);
    expect([absent, ignored]).toEqual([[], []]);
  });

  it('keep their texts as they are where a text is wanted', async () => {
    const args = { prompt: '"null"', name: ' {"a": 1} ', negative_prompt: 'none' };
    expect(await argsOf(args)).toEqual(args);
  });
});

describe('absent arguments', () => {
  it.each([[undefined], [null], [[]], [{}], [''], ['null']])('%j in place of all arguments is none', async given => {
    const { args } = await readArguments(listJobs.input, given, false);
    expect(args).toEqual({ limit: 20 });
  });

  it.each([null, '', '  ', 'null', 'None', 'undefined', [null], ['null'], ['']])(
    '%j is absent for every optional argument',
    async nothing => {
      const names = Object.keys(input.shape).filter(name => name !== 'prompt');
      const given = withPrompt(Object.fromEntries(names.map(name => [name, nothing])));
      const { args, absent } = await read(given);
      expect(args).toEqual({ prompt: 'p' });
      expect(absent).toEqual(names);
    },
  );

  it.each([null, '', 'null', 'None', [null]])(
    '%j in place of one that has a default is that default',
    async nothing => {
      const { args } = await readArguments(getStatus.input, { request_id: ID, wait_seconds: nothing }, false);
      expect(args).toEqual({ request_id: ID, wait_seconds: 20 });
    },
  );

  it('are neither [] nor {} nor other words', async () => {
    const given = { edits: [], extra_inputs: {}, template: {}, allow: [], name: 'nil' };
    expect(await argsOf(withPrompt(given))).toEqual(withPrompt(given));
  });

  it.each([null, 'null', ''])('%j for a required id or path is reported as missing', async nothing => {
    await expect(readArguments(cancelJob.input, { request_id: nothing }, true)).rejects.toMatchObject({
      facts: { issues: [{ path: 'request_id', message: 'This argument is required.' }] },
    });
  });

  it('report a null prompt as missing, and take a word for null as the prompt', async () => {
    expect(await issuesOf({ prompt: null })).toEqual([{ path: 'prompt', message: 'This argument is required.' }]);
    expect(await argsOf({ prompt: 'None' })).toEqual({ prompt: 'None' });
  });
});

describe('right values in a wrapping', () => {
  const template = { timeline: {}, output: {} };

  it.each([
    [{ args: { prompt: 'p' } }, { prompt: 'p' }],
    [{ kwargs: { prompt: 'p' } }, { prompt: 'p' }],
    [{ arguments: { prompt: 'p' }, toolCallId: 'call_1' }, { prompt: 'p' }],
    [{ args: '{"prompt": "p"}' }, { prompt: 'p' }],
    ['{"prompt": "p"}', { prompt: 'p' }],
    [withPrompt({ template: JSON.stringify(template) }), withPrompt({ template })],
    [withPrompt({ template: `\`\`\`json\n${JSON.stringify(template)}\n\`\`\`` }), withPrompt({ template })],
    [withPrompt({ template: `\n\`\`\`\n${JSON.stringify(template, null, 2)}\`\`\`\n` }), withPrompt({ template })],
    [withPrompt({ template: JSON.stringify(JSON.stringify(template)) }), withPrompt({ template })],
    [withPrompt({ extra_inputs: '{"seed": 7}' }), withPrompt({ extra_inputs: { seed: 7 } })],
    [withPrompt({ duration_seconds: '8' }), withPrompt({ duration_seconds: 8 })],
    [withPrompt({ version: ' 1 ' }), withPrompt({ version: 1 })],
    [withPrompt({ version: '"1e0"' }), withPrompt({ version: 1 })],
    [withPrompt({ resolution: '"720p" ' }), withPrompt({ resolution: '720p' })],
    [withPrompt({ template: `~~~json ${JSON.stringify(template)} ~~~` }), withPrompt({ template })],
    [withPrompt({ template_id: '‘t-1’\u200b' }), withPrompt({ template_id: 't-1' })],
    [{ args: {}, kwargs: { kwargs: { prompt: 'p' } } }, { prompt: 'p' }],
    [{ tool: 'update_template', parameters: '{"args": {"prompt": "p"}}' }, { prompt: 'p' }],
    [withPrompt({ generate_audio: 'false' }), withPrompt({ generate_audio: false })],
    [withPrompt({ generate_audio: 'True' }), withPrompt({ generate_audio: true })],
    [withPrompt({ allow: 'duplicate' }), withPrompt({ allow: ['duplicate'] })],
    [withPrompt({ allow: { item: ['duplicate'] } }), withPrompt({ allow: ['duplicate'] })],
    [withPrompt({ allow: { item: 'duplicate' } }), withPrompt({ allow: ['duplicate'] })],
    [withPrompt({ allow: [{ item: 'duplicate' }] }), withPrompt({ allow: ['duplicate'] })],
    [
      withPrompt({ edits: { item: { op: 'add', path: '/merge', value: { item: 1 } } } }),
      withPrompt({ edits: [{ op: 'add', path: '/merge', value: { item: 1 } }] }),
    ],
    [withPrompt({ allow: '["duplicate_2"]' }), withPrompt({ allow: ['duplicate_2'] })],
    [withPrompt({ reference_images: 'AAAA' }), withPrompt({ reference_images: ['AAAA'] })],
    [withPrompt({ reference_images: '1234' }), withPrompt({ reference_images: ['1234'] })],
    [withPrompt({ edits: '[]' }), withPrompt({ edits: [] })],
    [
      withPrompt({ edits: { op: 'remove', path: '/merge' } }),
      withPrompt({ edits: [{ op: 'remove', path: '/merge' }] }),
    ],
    [
      withPrompt({ edits: ['{"op": "remove", "path": "/merge"}'] }),
      withPrompt({ edits: [{ op: 'remove', path: '/merge' }] }),
    ],
    [
      withPrompt({ edits: '{"op": "remove", "path": "/merge"}' }),
      withPrompt({ edits: [{ op: 'remove', path: '/merge' }] }),
    ],
    [withPrompt({ template_id: '"t-1"\n' }), withPrompt({ template_id: 't-1' })],
    [withPrompt({ template_path: "'/home/me/a b.json' " }), withPrompt({ template_path: '/home/me/a b.json' })],
    [withPrompt({ template_path: '`/a.json`' }), withPrompt({ template_path: '/a.json' })],
    [withPrompt({ image: '"/home/me/a.png"' }), withPrompt({ image: '/home/me/a.png' })],
  ])('%j is read as %j', async (given, args) => {
    expect(await argsOf(given)).toEqual(args);
  });

  it('are not looked for inside a definition, extra_inputs or the value of an edit', async () => {
    const given = withPrompt({
      template: { timeline: '{"tracks": []}', output: 'null', merge: '[]' },
      extra_inputs: { a: '8', b: 'true', c: null },
      edits: [
        { op: 'add', path: '/merge', value: '[{"find": "A"}]' },
        { op: 'add', path: '/x', value: null },
      ],
    });
    expect(await argsOf(given)).toEqual(given);
  });

  it('are the user’s own JSON with any keys', async () => {
    const template = '{"timeline": {}, "output": {}, "__proto__": {"a": 1}}';
    const { args } = await read(withPrompt({ template }));
    expect(JSON.stringify((args as { template: object }).template)).toBe(JSON.stringify(JSON.parse(template)));
  });

  it.each([
    [{ template: '{"timeline": ' }, 'template'],
    [{ template: 'my template' }, 'template'],
    [{ edits: ['remove it'] }, 'edits[0]'],
    [{ template: '8' }, 'template'],
    [{ extra_inputs: '[1]' }, 'extra_inputs'],
    [{ duration_seconds: '8 seconds' }, 'duration_seconds'],
    [{ duration_seconds: '0x8' }, 'duration_seconds'],
    [{ generate_audio: 'yes' }, 'generate_audio'],
    [{ generate_audio: 0 }, 'generate_audio'],
    [{ template_id: 5 }, 'template_id'],
  ])('%j has no one meaning and is refused once', async (given, path) => {
    expect((await issuesOf(withPrompt(given))).map(issue => issue.path)).toEqual([path]);
  });
});

describe('names that are not known', () => {
  it('are dropped where hosts are known to add them, by every tool', async () => {
    const added = Object.fromEntries([...HOST_ADDED_ARGUMENTS.keys()].map(name => [name, 'x']));
    for (const tool of TOOLS) {
      const given = { ...added, prompt: 'p', request_id: ID };
      const own = Object.fromEntries(
        Object.entries(given).filter(([name]) => name in tool.input.shape || name in added),
      );
      await expect(readArguments(tool.input, own, true)).resolves.toMatchObject({ ignored: [] });
    }
  });

  it('each have a public source, and none is an argument of ours', () => {
    for (const [name, source] of HOST_ADDED_ARGUMENTS) {
      expect(source).toMatch(/#\d+|\/|specification/);
      for (const tool of TOOLS) expect(Object.keys(tool.input.shape)).not.toContain(name);
    }
  });

  it('are dropped and named by a tool that changes nothing', async () => {
    const given = { request_id: ID, verbose: true, dry_run: 'yes' };
    expect(await readArguments(getStatus.input, given, false)).toMatchObject({
      args: { request_id: ID, wait_seconds: 20 },
      ignored: ['verbose', 'dry_run'],
    });
  });

  it('are refused by a tool that changes something', async () => {
    expect(await issuesOf(withPrompt({ dry_run: true }))).toMatchObject([
      { path: 'dry_run', message: 'There is no such argument.', allowed: expect.arrayContaining(['prompt']) },
    ]);
  });

  it.each([
    ['requestId', 'request_id'],
    ['request-id', 'request_id'],
    ['wait_secs', 'wait_seconds'],
  ])('are refused by every tool where they resemble an argument: %s', async (name, meant) => {
    const failed = readArguments(getStatus.input, { [name]: ID }, false);
    await expect(failed).rejects.toMatchObject({
      facts: { issues: expect.arrayContaining([expect.objectContaining({ path: name, suggestion: meant })]) },
    });
  });

  it('are refused when they are called __proto__', async () => {
    const given = JSON.parse('{"prompt": "p", "__proto__": {"template_id": "t"}}');
    expect(await issuesOf(given)).toMatchObject([{ path: '__proto__' }]);
  });

  it('do not hide that the right one is missing as a second mistake', async () => {
    expect(await issuesOf({ promt: 'x' })).toMatchObject([{ path: 'promt', suggestion: 'prompt' }]);
    expect(await issuesOf({ promt: 'x' })).toHaveLength(1);
  });
});

describe('the issues', () => {
  it.each<[unknown, Partial<Issue>[]]>([
    [undefined, [{ path: 'prompt', message: 'This argument is required.' }]],
    [[1], [{ path: '', received: 'an array of 1' }]],
    [{ prompt: '  ' }, [{ path: 'prompt', received: '  ' }]],
    [withPrompt({ Template_ID: 't' }), [{ path: 'Template_ID', suggestion: 'template_id' }]],
    [withPrompt({ aspect_ratio: '16x9' }), [{ path: 'aspect_ratio', received: '16x9', suggestion: '16:9' }]],
    [withPrompt({ resolution: '4k' }), [{ path: 'resolution', received: '4k', allowed: ['720p', '1080p'] }]],
    [withPrompt({ duration_seconds: 1.5 }), [{ path: 'duration_seconds', received: 1.5 }]],
    [withPrompt({ duration_seconds: 0 }), [{ path: 'duration_seconds', received: 0, allowed: [1] }]],
    [withPrompt({ version: 5 }), [{ path: 'version', received: 5, allowed: [4] }]],
    [withPrompt({ extra_inputs: [] }), [{ path: 'extra_inputs', received: 'an array of 0' }]],
    [withPrompt({ reference_images: ['AAAA', 5] }), [{ path: 'reference_images[1]', received: 5 }]],
    [withPrompt({ allow: ['rename-only'] }), [{ path: 'allow[0]', suggestion: 'rename_only' }]],
    [withPrompt({ edits: [{ op: 'set', path: '/a' }] }), [{ path: 'edits[0].op', received: 'set' }]],
    [withPrompt({ edits: [{ op: 'remove' }] }), [{ path: 'edits[0].path', message: 'This argument is required.' }]],
  ])('%j is refused with its issues', async (args, issues) => {
    expect(await issuesOf(args)).toMatchObject(issues);
  });

  it('are counted, however many a list holds', async () => {
    const failed = read(withPrompt({ edits: Array.from({ length: 100_000 }, () => ({})) }));
    await expect(failed).rejects.toMatchObject({ facts: { unlisted: 199_975 } });
  });

  it('are at most 25, each of them short, and the rest is counted', async () => {
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`${'x'.repeat(5_000)}${i}`, 1]));
    const failed = read(withPrompt(many));
    await expect(failed).rejects.toMatchObject({ facts: { unlisted: 65 } });
    const issues = await issuesOf(many);
    expect(issues).toHaveLength(25);
    for (const { path } of issues) expect(path.length).toBeLessThanOrEqual(100);
  });
});

it.each<[string, string | null]>([
  ['promt', 'prompt'],
  ['PROMPT', 'prompt'],
  ['templateid', 'template_id'],
  ['colour', null],
  ['x'.repeat(5_000), null],
])('%s was probably meant as %j', (word, meant) => {
  expect(didYouMean(word, ['prompt', 'template_id'])).toBe(meant);
});

it('writes paths as a programmer does', () => {
  expect(formatPath(['timeline', 'tracks', 0, 'clips', 2, 'asset'])).toBe('timeline.tracks[0].clips[2].asset');
  expect(formatPath([])).toBe('');
});

it.each<[unknown, unknown]>([
  ['x'.repeat(100), 'x'.repeat(100)],
  ['x'.repeat(101), `${'x'.repeat(99)}…`],
  [[1, 2], 'an array of 2'],
  [{ a: 1 }, 'an object'],
  [null, null],
  [5, 5],
])('shows %j as %j', (value, shown) => {
  expect(shorten(value)).toEqual(shown);
});
