import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A test waits for what must happen, however slow the machine; this ends only one that hangs.
    testTimeout: 90_000,
    // Tests that mostly wait for answers run side by side.
    maxConcurrency: 24,
    maxWorkers: 3,
  },
});
