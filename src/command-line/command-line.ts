import { parseArgs } from 'node:util';
import { didYouMean } from '../base/did-you-mean.ts';
import { SettingError } from '../config.ts';

/** What is asked for on the command line. */
export type Command =
  | { name: 'serve'; sandbox: boolean; folders: string[] }
  | ({ name: 'setup' | 'remove' } & SetupOptions)
  | { name: 'doctor'; sandbox: boolean; json: boolean }
  | { name: 'sandbox'; port: number; key: string | null; json: boolean }
  | { name: 'demo' | 'help' | 'version' };

/** What `setup` and `remove` take. */
export interface SetupOptions {
  host: string | null;
  yes: boolean;
  sandbox: boolean;
  project: boolean;
  allowDirs: string[];
}

/** The command line cannot be used. `problem` says why without a word of it; `meant` is the word that was probably meant. */
export class UsageError extends SettingError {
  readonly problem: string;
  readonly meant: string | null;

  constructor(problem: string, { given, meant = null }: { given?: string; meant?: string | null } = {}) {
    const guess = meant === null ? 'see --help.' : `did you mean ${meant}?`;
    super(`${problem}${given === undefined ? '' : ` "${given}"`}; ${guess}`);
    this.problem = problem;
    this.meant = meant;
  }
}

interface Usage {
  flags: readonly string[];
  /** The most words that may follow the command. */
  words: number;
}

const COMMANDS: Record<Command['name'], Usage> = {
  serve: { flags: ['sandbox'], words: Number.POSITIVE_INFINITY },
  setup: { flags: ['yes', 'sandbox', 'project', 'allow-dir'], words: 1 },
  remove: { flags: ['yes', 'project'], words: 1 },
  doctor: { flags: ['sandbox', 'json'], words: 0 },
  demo: { flags: [], words: 0 },
  sandbox: { flags: ['port', 'key', 'json'], words: 0 },
  help: { flags: [], words: 1 },
  version: { flags: [], words: 0 },
};

const OPTIONS = {
  sandbox: { type: 'boolean' },
  json: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  project: { type: 'boolean' },
  port: { type: 'string' },
  key: { type: 'string' },
  'allow-dir': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/**
 * Parses the arguments of the command.
 *
 * @throws UsageError
 */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = read(args);
  if (values.help) return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [word = 'serve', ...words] = positionals;
  if (!isCommand(word)) {
    throw new UsageError('unknown command', { given: word, meant: didYouMean(word, Object.keys(COMMANDS)) });
  }
  const { flags, words: most } = COMMANDS[word];
  const stray = Object.keys(values).find(flag => !flags.includes(flag));
  if (stray !== undefined) throw new UsageError(`--${stray} is not for ${word}`);
  if (words.length > most) throw new UsageError(`${word} takes ${most === 0 ? 'no words' : 'one word'} after it`);
  const { sandbox = false, json = false, yes = false, project = false } = values;
  switch (word) {
    case 'serve':
      return { name: word, sandbox, folders: words };
    case 'setup':
    case 'remove':
      return { name: word, host: words[0] ?? null, yes, sandbox, project, allowDirs: values['allow-dir'] ?? [] };
    case 'doctor':
      return { name: word, sandbox, json };
    case 'sandbox':
      return { name: word, port: readPort(values.port), key: readKey(values.key), json };
    default:
      return { name: word };
  }
}

const isCommand = (word: string): word is Command['name'] => Object.hasOwn(COMMANDS, word);

function read(args: readonly string[]) {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(OPTIONS, token.name)) continue;
    const meant = didYouMean(token.name, Object.keys(OPTIONS));
    throw new UsageError('unknown option', { given: token.rawName, meant: meant === null ? null : `--${meant}` });
  }
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [sentence = 'an option is not used rightly'] = error instanceof Error ? error.message.split(/[.\n]/) : [];
    throw new UsageError(
      sentence.replaceAll(/'--?[\w-]+( <value>)?'|'-\w, --[\w-]+( <value>)?'/g, name => name.slice(1, -1)),
    );
  }
}

function readPort(text = '0'): number {
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError('--port takes a whole number up to 65535');
  }
  return port;
}

function readKey(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!/^[\x21-\x7e]+$/.test(text)) throw new UsageError('--key takes a word without spaces');
  return text;
}
