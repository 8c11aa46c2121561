import { describe, expect, it } from 'vitest';
import { toJob } from '../../src/jobs/shown-job.ts';
import { type Reply, toWire } from '../../src/tools/reply.ts';
import { RECORD } from './calling.ts';

const JOB = toJob(RECORD);
const done: Reply = { ok: true, summary: 'Done.', next: { action: 'done', reason: 'r' } };
const link = (i: number) => ({ url: `https://cdn.example.com/${i}?${'s'.repeat(1_400)}`, kind: 'video' as const });
const issues = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ path: `p${i}`, message: 'm'.repeat(500) }));

const sizeOf = (reply: Reply): number => toWire(reply, true).content[0].text.length;

describe('toWire', () => {
  it('has the same JSON in text and in structure, marked in the sandbox alone', () => {
    const live = toWire(done, false);
    expect(JSON.parse(live.content[0].text)).toEqual(live.structuredContent);
    expect(live.structuredContent).not.toHaveProperty('sandbox');
    expect(toWire(done, true).structuredContent).toMatchObject({ sandbox: true });
    expect([live.isError, toWire({ ...done, ok: false }, false).isError]).toEqual([false, true]);
  });

  it('has no null but in the user’s own JSON', () => {
    const edits = [{ op: 'add', path: '/merge', value: null }];
    const { content } = toWire(
      {
        ...done,
        validation: {
          valid: false,
          issues: [{ path: 'a', message: 'm', received: null }],
          warnings: [],
          stats: { duration_seconds: null, clips: 1 },
        },
        definition: { source: 'file', characters: 4, pointer: '/merge', value: { a: null } },
        next: { action: 'call_tool', tool: 'update_template', arguments: { edits }, reason: 'r' },
      },
      false,
    );
    const { validation, definition, next } = JSON.parse(content[0].text);
    expect(validation).toEqual({
      valid: false,
      issues: [{ path: 'a', message: 'm' }],
      warnings: [],
      stats: { clips: 1 },
    });
    expect(definition.value).toEqual({ a: null });
    expect(next.arguments).toEqual({ edits });
  });

  it.each<[string, Partial<Reply>, RegExp]>([
    ['40 outputs', { job: { ...JOB, outputs: Array.from({ length: 40 }, (_, i) => link(i)) } }, /more outputs/],
    ['100 jobs', { jobs: Array.from({ length: 100 }, () => ({ ...JOB, failure: 'f'.repeat(500) })) }, /more jobs/],
    [
      'many saved files',
      {
        download: Array.from({ length: 90 }, (_, i) => ({
          path: `/${'d'.repeat(300)}/${i}`,
          bytes: 1,
          content_type: 'video/mp4',
        })),
      },
      /more saved files/,
    ],
    [
      'a Studio link beside long lists',
      {
        validation: {
          valid: false,
          issues: issues(20),
          warnings: issues(20),
          changes: Array(20).fill('c'.repeat(300)),
          stats: {},
          studio_url: `https://shotstack.studio/#json=${'x'.repeat(5_900)}`,
        },
      },
      /The Studio link does not fit here\..* more /,
    ],
  ])('keeps a reply with %s under 20,000 characters, and says what is left out', (_, members, remark) => {
    const reply: Reply = { ...done, ...members };
    expect(JSON.stringify(reply).length).toBeGreaterThan(20_000);
    expect(sizeOf(reply)).toBeLessThanOrEqual(20_000);
    expect(sizeOf(reply)).toBeGreaterThan(14_000);
    expect(toWire(reply, true).structuredContent.summary).toMatch(remark);
  });

  it('counts the outputs of a job whose links do not all fit', () => {
    const outputs = Array.from({ length: 40 }, (_, i) => link(i));
    const { job, summary } = toWire({ ...done, job: { ...JOB, outputs } }, false).structuredContent as unknown as Reply;
    expect(job?.output_count).toBe(40);
    const shown = job?.outputs?.length ?? 0;
    expect(shown).toBeGreaterThan(5);
    expect(summary).toBe(`Done. ${40 - shown} more outputs (download_result saves them all) do not fit here.`);
  });

  it('leaves a reply alone that fits, and a definition, which has a limit of its own', () => {
    const reply: Reply = { ...done, job: { ...JOB, outputs: [link(1), link(2)] } };
    expect(toWire(reply, false).structuredContent).toEqual(reply);
    const value = 'v'.repeat(19_990);
    const shown: Reply = { ...done, definition: { source: 'file', characters: 50_000, pointer: '/a', value } };
    expect(toWire(shown, false).structuredContent).toEqual(shown);
  });
});
