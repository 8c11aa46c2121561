import { VERSION } from './base/version.ts';
import { CommandError } from './command-line/command-error.ts';
import { type Command, parseCommandLine } from './command-line/command-line.ts';
import { readConfig, SettingError } from './config.ts';
import { serve } from './serve.ts';

/** Runs the command that the arguments ask for. What the user can mend ends it with one clear line and exit code 1. */
export async function main(args: string[]): Promise<void> {
  try {
    await run(parseCommandLine(args));
  } catch (error) {
    if (!(error instanceof SettingError) && !(error instanceof CommandError)) throw error;
    process.stderr.write(`shotstack-template-mcp: ${error.message.split('\n')[0]}\n`);
    process.exitCode = 1;
  }
}

async function run(command: Command): Promise<void> {
  switch (command.name) {
    case 'help':
      process.stdout.write((await import('./command-line/help.ts')).helpText());
      return;
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      return;
    case 'demo':
      return (await import('./demo.ts')).demo();
    case 'doctor': {
      const [{ doctor }, { thisMachine }] = await Promise.all([
        import('./doctor/doctor.ts'),
        import('./hosts/machine.ts'),
      ]);
      return doctor(thisMachine(process.env), command);
    }
    case 'sandbox':
      return (await import('./sandbox/standalone.ts')).serveSandbox(command);
    case 'setup':
    case 'remove': {
      const [commands, { openTerminal }, { thisMachine }] = await Promise.all([
        import('./setup/setup.ts'),
        import('./command-line/terminal.ts'),
        import('./hosts/machine.ts'),
      ]);
      const terminal = openTerminal({ input: process.stdin, output: process.stdout });
      return commands[command.name](command, thisMachine(process.env), terminal);
    }
    case 'serve': {
      const config = readConfig(process.env, command.folders);
      if (process.stdin.isTTY) process.stderr.write((await import('./command-line/help.ts')).terminalNote());
      serve(config, command.sandbox || config.sandbox);
    }
  }
}
