import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { goodDefinition } from '../definition/definitions.ts';
import { Stage } from './stage.ts';

/** What one everyday chat costs: a file is checked and sent, and its job followed to the result. */
export interface Chat {
  tools: string[];
  /** Of the replies, in o200k. */
  tokens: number;
}

/** The most that the replies of the chat may cost, in o200k tokens. */
export const CHAT_BUDGET = 650;

/** Stands for the random ids and record ids, whose tokens differ by twenty from one chat to the next. */
const ID = '880b23306bb16ec4de24842621cc96aa';

/** Has the chat with a server in its sandbox. */
export async function chat(): Promise<Chat> {
  const stage = await Stage.set({ sandbox: true, env: { SHOTSTACK_MCP_MAX_WAIT_SECONDS: '45' } });
  try {
    const template_path = stage.write('greeting.json', JSON.stringify(goodDefinition()));
    const file = { template_path, template_id: '8a7f2c31-5b0e-4d39-9d55-0c1f4e6a7b21' };
    const replies = [await stage.call({ tool: 'validate_template', args: file })];
    const tools = ['validate_template'];
    const update = { ...replies[0]?.next.arguments, prompt: 'Publish the greeting' };
    for (let call = { tool: 'update_template', args: update as Record<string, unknown> }; call.tool !== ''; ) {
      const reply = await stage.call(call);
      tools.push(call.tool);
      replies.push(reply);
      call = { tool: reply.next.tool ?? '', args: reply.next.arguments ?? {} };
    }
    const text = replies
      .map(reply => JSON.stringify(reply))
      .join('\n')
      .replaceAll(JSON.stringify(stage.allowed).slice(1, -1), '/home/user/videos')
      .replaceAll(/\b[0-9a-f]{16,32}\b/g, id => ID.slice(0, id.length));
    return { tools, tokens: countTokens(text) };
  } finally {
    await stage.strike();
  }
}
