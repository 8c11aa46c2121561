import { BUDGET, catalogueTokens, sumOf } from '../catalogue-tokens.ts';
import type { Line } from '../line.ts';

/** What the tools cost an agent before it has called one. */
export const tokens: Line = {
  title: 'Tokens of `tools/list`',
  async measure() {
    const tools = catalogueTokens();
    const [read, listed] = [sumOf(tools, 'read'), sumOf(tools, 'listed')];
    return {
      figures: [
        { what: 'name, description and input schema of all tools', value: read, unit: 'tokens', most: BUDGET.read },
        { what: 'everything listed', value: listed, unit: 'tokens', most: BUDGET.listed },
      ],
      table: [
        ['tool', 'read by an agent', 'everything listed'],
        ...tools.map(tool => [tool.name, tool.read, tool.listed]),
        ['all', read, listed],
      ],
      notes: ['Counted with o200k; the budget test holds both sums.'],
    };
  },
};
