import { match, deepStrictEqual as same } from 'node:assert';
import { TOOLS } from '../../src/tools/tools.ts';
import { type Command, TEMPLATE } from './main-job.ts';
import { run } from './run.ts';

/** What the Inspector's CLI prints, as far as it is looked at. */
interface Printed {
  tools?: unknown[];
  structuredContent?: { ok: boolean; error?: { code: string } };
  messages?: unknown[];
  contents?: unknown[];
}

/** Its exit code for a tool that answered with an error. */
const TOOL_IS_ERROR = 5;

/**
 * Asks the server through the Inspector's CLI, a server a question; its strict mode refuses schemas that some host
 * would not take. Throws where an answer is not as it should be.
 *
 * @param inspector the command that starts the Inspector
 * @param home a folder that it may take for the user's
 */
export async function inspect(inspector: string[], server: Command, home: string): Promise<void> {
  const settings = Object.entries(server.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const ask = async (method: string, ...options: string[]): Promise<{ code: number; printed: Printed }> => {
    const call = ['--cli', server.command, ...server.args, ...settings, '--method', method, ...options];
    const { code, stdout, stderr } = await run([...inspector, ...call], { HOME: home, USERPROFILE: home });
    if (stdout === '') throw new Error(`${method}: ${stderr.trim()}`);
    return { code, printed: JSON.parse(stdout) };
  };

  const listed = await ask('tools/list', '--strict');
  same([listed.code, listed.printed.tools?.length], [0, TOOLS.length]);
  const checked = await ask('tools/call', '--tool-name', 'validate_template', '--tool-arg', argument(TEMPLATE));
  same([checked.code, checked.printed.structuredContent?.ok], [0, true]);
  const refused = await ask('tools/call', '--tool-name', 'update_template', '--tool-arg', 'prompt=x', 'template={}');
  same([refused.code, refused.printed.structuredContent?.error?.code], [TOOL_IS_ERROR, 'invalid_template']);
  const prompt = await ask('prompts/get', '--prompt-name', 'update-template', '--prompt-args', 'change=red');
  match(JSON.stringify(prompt.printed.messages), /validate_template/);
  const guide = await ask('resources/read', '--uri', 'guide://template/clip');
  match(JSON.stringify(guide.printed.contents), /start/);
}

const argument = (template: object): string => `template=${JSON.stringify(template)}`;
