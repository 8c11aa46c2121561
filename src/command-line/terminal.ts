import { createInterface } from 'node:readline/promises';
import { stripVTControlCharacters } from 'node:util';
import { CommandError } from './command-error.ts';

/** How a command talks to the person who started it. */
export interface Terminal {
  /** Somebody can answer. */
  interactive: boolean;
  say(line: string): void;
  /**
   * Asks, and resolves with the answer without surrounding spaces.
   *
   * @throws CommandError when the input ends, or Ctrl+C is pressed
   */
  ask(question: string): Promise<string>;
  /** The same without showing what is typed. */
  askSecret(question: string): Promise<string>;
}

/** Streams that a terminal reads and writes, as `process.stdin` and `process.stdout` are. */
export interface Streams {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/** The terminal that this process was started in. */
export function openTerminal({ input, output }: Streams): Terminal {
  const ask = async (question: string): Promise<string> => {
    const lines = createInterface({ input, output });
    try {
      const ended = new Promise<never>((_resolve, reject) => lines.once('close', () => reject(brokenOff())));
      return (await Promise.race([lines.question(question), ended])).trim();
    } catch (error) {
      output.write('\n');
      throw error;
    } finally {
      lines.close();
    }
  };
  return {
    interactive: input.isTTY === true && output.isTTY === true,
    say: line => void output.write(`${line}\n`),
    ask,
    askSecret: question => readSecret({ input, output }, question),
  };
}

/** Reads a line key by key, since only the terminal's raw mode keeps it from being shown. */
async function readSecret({ input, output }: Streams, question: string): Promise<string> {
  // The question comes after that: what is typed before would be shown.
  input.setRawMode(true);
  output.write(question);
  input.setEncoding('utf8');
  try {
    let typed = '';
    for await (const keys of input.iterator({ destroyOnReturn: false })) {
      // Arrow keys, and the marks around what is pasted, are no part of it.
      for (const key of stripVTControlCharacters(String(keys))) {
        if (key === '\u0003') throw brokenOff();
        if (key === '\r' || key === '\n' || key === '\u0004') return typed.trim();
        if (key === '\u0015') typed = '';
        else typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + (key < ' ' ? '' : key);
      }
    }
    throw brokenOff();
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write('\n');
  }
}

const brokenOff = (): CommandError => new CommandError('Broken off: nothing was changed.');
