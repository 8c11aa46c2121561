import { redactor } from '../base/redact.ts';
import { CommandError } from '../command-line/command-error.ts';
import type { SetupOptions } from '../command-line/command-line.ts';
import type { Terminal } from '../command-line/terminal.ts';
import type { Machine } from '../hosts/machine.ts';
import type { Target } from './choose-host.ts';
import { diffLines } from './diff.ts';
import { entriesIn, entrySecrets } from './plan.ts';
import { type Original, readOriginal, replaceFile } from './write.ts';

/** A file and what it is to become. */
export interface Change {
  target: Target;
  original: Original;
  before: string;
  after: string;
  /** What is not to be shown. */
  secrets: string[];
}

/**
 * Reads the file that is to be changed.
 *
 * @throws CommandError when it cannot be edited as text
 */
export async function readChange(target: Target, machine: Machine): Promise<Change> {
  const original = await readOriginal(target.path);
  const before = original.bytes?.toString('utf8') ?? '';
  if (original.bytes && !Buffer.from(before).equals(original.bytes)) {
    throw new CommandError(`${target.path} was left alone: it is not UTF-8 text.`);
  }
  const secrets = entriesIn(before, target.host, machine).flatMap(entrySecrets);
  return { target, original, before, after: before, secrets };
}

/**
 * Shows the change, asks, keeps a backup and writes.
 *
 * @throws CommandError when the person said no, or the file changed in the meantime
 */
export async function applyChange(
  { target, original, before, after, secrets }: Change,
  { yes }: SetupOptions,
  terminal: Terminal,
): Promise<void> {
  const masked = redactor(...secrets);
  terminal.say(`${target.host.name}: ${original.path}${original.bytes === null ? ' (new)' : ''}`);
  terminal.say('');
  const lines = diffLines(masked(before), masked(after));
  for (const line of lines.length > 0 ? lines : ['The key is replaced.']) terminal.say(`  ${line}`);
  terminal.say('');
  if (!yes && !/^(y|yes|)$/i.test(await terminal.ask('Write this? [Y/n] ')))
    throw new CommandError('Nothing was changed.');
  // A user's file holds the key, a project's file never does.
  const mode = target.project ? 0o644 : 0o600;
  const backup = await replaceFile(original, Buffer.from(after), mode, new Date());
  terminal.say(backup === null ? 'Written.' : `Written. The old file:\n  ${backup}`);
}
