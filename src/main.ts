import { parseArgs } from 'node:util';
import { VERSION } from './base/version.ts';
import { readConfig, SettingError } from './config.ts';
import { serve } from './serve.ts';

const HELP = `shotstack-template-mcp ${VERSION}
An MCP server that updates Shotstack templates through SkillBoss: submit, poll, cancel.

  shotstack-template-mcp              serve MCP over stdio (needs SKILLBOSS_WHOLESALE_KEY)
  shotstack-template-mcp serve DIR …  the same, and tools may read and save in these folders
  shotstack-template-mcp --sandbox    the same against the embedded gateway: no key, no network, nothing billed
  shotstack-template-mcp demo         run the main job in the sandbox and tell what happens
  shotstack-template-mcp doctor       check the set-up and tell what to change; changes nothing  [--sandbox] [--json]
  shotstack-template-mcp gateway      the embedded gateway by itself  [--port N]
  shotstack-template-mcp --help       this text
  shotstack-template-mcp --version    the version

Settings are environment variables; the README lists them.
`;

/** The modes, and the flags that each takes. */
const MODES: Record<string, readonly string[]> = {
  serve: ['sandbox'],
  demo: [],
  doctor: ['sandbox', 'json'],
  gateway: ['port'],
};

/** Picks a mode from the command line and runs it. A fault of the user's ends it with one clear line and exit code 1. */
export async function main(args: string[]): Promise<void> {
  try {
    await run(args);
  } catch (error) {
    if (!(error instanceof SettingError) && !isUsageError(error)) throw error;
    process.stderr.write(`shotstack-template-mcp: ${error.message.split('\n')[0]}\n`);
    process.exitCode = 1;
  }
}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      sandbox: { type: 'boolean' },
      json: { type: 'boolean' },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  if (values.version) return void process.stdout.write(`${VERSION}\n`);
  const [mode = 'serve', ...rest] = positionals;
  const flags = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
  if (!flags || (rest.length > 0 && mode !== 'serve')) {
    throw new SettingError(`unknown command "${positionals.join(' ')}"; see --help.`);
  }
  const stray = Object.keys(values).find(flag => !flags.includes(flag));
  if (stray) throw new SettingError(`--${stray} is not for ${mode}; see --help.`);
  const { sandbox = false, json = false, port } = values;
  if (mode === 'demo') return (await import('./demo.ts')).demo();
  if (mode === 'doctor') {
    return (await import('./doctor/doctor.ts')).doctor(process.env, { sandbox, json });
  }
  if (mode === 'gateway') return (await import('./sandbox/standalone.ts')).serveSandbox(readPort(port));
  const config = readConfig(process.env, rest);
  serve(config, sandbox || config.sandbox);
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? '0');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SettingError('--port takes a whole number up to 65535.');
  return port;
}

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
