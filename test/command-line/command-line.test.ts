import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from '../../src/command-line/command-line.ts';

describe('the command line', () => {
  it.each([
    [[], { name: 'serve', sandbox: false, folders: [] }],
    [['--sandbox'], { name: 'serve', sandbox: true, folders: [] }],
    [['serve', '/a', '/b'], { name: 'serve', sandbox: false, folders: ['/a', '/b'] }],
    [['help'], { name: 'help' }],
    [['setup', '--help'], { name: 'help' }],
    [['-v'], { name: 'version' }],
    [['doctor', '--json'], { name: 'doctor', sandbox: false, json: true }],
    [['sandbox'], { name: 'sandbox', port: 0, key: null, json: false }],
    [['sandbox', '--port=8787', '--key', 'ci'], { name: 'sandbox', port: 8787, key: 'ci', json: false }],
    [
      ['setup', 'cursor', '-y', '--allow-dir', '/a', '--allow-dir', '/b'],
      { name: 'setup', host: 'cursor', yes: true, sandbox: false, project: false, allowDirs: ['/a', '/b'] },
    ],
    [['remove', '--project'], { name: 'remove', host: null, yes: false, sandbox: false, project: true, allowDirs: [] }],
  ])('%j is understood', (args, command) => {
    expect(parseCommandLine(args)).toEqual(command);
  });

  it.each([
    [['docter'], 'unknown command "docter"; did you mean doctor?'],
    [['gateway'], 'unknown command "gateway"; see --help.'],
    [['--sandbx'], 'unknown option "--sandbx"; did you mean --sandbox?'],
    [['--key=wk-secret'], '--key is not for serve; see --help.'],
    [['--apikey=wk-secret'], 'unknown option "--apikey"; see --help.'],
    [['demo', 'twice'], 'demo takes no words after it; see --help.'],
    [['setup', 'a', 'b'], 'setup takes one word after it; see --help.'],
    [['doctor', '--yes'], '--yes is not for doctor; see --help.'],
    [['sandbox', '--port'], expect.stringContaining('argument missing')],
    [['sandbox', '--port', '70000'], '--port takes a whole number up to 65535; see --help.'],
    [['sandbox', '--port', ''], '--port takes a whole number up to 65535; see --help.'],
    [['sandbox', '--json=wk-secret'], expect.stringContaining('does not take an argument')],
  ])('%j is refused in one line, without a value that could be a key', (args, message) => {
    const refusal = refusalOf(args);
    expect(refusal.message).toEqual(message);
    expect(refusal.message).not.toMatch(/secret|\n/);
  });

  it('a refusal has a message that repeats nothing of the command line', () => {
    expect(refusalOf(['--sandbx', 'wk-secret'])).toMatchObject({ problem: 'unknown option', meant: '--sandbox' });
  });
});

function refusalOf(args: string[]): UsageError {
  try {
    parseCommandLine(args);
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error('It was not refused.');
}
