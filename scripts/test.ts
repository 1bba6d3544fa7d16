import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { SAMPLED, sampleOf } from '../test/support/sample.ts';

/** Suites that take long without a matrix that could be sampled. */
const SLOW = [
  'test/bench/bench.test.ts',
  'test/crash/leader.test.ts',
  'test/crash/two-controllers.test.ts',
  'test/e2e/demo.test.ts',
  'test/e2e/newcomer-path.test.ts',
  'test/ground/package.test.ts',
];

/*
 * Runs every suite: first those that coverage is counted over, then the long ones, whatever the first ones found. In continuous integration everything
 * runs whole, the MCP server is held against the suites of others, and each run leaves its report in .test-report/; otherwise a sample does, of the slow suites too.
 */
const vitest = path.join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
const chosen = sampleOf('slow suites', SLOW, 1);
const others = SLOW.filter((suite) => !chosen.includes(suite)).map((suite) => `--exclude=${suite}`);
const runs = [
  ['--project=quick', '--project=counted', '--coverage'],
  ['--project=long', ...others],
];
for (const [index, words] of runs.entries()) {
  const report = ['--reporter=default', '--reporter=json', `--outputFile.json=.test-report/${String(index + 1)}.json`];
  const more = SAMPLED ? [] : report;
  const { status, signal } = spawnSync(process.execPath, [vitest, 'run', ...words, ...more], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
  if (signal !== null) break;
}
if (!SAMPLED) {
  const verify = path.join(import.meta.dirname, 'mcp-verify.ts');
  const { status } = spawnSync(process.execPath, [verify, '.test-report/3.json'], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
