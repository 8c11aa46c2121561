import { GetPromptResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE } from '../injection/hostile-text.ts';
import { HIDING } from '../injection/neutral.ts';
import { StdioServer } from '../support/stdio-server.ts';

let server: StdioServer;
beforeAll(async () => {
  // Prompts need neither a key nor a gateway.
  server = await StdioServer.start({ env: { SKILLBOSS_WHOLESALE_KEY: '' } });
});
afterAll(() => server.stop());

const get = async (name: string, args?: Record<string, string>): Promise<string> => {
  const { messages } = await server.client.getPrompt({ name, ...(args ? { arguments: args } : {}) });
  expect(messages).toHaveLength(1);
  const [{ role, content } = { role: null, content: null }] = messages;
  expect(role).toBe('user');
  return content?.type === 'text' ? content.text : '';
};

const dataIn = (text: string): unknown => JSON.parse(/^```json\n(.*)\n```$/m.exec(text)?.[1] ?? '');
const aroundData = (text: string): string => text.replace(/^```json\n.*\n```$/m, '');

describe('the prompts', () => {
  it('are listed with what they ask for', async () => {
    const { prompts } = await server.client.listPrompts();
    expect(
      prompts.map(({ name, arguments: args }) => [
        name,
        ...(args ?? []).map(argument => `${argument.name}${argument.required ? '*' : ''}`),
      ]),
    ).toEqual([
      ['update-template', 'change*', 'template_id', 'template_path'],
      ['recover-jobs', 'template_id'],
    ]);
    for (const prompt of prompts) {
      expect(prompt.title).toBeTruthy();
      for (const { description } of [prompt, ...(prompt.arguments ?? [])]) expect(description).toMatch(/^.{15,}$/);
    }
  });

  it('walk through an update: check, preview link, the user’s word, one submit, waiting, report', async () => {
    const text = await get('update-template', { change: 'Make it red', template_id: 'tpl-1' });
    const steps = [
      'validate_template',
      'studio_url',
      'wait for the answer',
      'update_template once',
      'get_status',
      'Report',
    ];
    const places = steps.map(step => text.indexOf(step));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(dataIn(text)).toEqual({ change: 'Make it red', template_id: 'tpl-1' });
    expect(text).toContain('cancel_job, which works only while the job is IN_QUEUE');
  });

  it('say where the definition is to be had', async () => {
    const change = 'Make it red';
    expect(await get('update-template', { change, template_path: '/t.json' })).toContain('file at template_path');
    expect(await get('update-template', { change, template_id: 'tpl-1' })).toContain('template://{template_id}');
    expect(await get('update-template', { change, template_id: ' ' })).toContain('Ask also for the template_id');
  });

  it('tell what became of jobs without submitting anything', async () => {
    for (const args of [undefined, {}, { template_id: 'tpl-1' }]) {
      const text = await get('recover-jobs', args);
      expect(text).toContain('Submit nothing and cancel nothing');
      for (const word of ['list_jobs', 'running: ', 'ready: ', 'unknown: ']) expect(text).toContain(word);
      expect(text.includes('tpl-1')).toBe(args?.template_id !== undefined);
    }
  });

  it('name only tools, fields and addresses that there are', async () => {
    const { tools } = await server.client.listTools();
    const names = tools.flatMap(tool => [tool.name, ...Object.keys(tool.inputSchema.properties ?? {})]);
    const replied = ['studio_url', 'expires_at'];
    for (const name of ['update-template', 'recover-jobs']) {
      const text = await get(name, name === 'update-template' ? { change: 'x', template_id: 'y' } : {});
      for (const [word] of text.matchAll(/\b[a-z]+_[a-z_]+\b/g)) expect([...names, ...replied]).toContain(word);
    }
  });
});

describe('wrong arguments', () => {
  it.each([
    ['update-templat', { change: 'x' }, 'Did you mean update-template?'],
    ['nothing', {}, 'There are update-template and recover-jobs.'],
    [undefined, {}, 'params.name: Invalid input: expected string'],
    ['update-template', undefined, 'change is required: What to change'],
    ['update-template', { change: ' \n' }, 'change is required'],
    ['update-template', { change: 'x', templateId: 'y' }, 'Did you mean template_id?'],
    ['update-template', { change: 7 }, 'params.arguments.change: Invalid input: expected string'],
    ['update-template', { change: ['x'] }, 'params.arguments.change: Invalid input: expected string'],
    ['update-template', { change: 'x'.repeat(10_001) }, 'Shorten change to 10000 characters.'],
    ['update-template', 'change', 'params.arguments: Invalid input'],
    ['recover-jobs', { change: 'x' }, 'The prompt takes template_id.'],
    ['recover-jobs', { toString: 'x' }, 'There is no such argument.'],
  ])('%s with %j are told what to change', async (name, args, said) => {
    const asked = server.client.request(
      { method: 'prompts/get', params: { name, arguments: args } },
      GetPromptResultSchema,
    );
    await expect(asked).rejects.toMatchObject({ code: -32602, message: expect.stringContaining(said) });
  });
});

it('what a user gives stays data, of which not a letter is lost', async () => {
  const plain = aroundData(await get('update-template', { change: 'x', template_id: 'x', template_path: 'x' }));
  // The longest are refused.
  for (const text of HOSTILE.map(text => text.slice(0, 10_000))) {
    const given = { change: text, template_id: text, template_path: text };
    const prompt = await get('update-template', given);
    expect(dataIn(prompt)).toEqual(given);
    expect(aroundData(prompt)).toBe(plain);
    for (const line of prompt.split('\n')) expect(line).not.toMatch(HIDING);
  }
});
