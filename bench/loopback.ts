import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from './programs.ts';

/** A gateway in a process of its own, and a folder for what the servers that ask it remember. */
export interface Loopback {
  origin: string;
  folder: string;
  /** Settings for a server of ours that is to ask it. */
  env: Record<string, string>;
  stop(): void;
}

export async function startLoopback(): Promise<Loopback> {
  const child = spawn(process.execPath, [await program('gateway', { bundled: false })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const origin = String(line).trim();
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'bench-'));
  const env = {
    SKILLBOSS_WHOLESALE_KEY: 'wk-bench-0123456789abcdef',
    SKILLBOSS_BASE_URL: origin,
    SHOTSTACK_MCP_DATA_DIR: join(folder, 'store'),
    SHOTSTACK_MCP_ALLOWED_DIRS: folder,
    SHOTSTACK_MCP_POLL_SECONDS: '0.05',
    SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR: '0',
    SHOTSTACK_MCP_LOG_LEVEL: 'error',
  };
  const stop = (): void => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { origin, folder, env, stop };
}
