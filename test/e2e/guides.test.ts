import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partNames } from '../../src/definition/parts.ts';
import { PROBLEMS } from '../../src/guidance/explain.ts';
import { StdioServer } from '../support/stdio-server.ts';

/** The most that an agent pays for a part. */
const PART_TOKENS = 600;
const TEMPLATE = 'guide://template/{+part}';

let server: StdioServer;
beforeAll(async () => {
  // Guides need neither a key nor a gateway.
  server = await StdioServer.start({ env: { SKILLBOSS_WHOLESALE_KEY: '' } });
});
afterAll(() => server.stop());

const read = async (uri: string): Promise<string> => {
  const { contents } = await server.client.readResource({ uri });
  expect(contents).toMatchObject([{ uri, mimeType: 'text/markdown' }]);
  const [content] = contents;
  return content && 'text' in content ? content.text : '';
};

it('guides are listed, and so is the pattern of their parts', async () => {
  const { resources } = await server.client.listResources();
  expect(resources.map(({ uri }) => uri)).toEqual(['guide://problems', 'guide://template']);
  const { resourceTemplates } = await server.client.listResourceTemplates();
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(TEMPLATE);
  for (const { title, description } of [...resources, ...resourceTemplates]) expect(title && description).toBeTruthy();
});

it('the guide to problems has every code, and who must act', async () => {
  const rows = (await read('guide://problems')).split('\n').filter(line => line.startsWith('| '));
  for (const [code, { fixBy, action, meaning }] of Object.entries(PROBLEMS)) {
    const row = rows.find(row => row.startsWith(`| ${code} |`)) ?? '';
    for (const said of [fixBy, action, meaning]) expect(row, code).toContain(said);
  }
  // The head, the rule under it, and a row a code.
  expect(rows).toHaveLength(2 + Object.keys(PROBLEMS).length);
});

describe('the guide to a template', () => {
  it('lists every part in one line', async () => {
    const text = await read('guide://template');
    const named = text.split('\n').flatMap(line => /^- (\S+): \S/.exec(line)?.[1] ?? []);
    expect(named).toEqual(partNames());
    expect(named).toEqual(expect.arrayContaining(['edit', 'timeline', 'track', 'clip', 'asset/video', 'output']));
    expect(countTokens(text)).toBeLessThanOrEqual(PART_TOKENS);
  });

  it('has a short read for every part, and every part it refers to', async () => {
    for (const part of [...partNames(), 'asset', 'destination']) {
      const text = await read(`guide://template/${part}`);
      expect.soft(countTokens(text), part).toBeLessThanOrEqual(PART_TOKENS);
      for (const [, other] of text.matchAll(/^ *- .*→ ([\w/-]+)/gm)) await read(`guide://template/${other}`);
      expect(text).not.toMatch(/^ *- [^:]*:? *$|undefined|\[object/m);
    }
  });

  it('says of a key what the official schema takes', async () => {
    const clip = await read('guide://template/clip');
    for (const line of [
      '- asset: → asset',
      '- start: a number of at least 0, or "auto" or "alias://NAME"',
      '- fit?: "cover" | "contain" | "crop" | "none"',
      '- opacity?: a number, or a list of: → tween',
    ]) {
      expect(clip.split('\n')).toContain(line);
    }
    expect(await read('guide://template/asset')).toMatch(/^- asset\/video: src, /m);
    expect(await read('guide://template/asset%2Fhtml5')).toContain('- html: a text of at most 1000000 characters');
  });

  it.each([
    ['guide://template/vidio', 'guide://template/asset/video'],
    ['guide://template/asset/vidoe', 'guide://template/asset/video'],
    ['guide://template/tracks', 'guide://template/track'],
    ['guide://template/Clip', 'guide://template/clip'],
    ['guide://template/nothing-like-it', 'See guide://template.'],
    ['guide://template/constructor', 'guide://template'],
    ['guide://template/%zz', 'guide://template'],
    ['guide://problem', 'guide://problems or guide://template'],
  ])('%s is no guide: the nearest is named', async (uri, named) => {
    const asked = server.client.readResource({ uri });
    await expect(asked).rejects.toMatchObject({ code: -32002, message: expect.stringContaining(named) });
  });

  it('completes the names of parts', async () => {
    const complete = async (value: string): Promise<string[]> => {
      const ref = { type: 'ref/resource' as const, uri: TEMPLATE };
      return (await server.client.complete({ ref, argument: { name: 'part', value } })).completion.values;
    };
    expect(await complete('')).toEqual(partNames());
    expect(await complete('t')).toEqual(['timeline', 'track', 'transition', 'transform', 'tween']);
    expect(await complete('asset/text')).toEqual(['asset/text', 'asset/text-to-image', 'asset/text-to-speech']);
  });
});
