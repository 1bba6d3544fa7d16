import { spawnSync } from 'node:child_process';
import path from 'node:path';

/*
 * Runs every suite: first those that coverage is counted over, then the long ones, whatever the first ones found. In continuous integration matrices
 * run whole, and each run leaves its report in .test-report/.
 */
const vitest = path.join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
const runs = [['--project=quick', '--project=counted', '--coverage'], ['--project=long']];
for (const [index, words] of runs.entries()) {
  const report = ['--reporter=default', '--reporter=json', `--outputFile.json=.test-report/${String(index + 1)}.json`];
  const more = process.env['CI'] === undefined ? [] : report;
  const { status, signal } = spawnSync(process.execPath, [vitest, 'run', ...words, ...more], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
  if (signal !== null) break;
}
