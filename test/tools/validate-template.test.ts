import { describe, expect, test } from 'vitest';
import { goodDefinition } from '../definition/definitions.ts';
import { scratch } from '../support/folder.ts';
import { callWith } from './calling.ts';

const template = goodDefinition();
const sent = [{ rowId: 'row', sentAt: 0, status: 'COMPLETED' as const, name: 'Old', definition: template }];
const WHITE = [{ op: 'replace', path: '/timeline/background', value: '#ffffff' }];

describe('a valid check', () => {
  test('goes on with update_template, without the definition, and asks for prompt and template', async () => {
    const { answer } = await callWith({}, 'validate_template', { template, template_id: 't' });
    expect(answer.validation).toMatchObject({ valid: true, issues: [], warnings: [] });
    expect(answer.next).toEqual({
      action: 'call_tool',
      tool: 'update_template',
      arguments: { template_id: 't' },
      reason: 'Add prompt and template; send it at once if the user asked for that, else show what changes and ask.',
    });
  });

  test('carries path, options and edits on', async () => {
    const folder = scratch({ 'a.json': JSON.stringify(template) });
    const args = { template_path: `${folder}/a.json`, edits: WHITE, duration_seconds: 8, studio_link: false };
    const { answer } = await callWith({ folders: [folder] }, 'validate_template', args);
    const { studio_link: _, ...worthRepeating } = args;
    expect(answer.next).toMatchObject({ arguments: worthRepeating, reason: expect.stringMatching(/^Add prompt; /) });
  });

  test('leaves out an option that contradicts the definition', async () => {
    const args = { template, template_id: 't', aspect_ratio: '1:1', duration_seconds: 600 };
    const { answer } = await callWith({}, 'validate_template', args);
    expect(answer.validation?.warnings.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['aspect_ratio', 'duration_seconds']),
    );
    expect(answer.next.arguments).toEqual({ template_id: 't' });
  });

  test('names five placeholders and counts the rest', async () => {
    const merge = Array.from({ length: 12 }, (_, i) => ({ find: `F${i}`, replace: 'x' }));
    const text = merge.map(({ find }) => `{{ ${find} }}`).join(' ');
    const clip = { asset: { type: 'rich-text', text }, start: 0, length: 3 };
    const many = { ...template, merge, timeline: { tracks: [{ clips: [clip] }] } };
    const { answer } = await callWith({}, 'validate_template', { template: many });
    const five = merge.slice(0, 5).map(({ find }) => find);
    expect(answer.validation?.stats).toMatchObject({ placeholders: [...five, 'and 7 more'] });
  });

  test('says what edits of the last definition change', async () => {
    const { answer } = await callWith({ sent }, 'validate_template', { template_id: 't', edits: WHITE });
    expect(answer.validation?.changes).toEqual(['changed timeline.background: "#000000" → "#ffffff"']);
    expect(answer.next.arguments).toEqual({ template_id: 't', edits: WHITE });
  });

  test('compares edits of a given definition with the last one sent', async () => {
    const edits = [{ op: 'replace', path: '/output/fps', value: 30 }];
    const last = [
      {
        ...sent[0],
        rowId: 'row',
        sentAt: 0,
        status: 'COMPLETED' as const,
        definition: { ...template, output: { format: 'gif' } },
      },
    ];
    const { answer } = await callWith({ sent: last }, 'validate_template', { template, template_id: 't', edits });
    expect(answer.validation?.changes?.join()).toContain('output.format');
  });

  test('has a Studio link when it is asked for alone', async () => {
    const without = await callWith({}, 'validate_template', { template });
    expect(without.answer.validation).not.toHaveProperty('studio_url');
    expect(without.text.length).toBeLessThan(1_000);
    const { answer } = await callWith({}, 'validate_template', { template, studio_link: true });
    expect(answer.validation?.studio_url).toMatch(/^https:\/\/shotstack\.studio\/#json=/);
  });

  test('names the merge fields that have no default, and has no null', async () => {
    const { merge: _, ...bare } = template;
    const { answer, text } = await callWith({}, 'validate_template', { template: bare });
    expect(answer.validation?.stats).toMatchObject({ placeholders_without_default: ['NAME'] });
    expect(answer.validation?.stats).not.toHaveProperty('placeholders');
    expect(text).not.toContain('null');
  });

  test('warns of options that contradict the definition', async () => {
    const args = { template, aspect_ratio: '9:16', resolution: '720p' };
    const { answer } = await callWith({}, 'validate_template', args);
    expect(answer.validation?.warnings).toMatchObject([{ path: 'aspect_ratio' }]);
    expect(answer.next.reason).toMatch(/^Look at the warnings\. /);
  });
});

describe('a failed check', () => {
  const clip = { asset: { type: 'image', src: 'https://a.b/c.png' }, start: 'x', length: 1 };

  test('lists the first ten issues and counts the rest by kind', async () => {
    const bad = { ...template, timeline: { tracks: [{ clips: Array.from({ length: 15 }, () => clip) }] } };
    const { answer } = await callWith({}, 'validate_template', { template: bad });
    expect(answer).toMatchObject({ ok: true, validation: { valid: false, more: { issues: 5 } } });
    expect(answer.validation?.issues).toHaveLength(10);
    expect(Object.values(answer.validation?.more?.kinds ?? {})).toEqual([5]);
    expect(answer.next).toMatchObject({ action: 'fix_arguments', tool: 'validate_template' });
  });

  test('that has nothing to check says what to give', async () => {
    const { answer } = await callWith({}, 'validate_template', { template_id: 't' });
    expect(answer.error).toMatchObject({ code: 'invalid_arguments', issues: [{ path: 'template' }] });
  });
});

test('an unknown argument is ignored and said to be', async () => {
  const { answer } = await callWith({}, 'validate_template', { template, pretty: true });
  expect(answer.summary).toBe('The definition is valid. Ignored, since there is no such argument: pretty.');
});
