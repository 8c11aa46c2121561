import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import type { Edit } from '../../src/definition/edits.ts';
import type { Submit } from '../../src/gateway/gateway.ts';
import { hashIntent, intentsOf } from '../../src/jobs/hashes.ts';
import { NAMED_INPUTS, type TemplateUpdate, TemplateUpdateModel } from '../../src/models/template-update.ts';
import { fc } from '../support/properties.ts';

const DEFINITION = { timeline: { tracks: [] }, output: { format: 'mp4' }, merge: [{ find: 'A', replace: 'B' }] };

const update = (changes: Partial<TemplateUpdate> = {}): TemplateUpdate => ({
  prompt: 'Make it red',
  templateId: 'tpl-1',
  name: 'Red',
  definition: DEFINITION,
  options: { resolution: '720p' },
  extraInputs: {},
  ...changes,
});
const bare: TemplateUpdate = { prompt: 'Make it red', options: {}, extraInputs: {} };
const submitOf = (given: TemplateUpdate, layout: 'auto' | 'nested' | 'flat' = 'nested') =>
  new TemplateUpdateModel(layout).toSubmit(given);

describe('the inputs', () => {
  it('hold the definition as template when nested', () => {
    expect(submitOf(update())).toMatchObject({
      model: 'shotstack/template-update',
      templateId: 'tpl-1',
      name: 'Red',
      definition: DEFINITION,
      inputs: { prompt: 'Make it red', id: 'tpl-1', name: 'Red', resolution: '720p', template: DEFINITION },
    });
    expect(submitOf(update())).not.toHaveProperty('alternative');
  });

  it('hold the definition’s own keys when flat', () => {
    const { inputs } = submitOf(update(), 'flat');
    expect(inputs).toEqual({ prompt: 'Make it red', id: 'tpl-1', name: 'Red', resolution: '720p', ...DEFINITION });
  });

  it.each(['auto', 'nested', 'flat'] as const)('have no field for what was not given (%s)', layout => {
    const submit = submitOf(bare, layout);
    expect(submit.inputs).toEqual({ prompt: 'Make it red' });
    expect(Object.keys(submit).sort()).toEqual(['inputs', 'intent', 'model']);
  });

  it('let neither extra inputs nor a flat definition override a named field', () => {
    const own = [...NAMED_INPUTS.keys()].filter(name => !['template', 'timeline', 'output'].includes(name));
    const hostile = Object.fromEntries([...NAMED_INPUTS.keys()].map(name => [name, 'hostile']));
    const options = Object.fromEntries(
      own.filter(name => !['prompt', 'id', 'name'].includes(name)).map(n => [n, 'own']),
    );
    const hostileKeys = ({ inputs }: { inputs: JsonObject }): string[] =>
      Object.keys(inputs).filter(name => inputs[name] === 'hostile');
    expect(hostileKeys(submitOf(update({ options, extraInputs: hostile })))).toEqual(['timeline', 'output']);
    const definition = { ...hostile, ...DEFINITION };
    expect(hostileKeys(submitOf(update({ options, definition }), 'flat'))).toEqual(['template']);
  });

  it('give __proto__ no special meaning', () => {
    const extraInputs = JSON.parse('{"__proto__": {"polluted": true}, "seed": 7}');
    const { inputs } = submitOf(update({ extraInputs }));
    expect(JSON.stringify(inputs)).toContain('"__proto__":{"polluted":true}');
    expect(inputs.polluted).toBeUndefined();
  });

  it('hold a definition that is JSON-equal to the given one', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), further => {
        const definition = JSON.parse(JSON.stringify({ ...further, timeline: {}, output: {} }));
        expect(JSON.stringify(submitOf(update({ definition })).inputs.template)).toBe(JSON.stringify(definition));
      }),
    );
  });

  it('name as an argument each input that is not to be given by hand', () => {
    expect(Object.fromEntries(NAMED_INPUTS)).toEqual({
      prompt: 'prompt',
      name: 'name',
      webhook_url: 'webhook_url',
      duration_seconds: 'duration_seconds',
      aspect_ratio: 'aspect_ratio',
      resolution: 'resolution',
      negative_prompt: 'negative_prompt',
      image: 'image',
      last_frame: 'last_frame',
      reference_images: 'reference_images',
      generate_audio: 'generate_audio',
      id: 'template_id',
      template: 'template',
      timeline: 'template',
      output: 'template',
    });
  });
});

