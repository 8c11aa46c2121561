import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../src/base/did-you-mean.ts';
import { Failure, type Issue } from '../../src/base/failure.ts';
import { formatPath, shorten } from '../../src/base/text.ts';
import { parseArguments } from '../../src/tools/arguments.ts';
import { updateTemplate } from '../../src/tools/update-template.ts';

/** The issues with which arguments are refused. */
function issuesOf(args: unknown): Issue[] {
  try {
    parseArguments(updateTemplate.input, args);
  } catch (error) {
    if (error instanceof Failure && error.code === 'invalid_arguments') return error.facts.issues ?? [];
    throw error;
  }
  return [];
}

const withPrompt = (args: object): object => ({ prompt: 'p', ...args });

describe('parseArguments', () => {
  it('takes good arguments, and hands on the very template that was given', () => {
    const template = { timeline: {}, output: {} };
    expect(parseArguments(updateTemplate.input, { prompt: 'p', template })).toHaveProperty('template', template);
    expect((parseArguments(updateTemplate.input, { prompt: 'p', template }) as { template: object }).template).toBe(
      template,
    );
  });

  it.each<[unknown, Partial<Issue>[]]>([
    [undefined, [{ path: 'prompt', message: 'This argument is required.' }]],
    [{ prompt: '  ' }, [{ path: 'prompt', received: '  ' }]],
    [{ promt: 'x' }, [{ path: 'promt', suggestion: 'prompt' }]],
    [withPrompt({ Template_ID: 't' }), [{ path: 'Template_ID', suggestion: 'template_id' }]],
    [withPrompt({ aspect_ratio: '16x9' }), [{ path: 'aspect_ratio', received: '16x9', suggestion: '16:9' }]],
    [withPrompt({ resolution: '4k' }), [{ path: 'resolution', received: '4k', allowed: ['720p', '1080p'] }]],
    [withPrompt({ duration_seconds: 1.5 }), [{ path: 'duration_seconds', received: 1.5 }]],
    [withPrompt({ duration_seconds: '8' }), [{ path: 'duration_seconds', received: '8', allowed: [8] }]],
    [withPrompt({ duration_seconds: 0 }), [{ path: 'duration_seconds', received: 0, allowed: [1] }]],
    [withPrompt({ generate_audio: 'false' }), [{ path: 'generate_audio', allowed: [false] }]],
    [withPrompt({ template: 'text' }), [{ path: 'template', received: 'text' }]],
    [withPrompt({ template: [] }), [{ path: 'template', received: 'an array of 0' }]],
    [withPrompt({ extra_inputs: null }), [{ path: 'extra_inputs', received: null }]],
    [withPrompt({ reference_images: ['AAAA', 5] }), [{ path: 'reference_images[1]', received: 5 }]],
    [
      withPrompt({ allow: ['rename-only'] }),
      [{ path: 'allow[0]', allowed: ['duplicate', 'invalid_template', 'rename_only'], suggestion: 'rename_only' }],
    ],
  ])('%j is refused with its issues', (args, issues) => {
    expect(issuesOf(args)).toMatchObject(issues);
  });

  it('names no argument that is far from every real one', () => {
    const [issue] = issuesOf(withPrompt({ zzzzzzzzzzzz: 1 }));
    expect(issue).toMatchObject({ path: 'zzzzzzzzzzzz', allowed: expect.arrayContaining(['prompt']) });
    expect(issue).not.toHaveProperty('suggestion');
  });

  it('refuses an argument that is called __proto__', () => {
    expect(issuesOf(JSON.parse('{"prompt": "p", "__proto__": {"template_id": "t"}}'))).toMatchObject([
      { path: '__proto__' },
    ]);
  });

  it('shows at most 25 issues, each of them short', () => {
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`${'x'.repeat(5_000)}${i}`, 1]));
    const issues = issuesOf(many);
    expect(issues.length).toBeLessThanOrEqual(25);
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
