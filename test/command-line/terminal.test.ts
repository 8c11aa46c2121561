import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/command-line/command-error.ts';
import { openTerminal } from '../../src/command-line/terminal.ts';

/** The two streams of a terminal: what is typed, and what is shown. */
function streams() {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => modes.push(raw) });
  const output = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true });
  const terminal = openTerminal({
    input: input as unknown as NodeJS.ReadStream,
    output: output as unknown as NodeJS.WriteStream,
  });
  return { input, output, modes, terminal, shown: (): string => output.read() ?? '' };
}

describe('a secret', () => {
  it('is read key by key and never shown; the terminal is left as it was', async () => {
    const { input, modes, terminal, shown } = streams();
    const secret = terminal.askSecret('Key: ');
    input.write('wk-1x');
    input.write('\u007f2\r');
    expect(await secret).toBe('wk-12');
    expect(shown()).toBe('Key: \n');
    expect(modes).toEqual([true, false]);
  });

  it('is asked for once nothing is shown any more', async () => {
    const { input, modes, output, terminal } = streams();
    const asked = new Promise(resolve => output.once('data', () => resolve([...modes])));
    const secret = terminal.askSecret('Key: ');
    expect(await asked).toEqual([true]);
    input.write('\r');
    await secret;
  });

  it('has no arrow keys in it, and is cleared by Ctrl+U', async () => {
    const { input, terminal } = streams();
    const secret = terminal.askSecret('Key: ');
    input.write('wrong\u0015\u001b[200~wk-1\u001b[201~\u001b[D\r');
    expect(await secret).toBe('wk-1');
  });

  it('may be pasted with its line break, and what follows is kept for the next question', async () => {
    const { input, terminal } = streams();
    const secret = terminal.askSecret('Key: ');
    input.write('wk-pasted\n');
    expect(await secret).toBe('wk-pasted');
    const answer = terminal.ask('Write? ');
    input.write('y\n');
    expect(await answer).toBe('y');
  });

  it('that is broken off with Ctrl+C ends the command, and the terminal is left as it was', async () => {
    const { input, modes, terminal } = streams();
    const secret = terminal.askSecret('Key: ');
    input.write('wk\u0003');
    await expect(secret).rejects.toThrow(CommandError);
    expect(modes).toEqual([true, false]);
  });
});

it.each([
  ['the end of input', (input: PassThrough) => input.end()],
  ['Ctrl+C', (input: PassThrough) => input.write('\u0003')],
])('%s is no answer, so that nothing is written unasked', async (_what, press) => {
  const { input, terminal } = streams();
  const answer = terminal.ask('Write this? [Y/n] ');
  press(input);
  await expect(answer).rejects.toThrow(CommandError);
});
