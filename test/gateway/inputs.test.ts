import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import type { TemplateUpdate } from '../../src/gateway/gateway.ts';
import { NAMED_INPUTS, requestBody } from '../../src/gateway/inputs.ts';

const DEFINITION = { timeline: { tracks: [] }, output: { format: 'mp4' }, merge: [{ find: 'A', replace: 'B' }] };

const update = (changes: Partial<TemplateUpdate> = {}): TemplateUpdate => ({
  prompt: 'Make it red',
  templateId: 'tpl-1',
  name: 'Red',
  definition: DEFINITION,
  options: { resolution: '720p' },
  extraInputs: {},
  webhookUrl: null,
  ...changes,
});

const inputsOf = (body: JsonObject): JsonObject => body.inputs as JsonObject;
const wire = (body: JsonObject): JsonObject => JSON.parse(JSON.stringify(body));

describe('requestBody', () => {
  it('nests the definition under inputs.template', () => {
    expect(requestBody(update(), 'nested')).toEqual({
      model: 'shotstack/template-update',
      async: true,
      inputs: { prompt: 'Make it red', id: 'tpl-1', name: 'Red', resolution: '720p', template: DEFINITION },
    });
  });

  it('spreads the definition over inputs when flat', () => {
    expect(requestBody(update({ webhookUrl: 'https://example.com/hook' }), 'flat')).toEqual({
      model: 'shotstack/template-update',
      async: true,
      webhook_url: 'https://example.com/hook',
      inputs: { prompt: 'Make it red', id: 'tpl-1', name: 'Red', resolution: '720p', ...DEFINITION },
    });
  });

  it('sends no field for what was not given', () => {
    const bare = update({ templateId: null, name: null, definition: null, options: {} });
    for (const layout of ['nested', 'flat'] as const) {
      expect(requestBody(bare, layout)).toEqual({
        model: 'shotstack/template-update',
        async: true,
        inputs: { prompt: 'Make it red' },
      });
    }
  });

  it('lets neither extra inputs nor a flat definition stand over a named field', () => {
    const hostile = Object.fromEntries(Object.keys(NAMED_INPUTS).map(name => [name, 'hostile']));
    const full = update({
      options: Object.fromEntries(
        Object.keys(NAMED_INPUTS)
          .filter(name => !['prompt', 'id', 'name', 'template', 'timeline', 'output'].includes(name))
          .map(name => [name, 'own']),
      ),
    });
    const nested = inputsOf(requestBody({ ...full, extraInputs: hostile }, 'nested'));
    expect(Object.entries(nested).filter(([, value]) => value === 'hostile')).toEqual([
      ['timeline', 'hostile'],
      ['output', 'hostile'],
    ]);
    const flat = inputsOf(
      requestBody({ ...full, extraInputs: hostile, definition: { ...hostile, ...DEFINITION } }, 'flat'),
    );
    expect(Object.entries(flat).filter(([, value]) => value === 'hostile')).toEqual([['template', 'hostile']]);
  });

  it('gives __proto__ no special meaning', () => {
    const extraInputs = JSON.parse('{"__proto__": {"polluted": true}, "seed": 7}');
    const definition = JSON.parse('{"timeline": {}, "output": {}, "__proto__": {"deep": 1}}');
    const sent = JSON.stringify(requestBody(update({ extraInputs, definition }), 'nested'));
    expect(sent).toContain('"__proto__":{"polluted":true}');
    expect(sent).toContain('"__proto__":{"deep":1}');
    expect(inputsOf(requestBody(update({ extraInputs }), 'nested')).polluted).toBeUndefined();
  });

  it('sends a definition that is JSON-equal to the given one', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), further => {
        const definition = JSON.parse(JSON.stringify({ ...further, timeline: {}, output: {} }));
        const { template } = inputsOf(wire(requestBody(update({ definition }), 'nested')));
        expect(JSON.stringify(template)).toBe(JSON.stringify(definition));
      }),
    );
  });
});