describe('the layout auto', () => {
  /** Reports to the model which inputs of a submit the gateway has accepted. */
  const accept = ({ inputs, alternative }: Submit, which: 'first' | 'alternative'): void =>
    alternative?.onAccepted(which === 'first' ? inputs : alternative.inputs);

  it('is nested, with the flat form as its alternative', () => {
    const submit = submitOf(update(), 'auto');
    expect(submit.inputs).toHaveProperty('template', DEFINITION);
    expect(submit.alternative?.inputs).toMatchObject({ id: 'tpl-1', ...DEFINITION });
    expect(submit.alternative?.inputs).not.toHaveProperty('template');
    expect(submit.alternative?.isWanted('inputs.timeline is required')).toBe(true);
    expect(submit.alternative?.isWanted('timeline.tracks is required')).toBe(false);
  });

  it('stays flat once the gateway has taken that', () => {
    const model = new TemplateUpdateModel('auto');
    accept(model.toSubmit(update()), 'alternative');
    const next = model.toSubmit(update());
    expect(next.inputs).toHaveProperty('timeline');
    expect(next).not.toHaveProperty('alternative');
  });

  it('stays nested once the gateway has taken that, whatever a submit under way still finds', () => {
    const model = new TemplateUpdateModel('auto');
    const underWay = model.toSubmit(update());
    accept(model.toSubmit(update()), 'first');
    accept(underWay, 'alternative');
    expect(model.toSubmit(update()).inputs).toHaveProperty('template');
    expect(model.toSubmit(update())).not.toHaveProperty('alternative');
  });
});

describe('the intent', () => {
  const hash = (asked: TemplateUpdate): string => intentsOf('https://gateway', submitOf(asked)).intent;
  const edits = [{ op: 'replace' as const, path: '/timeline/background', value: '#fff' }];
  const editsHash = (asked: TemplateUpdate, given: readonly Edit[] = edits, version = 0): string =>
    hashIntent('https://gateway', new TemplateUpdateModel('nested').editsIntent(asked, given, version));
  const same = (a: TemplateUpdate, b: TemplateUpdate): void => expect(hash(a)).toBe(hash(b));
  const differ = (a: TemplateUpdate, b: TemplateUpdate): void => expect(hash(a)).not.toBe(hash(b));
  const png = Buffer.from('89504e470d0a1a0a00', 'hex');

  it('leaves the prompt out beside a definition or edits, and counts it otherwise', () => {
    same(update(), update({ prompt: 'Rot bitte' }));
    expect(editsHash(update({ prompt: 'other' }))).toBe(editsHash(update()));
    same(bare, { ...bare, prompt: '  Make it red\n' });
    differ(bare, { ...bare, prompt: 'Make it blue' });
  });

  it('leaves out defaults that are spelled out, the webhook and what is empty', () => {
    const options = { duration_seconds: 8, aspect_ratio: '16:9', resolution: '1080p', generate_audio: false };
    same(update({ options }), update({ options: { negative_prompt: ' ', reference_images: [] } }));
    same(update(), update({ webhookUrl: 'https://example.com/hook' }));
    differ(update({ options: { duration_seconds: 9 } }), update({ options: {} }));
    differ(update({ extraInputs: { seed: 1 } }), update());
  });

  it('trims name, template_id and negative_prompt, and no text of the definition', () => {
    same(update(), update({ name: ' Red ', templateId: 'tpl-1\n' }));
    same(update({ options: { negative_prompt: 'a' } }), update({ options: { negative_prompt: ' a ' } }));
    const text = (value: string) => update({ definition: { ...DEFINITION, merge: [{ find: 'A', replace: value }] } });
    differ(text('B'), text('B '));
  });

  it('is the same for a definition whose keys have another order or whose texts are in NFD', () => {
    const other = { output: { format: 'mp4' }, merge: [{ replace: 'é', find: 'A' }], timeline: { tracks: [] } };
    same(
      update({ definition: { ...DEFINITION, merge: [{ find: 'A', replace: 'e\u0301' }] } }),
      update({ definition: other }),
    );
  });

  it('counts a picture by its bytes', () => {
    const base64 = png.toString('base64');
    same(update({ options: { image: base64 } }), update({ options: { image: base64.replace(/=+$/, '') } }));
    differ(update({ options: { image: base64 } }), update({ options: { last_frame: base64 } }));
    differ(
      update({ options: { reference_images: [base64] } }),
      update({ options: { reference_images: [base64, base64] } }),
    );
  });

  it('of edits is what they make, and beside it the edits as given, their version and a name given with them', () => {
    const model = new TemplateUpdateModel('nested');
    const asked = model.editsIntent(update(), edits, 0);
    expect(intentsOf('https://gateway', model.toSubmit(update(), asked, 'row'))).toEqual({
      intent: hash(update()),
      editsIntent: editsHash(update()),
    });
    expect(editsHash(update({ name: 'New' }))).not.toBe(editsHash(update()));
    expect(editsHash(update(), [])).not.toBe(editsHash(update()));
    expect(editsHash(update(), edits, 1)).not.toBe(editsHash(update()));
  });

  it('holds no picture and no text of the prompt, so that it stays small', () => {
    const image = Buffer.alloc(100_000, 1).toString('base64');
    expect(JSON.stringify(submitOf(update({ options: { image } })).intent).length).toBeLessThan(1_000);
  });
});
