import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { SAMPLED, sampleReporter, SEED } from './test/support/sample.ts';

// Processes and threads that suites start find what others have compiled.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, 'node_modules/.cache/compiled');
// All of them choose the same, past midnight too.
process.env['TEST_SEED'] ??= String(SEED);

/** Suites that need no process, no server and no database: test/support/quick-guard.ts refuses them. */
const QUICK = [
  'test/access/{access-file,identity,narrowed}.test.ts',
  'test/{credentials,desired,differ,docs,edits,formats,policy,routeros,schemas}/**/*.test.ts',
  'test/cli/{next-steps,os-errors,output,status-text,terminal,words}.test.ts',
  'test/controller/{arm-reasons,write-order,fleet,last-read,leadership,live,observed,outcome,pace,stray-keeps,unchanged}.test.ts',
  'test/diagnose/steps.test.ts',
  'test/mcp/{answer,mutated-arguments,offered,parity,selection,sizes,tools}.test.ts',
  'test/ground/{doc-comments,quick,sample}.test.ts',
  'test/properties/!(candidates|candidate-bounds|object-bounds).test.ts',
  'test/rest/{answer-weight,breaker,decode,fifo,rate,room,row-stream}.test.ts',
  'test/simulator/{jobs,jobs-armed,jobs-scheduler,script-language,script-menus,script-parse}.test.ts',
  'test/trust/{control-rule,object-versions}.test.ts',
];

/**
 * Suites that do the same things over and over, or have other processes do them: counting lines would slow them down
 * and find few that others do not reach.
 */
const LONG = [
  'test/{bench,crash,faults}/**/*.test.ts',
  'test/cli/bad-places.test.ts',
  'test/e2e/{demo,newcomer-path}.test.ts',
  'test/ground/{check,fences,package}.test.ts',
  'test/properties/{candidates,candidate-bounds,object-bounds}.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'quick', include: QUICK, setupFiles: ['test/support/quick-guard.ts'], pool: 'threads' },
      },
      { extends: true, test: { name: 'counted', include: ['test/**/*.test.ts'], exclude: [...QUICK, ...LONG] } },
      { extends: true, test: { name: 'long', include: LONG } },
    ],
    pool: 'forks',
    // Suites of one process share what they load and the process that reads candidates: a quarter less CPU time.
    isolate: false,
    // The default leaves one core to a terminal; most suites wait for clocks and sockets.
    maxWorkers: 2,
    // Far beyond what anything takes: a busy machine is no fault, and a wait that ends in vain says what it saw.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // What a crash suite found wrong is told where only the message of a failure is kept.
    chaiConfig: { truncateThreshold: 1500 },
    reporters: ['default', ...(SAMPLED ? [sampleReporter] : [])],
    coverage: {
      provider: 'v8',
      include: ['{base,schemas,routeros,differ,git,signatures,controller}/**/*.ts'],
      exclude: ['schemas/generated/**'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 95 },
    },
  },
});
