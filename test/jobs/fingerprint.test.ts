import { expect, it } from 'vitest';
import type { TemplateUpdate } from '../../src/gateway/gateway.ts';
import { fingerprint } from '../../src/jobs/fingerprint.ts';

const update = (changes: Partial<TemplateUpdate>): TemplateUpdate => ({
  prompt: 'p',
  templateId: 'tpl',
  name: null,
  definition: null,
  options: {},
  extraInputs: {},
  webhookUrl: null,
  ...changes,
});
const PICTURE = 'iVBORw0KGgo='.repeat(60_000);

it('is the same whatever the order of the keys', () => {
  const [a, b] = [
    { x: 1, y: { v: 2, w: PICTURE } },
    { y: { w: PICTURE, v: 2 }, x: 1 },
  ];
  expect(fingerprint(update({ definition: a }))).toBe(fingerprint(update({ definition: b })));
});

it('differs where the updates do, however far back in a picture', () => {
  const prints = [
    update({}),
    update({ prompt: 'q' }),
    update({ options: { image: PICTURE } }),
    update({ options: { image: `${PICTURE.slice(0, -1)}A` } }),
    update({ options: { last_frame: PICTURE } }),
    update({ options: { image: `${PICTURE}\ud83d` } }),
    update({ options: { image: `${PICTURE}\ud83e` } }),
  ].map(fingerprint);
  expect(new Set(prints).size).toBe(prints.length);
});
