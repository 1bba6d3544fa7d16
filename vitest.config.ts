import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Processes and threads that suites start find what others have compiled.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, 'node_modules/.cache/compiled');

/** Suites that do the same things over and over: counting lines would make them half as slow again, and they reach few that others do not. */
const LONG = ['test/{bench,crash,faults,properties}/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'counted', include: ['test/**/*.test.ts'], exclude: LONG } },
      { extends: true, test: { name: 'long', include: LONG } },
    ],
    pool: 'forks',
    // The default leaves one core to a terminal; most suites wait for clocks and sockets.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: process.env['CI'] === undefined ? ['default'] : ['default', 'json'],
    coverage: {
      provider: 'v8',
      include: ['{base,schemas,routeros,differ,git,signatures,controller}/**/*.ts'],
      exclude: ['schemas/generated/**'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 95 },
    },
  },
});
