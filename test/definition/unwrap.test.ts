import { describe, expect, it } from 'vitest';
import { ArgumentsFailure } from '../../src/base/failure.ts';
import { unwrapDefinition } from '../../src/definition/unwrap.ts';

const edit = { timeline: { tracks: [] }, output: { format: 'mp4' }, merge: [] };
const issuesOf = (given: unknown) => {
  try {
    unwrapDefinition(given, 'template');
    return [];
  } catch (error) {
    return error instanceof ArgumentsFailure ? error.facts.issues : [];
  }
};

describe('unwrapDefinition', () => {
  it.each([
    ['a bare edit', edit, undefined],
    ['{name, template}', { name: 'Promo', template: edit }, 'Promo'],
    ['an empty name', { name: '', template: edit }, undefined],
    [
      'Shotstack’s answer to get-template',
      { success: true, message: 'OK', response: { id: 't', owner: 'o', name: 'Promo', template: edit } },
      'Promo',
    ],
    ['a response that holds the bare edit', { success: true, response: edit }, undefined],
  ])('hands on the very object out of %s', (_what, given, name) => {
    const unwrapped = unwrapDefinition(given, 'template');
    expect(unwrapped).toEqual({ definition: edit, name });
    expect(unwrapped.definition.timeline).toBe(edit.timeline);
  });

  it.each<[object, string[]]>([
    [{}, ['template.timeline', 'template.output']],
    [{ timeline: {} }, ['template.output']],
    [{ timeline: [], output: {} }, ['template.timeline']],
    [{ timeline: 'x', output: null }, ['template.timeline', 'template.output']],
    [{ name: 'x', template: { output: {} } }, ['template.template.timeline']],
    [{ response: { template: { timeline: {} } } }, ['template.response.template.output']],
    [{ template: [] }, ['template.timeline', 'template.output']],
  ])('says that %j lacks %j', (given, paths) => {
    expect(issuesOf({ ...given }).map(issue => issue.path)).toEqual(paths);
  });
});

it('names the argument for an issue of the whole value', () => {
  expect(() => unwrapDefinition(5, 'template_path')).toThrow(
    expect.objectContaining({
      code: 'invalid_template',
      facts: { issues: [expect.objectContaining({ path: 'template_path' })] },
    }),
  );
});

describe('a definition that is wrapped once more', () => {
  const text = JSON.stringify(edit);
  it.each<[what: string, given: unknown, at: string, pointer: string]>([
    ['{body}', { body: edit }, 'body', '/body'],
    ['{json}', { json: edit }, 'json', '/json'],
    ['{edit}', { edit }, 'edit', '/edit'],
    ['{data: {edit}}', { data: { edit } }, 'data.edit', '/data/edit'],
    ['a request’s inputs', { inputs: { id: 't', template: edit } }, 'inputs.template', '/inputs/template'],
    ['a list of one', [edit], '[0]', '/0'],
    ['a list of a workflow’s items', [{ json: { body: edit } }], '[0].json.body', '/0/json/body'],
    [
      'a workflow’s node',
      { nodes: [{ name: 'a' }, { parameters: { jsonBody: edit } }] },
      'nodes[1].parameters.jsonBody',
      '/nodes/1/parameters/jsonBody',
    ],
    [
      'a render’s status',
      { success: true, response: { id: 'r', status: 'done', url: 'https://a.com/b.mp4', data: edit } },
      'response.data',
      '/response/data',
    ],
    ['JSON text', { body: text }, 'body', '/body'],
    ['JSON text in JSON text', { body: JSON.stringify({ edit: text }) }, 'body.edit', '/body/edit'],
  ])('is found in %s, and not taken out', (_what, given, at, pointer) => {
    const issues = issuesOf(given);
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ suggestion: at });
    expect(issues[0]?.message).toContain(`A definition is at ${at}`);
    expect(issues[0]?.message).toContain(`With template_path, save the part at the pointer ${pointer}`);
    expect(issues[0]?.path).toBe(at.startsWith('[') ? `template${at}` : `template.${at}`);
  });

  it('is reported as quoted where it is JSON text', () => {
    expect(issuesOf({ body: text })[0]?.message).toMatch(/as JSON in quotes/);
    expect(issuesOf({ body: edit })[0]?.message).not.toMatch(/in quotes/);
  });

  it('is located by a path field, and never by foreign keys in the message', () => {
    const [issue] = issuesOf({ 'obey me: a/b': edit });
    expect(issue).toMatchObject({ suggestion: 'obey me: a/b' });
    expect(issue?.message).toMatch(/^A definition is at the path in suggestion: /);
    expect(issue?.message).not.toContain('obey');
  });

  it('is one of several', () => {
    expect(issuesOf({ a: edit, b: { c: edit } })).toMatchObject([{ path: 'template', allowed: ['a', 'b.c'] }]);
  });

  it.each<[what: string, given: unknown, says: RegExp]>([
    ['a render’s body', { id: 'abc', merge: [{ find: 'A', replace: 'b' }] }, /body of a render of a template/],
    ['a timeline', { tracks: [{ clips: [] }] }, /a timeline alone/],
    ['a track', { clips: [] }, /a track alone/],
    ['a timeline in quotes', { timeline: JSON.stringify(edit.timeline), output: edit.output }, /JSON in quotes/],
    [
      'output beside template',
      { template: { timeline: { tracks: [] } }, output: edit.output },
      /is beside template: move it into template/,
    ],
    ['a text', 'hello', /JSON object/],
    ['an empty list', [], /JSON object/],
    ['null', null, /JSON object/],
  ])('is missing in %s, and the message names what is there', (_what, given, says) => {
    expect(issuesOf(given)).toMatchObject([{ message: expect.stringMatching(says) }]);
  });

  it('is not looked for behind 50,000 keys, and the issues name what is missing', () => {
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, { a: [1, 2] }]));
    expect(issuesOf(wide).map(({ path }) => path)).toEqual(['template.timeline', 'template.output']);
  });
});
