// Runs tests on Windows' own Node: npm run windows [-- FILE …]
// On Windows that is Vitest as it is. Elsewhere WINDOWS_NODE is a command that runs a script with Windows' Node, and the
// tests run in a copy of the project in which the packages are Windows'.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Tests of what differs between platforms. */
const FOLDERS = ['e2e', 'robot', 'stdio', 'jobs', 'files', 'downloads', 'hosts', 'setup', 'doctor', 'windows'];

const tests = process.argv.length > 2 ? process.argv.slice(2) : FOLDERS.map(folder => `test/${folder}/`);
const runner = process.env.WINDOWS_NODE;
if (process.platform === 'win32') {
  process.exitCode = run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...tests], ROOT);
} else if (runner) {
  const script = join(copyProject(), 'scripts', 'windows-vitest.mjs');
  process.exitCode = run('sh', ['-c', `${runner} "$@"`, 'sh', script, ...tests], ROOT);
} else {
  process.stderr.write(
    'Set WINDOWS_NODE to a command that runs a script with Windows’ Node; CONTRIBUTING.md says more.\n',
  );
  process.exitCode = 1;
}

/** Copies what git knows or would add, and dist/; packages are installed anew when the lock file has changed. */
function copyProject() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const id = createHash('sha256').update(ROOT).update(lock).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `shotstack-template-mcp windows ${id}`);
  const copy = join(folder, 'project');
  if (!existsSync(join(folder, 'installed'))) installPackages(folder, copy, JSON.parse(lock).packages);
  for (const part of ['src', 'test', 'scripts', 'docs', 'dist'])
    rmSync(join(copy, part), { recursive: true, force: true });
  const { stdout } = spawnSync('git', ['ls-files', '-coz', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of [...stdout.split('\0'), 'dist']) {
    if (file !== '' && existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(copy, file), { recursive: true });
  }
  return copy;
}

/** Installs Windows' packages; where an emulator lacks a DLL that Go and Rust need, WebAssembly replaces theirs. */
function installPackages(folder, copy, packages) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(ROOT, name), join(copy, name));
  npm(['ci', '--os=win32', '--cpu=x64'], copy);
  // Found from the copy as well, since it lies below: rolldown's own fallback, and esbuild in place of the one removed.
  rmSync(join(copy, 'node_modules', 'esbuild'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const version = name => packages[`node_modules/${name}`].version;
  const wasm = [
    `@rolldown/binding-wasm32-wasi@${version('rolldown')}`,
    `esbuild@npm:esbuild-wasm@${version('esbuild')}`,
  ];
  npm(['install', '--force', ...wasm], folder);
  writeFileSync(join(folder, 'installed'), '');
}

function npm(args, cwd) {
  const npmCli = process.env.npm_execpath;
  const [command, first] = npmCli ? [process.execPath, [npmCli]] : ['npm', []];
  if (run(command, [...first, ...args, '--ignore-scripts', '--no-audit', '--no-fund'], cwd) !== 0) {
    throw new Error(`npm ${args.join(' ')} failed in ${cwd}.`);
  }
}

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}
