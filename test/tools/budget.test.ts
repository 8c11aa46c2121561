import { expect, it } from 'vitest';
import { BUDGET, catalogueTokens, sumOf } from '../../bench/catalogue-tokens.ts';

it('costs an agent at most 1,750 tokens for what it reads of all tools, and a host 2,700 for everything listed', () => {
  expect(BUDGET).toEqual({ read: 1_750, listed: 2_700 });
  const tools = catalogueTokens();
  expect(sumOf(tools, 'read')).toBeLessThanOrEqual(BUDGET.read);
  expect(sumOf(tools, 'listed')).toBeLessThanOrEqual(BUDGET.listed);
});
