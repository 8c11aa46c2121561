// JavaScript, so that Windows' Node can read it under an emulator, where Vite's bundler cannot (scripts/windows-vitest.mjs).
import { defineConfig } from 'vitest/config';

const windows = process.platform === 'win32';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: windows ? [] : ['test/windows/**'],
    setupFiles: windows ? ['test/support/skip.ts'] : [],
    // A test waits for what must happen, however slow the machine; this ends only one that hangs.
    testTimeout: 90_000,
    // Tests that mostly wait for answers run side by side.
    maxConcurrency: 24,
    maxWorkers: 3,
  },
});
