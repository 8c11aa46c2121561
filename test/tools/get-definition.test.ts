import { describe, expect, test } from 'vitest';
import type { SentDefinition } from '../../src/jobs/store/job-store.ts';
import { goodDefinition } from '../definition/definitions.ts';
import { scratch } from '../support/folder.ts';
import { callWith, ID } from './calling.ts';

const definition = goodDefinition();
const sent = (changes: Partial<SentDefinition> = {}): SentDefinition => ({
  rowId: 'row',
  sentAt: Date.parse('2026-03-01T11:00:00Z'),
  requestId: ID,
  status: 'COMPLETED',
  name: 'Mine',
  definition,
  ...changes,
});
const large = {
  ...definition,
  timeline: {
    tracks: Array.from({ length: 60 }, (_, i) => ({
      clips: [{ asset: { type: 'image', src: `https://example.com/${i}.png` }, start: i, length: 5 }],
    })),
  },
};
const call = (args: object, ...known: SentDefinition[]) => callWith({ sent: known }, 'get_definition', args);

describe('get_definition', () => {
  test('shows a small definition whole, with when and by which job it was sent', async () => {
    const { answer } = await call({ template_id: 't' }, sent({ status: 'IN_PROGRESS' }), sent());
    expect(answer.definition).toEqual({
      template_id: 't',
      name: 'Mine',
      source: 'last_sent',
      version: 0,
      request_id: ID,
      status: 'IN_PROGRESS',
      sent_at: '2026-03-01T11:00:00Z',
      characters: JSON.stringify(definition).length,
      value: definition,
    });
    expect(answer.summary).toContain('its job is IN_PROGRESS. Versions: 0 IN_PROGRESS, 1 COMPLETED.');
    expect(answer.summary).toContain('would be overwritten');
    expect(answer.next.action).toBe('done');
  });

  test('shows a large one in outline, and a part of it whole', async () => {
    const { answer, text } = await call({ template_id: 't' }, sent({ definition: large }));
    expect(answer.definition).not.toHaveProperty('value');
    expect(answer.definition?.outline?.[4]).toBe('/timeline/tracks/4/clips/0 image 4–9 s https://example.com/4.png');
    expect(text.length).toBeLessThan(20_000);
    const part = await call({ template_id: 't', pointer: '/timeline/tracks/4/clips/0' }, sent({ definition: large }));
    expect(part.answer.definition).toMatchObject({
      pointer: '/timeline/tracks/4/clips/0',
      value: large.timeline.tracks[4]?.clips[0],
    });
  });

  test('shows a part over 20,000 characters in an outline of its own', async () => {
    const html = 'h'.repeat(30_000);
    const wide = {
      ...definition,
      timeline: { tracks: [{ clips: [{ asset: { type: 'html', html }, start: 0, length: 1 }] }] },
    };
    const { answer } = await call(
      { template_id: 't', pointer: '/timeline/tracks/0/clips/0/asset' },
      sent({ definition: wide }),
    );
    expect(answer.definition?.outline?.[1]).toMatch(
      /^\/timeline\/tracks\/0\/clips\/0\/asset\/html h+… \(30000 characters\)$/,
    );
  });

  test('shows an older version, and null as a value', async () => {
    const older = sent({ definition: { ...definition, merge: null } });
    const { answer } = await call({ template_id: 't', version: 1, pointer: '/merge' }, sent(), older);
    expect(answer.definition).toMatchObject({ version: 1, value: null });
  });

  test('shows what a file holds', async () => {
    const folder = scratch({ 'a.json': JSON.stringify({ name: 'F', template: definition }) });
    const { answer } = await callWith({ folders: [folder] }, 'get_definition', { template_path: `${folder}/a.json` });
    expect(answer.definition).toMatchObject({ source: 'file', name: 'F', value: definition });
    expect(answer.definition).not.toHaveProperty('version');
  });

  test.each<[object, SentDefinition[], string, object]>([
    [{ template_id: 't' }, [], 'definition_unknown', {}],
    [{}, [], 'invalid_arguments', { issues: [{ path: 'template_id' }] }],
    [{ template_id: 't', template_path: '/a' }, [], 'invalid_arguments', { issues: [{ path: 'template_id' }] }],
    [{ template_id: 't', version: 3 }, [sent()], 'invalid_arguments', { issues: [{ path: 'version', allowed: [0] }] }],
    [
      { template_id: 't', pointer: '/timeline/track' },
      [sent()],
      'invalid_arguments',
      {
        issues: [
          {
            path: 'pointer',
            message: '`/timeline/track`: there is no `track` in `/timeline`; `tracks` is there.',
          },
        ],
      },
    ],
  ])('answers %j with what is wrong', async (args, known, code, error) => {
    const { answer } = await call(args, ...known);
    expect(answer.error).toMatchObject({ code, ...error });
  });
});
