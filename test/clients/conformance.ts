import { join } from 'node:path';
import { bridge } from './bridge.ts';
import type { Command } from './main-job.ts';
import { run } from './run.ts';

/** The scenarios that ask nothing but what every server of tools, resources and prompts has. */
export const SCENARIOS = [
  'server-initialize',
  'ping',
  'tools-list',
  'resources-list',
  'prompts-list',
  'completion-complete',
];

/**
 * Runs the official conformance suite, which speaks HTTP, on the server. Throws where a check fails.
 *
 * @param suite the command that starts the suite
 * @param folder where the suite may leave its records
 */
export async function conform(suite: string[], server: Command, folder: string): Promise<void> {
  const { url, close } = await bridge(server);
  try {
    for (const scenario of SCENARIOS) {
      const output = join(folder, scenario);
      const { code, stdout } = await run([...suite, 'server', '--url', url, '--scenario', scenario, '-o', output]);
      if (code !== 0 || !/Passed: (\d+)\/\1, 0 failed/.test(stdout)) throw new Error(`${scenario}: ${stdout.trim()}`);
    }
  } finally {
    await close();
  }
}
