import { describe, expect, it } from 'vitest';
import { unwrapTemplate } from '../../src/definition/unwrap.ts';

const edit = { timeline: { tracks: [] }, output: { format: 'mp4' }, merge: [] };

describe('unwrapTemplate', () => {
  it.each([
    ['a bare edit', edit, null],
    ['{name, template}', { name: 'Promo', template: edit }, 'Promo'],
    ['an empty name', { name: '', template: edit }, null],
    [
      'Shotstack’s answer to get-template',
      { success: true, message: 'OK', response: { id: 't', owner: 'o', name: 'Promo', template: edit } },
      'Promo',
    ],
    ['a response that holds the bare edit', { success: true, response: edit }, null],
  ])('hands on the very object out of %s', (_what, given, name) => {
    const unwrapped = unwrapTemplate(given);
    expect(unwrapped).toEqual({ definition: edit, name });
    expect('definition' in unwrapped && unwrapped.definition.timeline).toBe(edit.timeline);
  });

  it.each<[object, string[]]>([
    [{}, ['template.timeline', 'template.output']],
    [{ timeline: {} }, ['template.output']],
    [{ timeline: [], output: {} }, ['template.timeline']],
    [{ timeline: 'x', output: null }, ['template.timeline', 'template.output']],
    [{ name: 'x', template: { output: {} } }, ['template.template.timeline']],
    [{ response: { template: { timeline: {} } } }, ['template.response.template.output']],
    [{ template: [] }, ['template.timeline', 'template.output']],
  ])('%j lacks %j', (given, paths) => {
    const unwrapped = unwrapTemplate({ ...given });
    expect('issues' in unwrapped ? unwrapped.issues.map(issue => issue.path) : null).toEqual(paths);
  });
});
