import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type ListedTool, listTools } from '../src/tools/tools.ts';

/** What a tool costs in o200k tokens. */
export interface ToolTokens {
  name: string;
  /** What an agent reads of it: name, description and input schema. */
  read: number;
  /** All that is listed of it. */
  listed: number;
}

/** The most that all tools together may cost, in o200k tokens. */
export const BUDGET = { read: 1_750, listed: 2_700 };

/** What each tool costs, in the order in which they are listed. */
export const catalogueTokens = (): ToolTokens[] => listTools().map(tokensOf);

/** The sum over all tools. */
export const sumOf = (tools: readonly ToolTokens[], part: 'read' | 'listed'): number =>
  tools.reduce((all, tool) => all + tool[part], 0);

function tokensOf(tool: ListedTool): ToolTokens {
  const { name, description, inputSchema } = tool;
  const read = countTokens(JSON.stringify({ name, description, inputSchema }));
  return { name, read, listed: countTokens(JSON.stringify(tool)) };
}
