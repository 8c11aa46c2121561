import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { BUDGET, catalogueTokens, sumOf } from '../catalogue-tokens.ts';
import { definitionOf } from '../definitions.ts';
import type { Line } from '../line.ts';
import { startLoopback } from '../loopback.ts';
import { OURS } from '../programs.ts';
import { ServerProcess } from '../server-process.ts';

const TEMPLATE_ID = '8a7f2c31-5b0e-4d39-9d55-0c1f4e6a7b21';

/** What the tools cost an agent before it has called one, and what a whole update costs. */
export const tokens: Line = {
  title: 'Tokens of `tools/list`, and of a chat that updates a template',
  async measure() {
    const tools = catalogueTokens();
    const [read, listed] = [sumOf(tools, 'read'), sumOf(tools, 'listed')];
    const template = definitionOf(20);
    const definition = countTokens(JSON.stringify(template));
    const calls = await chat(template);
    const all = calls.reduce((sum, { args, reply }) => sum + args + reply, 0);
    return {
      figures: [
        { what: 'name, description and input schema of all tools', value: read, unit: 'tokens', most: BUDGET.read },
        { what: 'everything listed', value: listed, unit: 'tokens', most: BUDGET.listed },
        { what: 'check, update and status, without the definition', value: all - 2 * definition, unit: 'tokens' },
      ],
      table: [
        ['what', 'read by an agent', 'everything listed'],
        ...tools.map(tool => [tool.name, tool.read, tool.listed]),
        ['all tools', read, listed],
        ...calls.map(({ name, args, reply }) => [`call of ${name}: arguments + reply`, `${args} + ${reply}`, '']),
        ['the whole chat', all, ''],
      ],
      notes: [
        'Counted with o200k; the budget test holds both sums of the tools.',
        `The chat checks a definition of 20 clips (${definition} tokens, sent twice), updates the template with it, and gets the result.`,
      ],
    };
  },
};

/** The calls of one update, with the tokens of each. */
async function chat(template: object): Promise<{ name: string; args: number; reply: number }[]> {
  const gateway = await startLoopback();
  const server = await ServerProcess.start(OURS, [], { env: gateway.env });
  const calls: { name: string; args: number; reply: number }[] = [];
  const call = async (name: string, args: object): Promise<{ job?: { request_id: string } }> => {
    const reply = await server.call(name, args);
    calls.push({ name, args: countTokens(JSON.stringify(args)), reply: countTokens(reply) });
    return JSON.parse(reply);
  };
  await call('validate_template', { template, template_id: TEMPLATE_ID });
  const update = { prompt: 'Make the title red.', template_id: TEMPLATE_ID, name: 'Promo', template };
  const { job } = await call('update_template', update);
  await call('get_status', { request_id: job?.request_id });
  await server.stop();
  gateway.stop();
  return calls;
}
