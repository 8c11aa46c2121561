import { spawn } from 'node:child_process';

/** How long a command may take, milliseconds. */
const LONGEST_MS = 180_000;

/** Runs a command to its end; what it writes to stderr is kept for who asks. */
export function run(
  [command = '', ...args]: string[],
  env: Record<string, string> = {},
  cwd?: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LONGEST_MS,
      ...(cwd === undefined ? {} : { cwd }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    child.on('error', reject).on('close', code => resolve({ code: code ?? 1, stdout, stderr }));
  });
}
