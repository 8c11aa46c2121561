import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // Tests that mostly wait for answers run side by side.
    maxConcurrency: 24,
    maxWorkers: 3,
  },
});
