import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, it } from 'vitest';
import { listTools } from '../../src/tools/catalogue.ts';

const tokens = (part: unknown): number => countTokens(JSON.stringify(part));
const sum = (counts: number[]): number => counts.reduce((all, count) => all + count, 0);

it('costs an agent at most 1,400 tokens for what it reads of all tools, and a host 2,200 for everything listed', () => {
  const tools = listTools();
  const read = tools.map(({ name, description, inputSchema }) => tokens({ name, description, inputSchema }));
  expect(sum(read)).toBeLessThanOrEqual(1_400);
  expect(sum(tools.map(tokens))).toBeLessThanOrEqual(2_200);
});
