// JavaScript, so that Windows' Node can read it under an emulator, where Vite's bundler cannot (scripts/windows-vitest.mjs).
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

const windows = process.platform === 'win32';

/** Tests that need the build or start processes. All others are the project `unit`. */
const E2E = [
  'bench',
  'clients',
  'contract',
  'docs',
  'doctor',
  'e2e',
  'files',
  'fuzz',
  'hosts',
  'injection',
  'jobs/store',
  'package',
  'robot',
  'setup',
  'stdio',
  'windows',
  'world',
].map(folder => `test/${folder}/**/*.test.ts`);

export const shared = {
  setupFiles: ['test/support/skip.ts'],
  // A test waits for what must happen, however slow the machine; this ends only one that hangs.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  // Half of a file's time would be loading what the files before it have loaded; no test changes a module.
  isolate: false,
  // Tests that mostly wait for answers run side by side.
  maxConcurrency: 24,
};

const elsewhere = windows ? [] : ['test/windows/**'];

/** Starts the files that mostly wait, so that others run meanwhile; then one project after the other, which keeps its workers. */
class WaitingFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const rank = ({ moduleId, project }) =>
      /\/(robot|hanging|store|misbehaving|intents|pacing)\.test\.ts$/.test(moduleId)
        ? 0
        : project.name === 'e2e'
          ? 1
          : 2;
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    // More than the cores, since most tests wait for a process or an answer.
    maxWorkers: 5,
    sequence: { sequencer: WaitingFirst },
    projects: [
      { test: { ...shared, name: 'unit', include: ['test/**/*.test.ts'], exclude: [...E2E, ...elsewhere] } },
      { test: { ...shared, name: 'e2e', include: E2E, exclude: elsewhere } },
    ],
  },
});
