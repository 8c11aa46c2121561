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
  it('have one argument each, of free text', async () => {
    const { prompts } = await server.client.listPrompts();
    expect(prompts.map(({ name, arguments: args }) => [name, args?.map(argument => argument.name)])).toEqual([
      ['update-template', ['request']],
      ['recover-jobs', ['about']],
    ]);
    for (const prompt of prompts) {
      expect(prompt.title).toBeTruthy();
      for (const { description } of [prompt, ...(prompt.arguments ?? [])]) expect(description).toMatch(/^.{15,}$/);
    }
  });

  it('walk through an update: definition, check, the user’s word, one submit, waiting, report', async () => {
    const text = await get('update-template', { request: 'Make tpl-1 red' });
    const steps = [
      'get_definition',
      'validate_template',
      'wait for the answer',
      'update_template once',
      'get_status',
      'Report',
    ];
    const places = steps.map(step => text.indexOf(step));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(dataIn(text)).toEqual({ request: 'Make tpl-1 red' });
    expect(text).toContain('cancel_job, which works only while the job is IN_QUEUE');
  });

  it('say that what was given may be cut short, and that the user’s own words count', async () => {
    for (const [name, argument] of [
      ['update-template', 'request'],
      ['recover-jobs', 'about'],
    ] as const)
      expect(await get(name, { [argument]: 'Make' })).toMatch(/may have cut it short.*the user’s own words count/);
  });

  it('ask the user where nothing was given', async () => {
    for (const args of [undefined, {}, { request: ' ' }])
      expect(await get('update-template', args)).toContain('The user has not said yet what to change');
  });

  it('put together what a host has split, under whatever names', async () => {
    expect(dataIn(await get('update-template', { request: 'Make', template_id: 'it', more: 'red' }))).toEqual({
      request: 'Make it red',
    });
  });

  it('report what became of jobs without submitting anything', async () => {
    for (const args of [undefined, {}, { about: 'tpl-1' }]) {
      const text = await get('recover-jobs', args);
      expect(text).toContain('Submit nothing and cancel nothing');
      for (const word of ['list_jobs', 'running: ', 'ready: ', 'unknown: ']) expect(text).toContain(word);
      expect(text.includes('tpl-1')).toBe(args?.about !== undefined);
    }
  });

  it('name only tools, fields and addresses that there are', async () => {
    const { tools } = await server.client.listTools();
    const names = tools.flatMap(tool => [tool.name, ...Object.keys(tool.inputSchema.properties ?? {})]);
    for (const name of ['update-template', 'recover-jobs']) {
      const text = await get(name, { request: 'x' });
      for (const [word] of text.matchAll(/\b[a-z]+_[a-z_]+\b/g)) expect(names).toContain(word);
    }
  });
});

describe('wrong arguments', () => {
  it.each([
    ['update-templat', { request: 'x' }, 'Did you mean update-template?'],
    ['nothing', {}, 'There are update-template and recover-jobs.'],
    [undefined, {}, 'params.name: Invalid input: expected string'],
    ['update-template', { request: 7 }, 'params.arguments.request: Invalid input: expected string'],
    ['update-template', { request: 'x'.repeat(10_001) }, 'Shorten request to 10000 characters.'],
    ['update-template', 'request', 'params.arguments: Invalid input'],
  ])('%s with %j are answered with what to change', async (name, args, said) => {
    const asked = server.client.request(
      { method: 'prompts/get', params: { name, arguments: args } },
      GetPromptResultSchema,
    );
    await expect(asked).rejects.toMatchObject({ code: -32602, message: expect.stringContaining(said) });
  });
});

it('what a user gives stays data, of which not a letter is lost', async () => {
  const plain = aroundData(await get('update-template', { request: 'x' }));
  // The longest are refused.
  for (const text of HOSTILE.map(text => text.slice(0, 10_000)).filter(text => text.trim() !== '')) {
    const prompt = await get('update-template', { request: text });
    expect(dataIn(prompt)).toEqual({ request: text });
    expect(aroundData(prompt)).toBe(plain);
    for (const line of prompt.split('\n')) expect(line).not.toMatch(HIDING);
  }
});
