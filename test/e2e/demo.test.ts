import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

it('the demo tells its whole story and ends well', () => {
  const startedAt = performance.now();
  const demo = spawnSync(process.execPath, ['cli/demo.ts'], { cwd: root, encoding: 'utf8', timeout: 180_000 });
  expect(demo.stderr).toBe('');
  expect(demo.status).toBe(0);
  // It takes a quarter of this alone on two cores; other tests may run beside it.
  expect(performance.now() - startedAt).toBeLessThan(60_000);
  for (const line of [
    'all 12 devices are in sync',
    '2 distinct plans, 12 devices, 1 of them offline',
    'edge-vie-lab-02 failed its health check and was rolled back',
    'Policy staging asks for approval',
    'Policy prod asks for approval',
    'every lab device that can be reached has converged',
    'edge-gra-lab-02 caught up',
    'by anna (winbox',
    '203.0.113.64/27 is gone from the lab',
    '203.0.113.200, added by hand on edge-vie-lab-01, is still there',
  ]) {
    expect(demo.stdout).toContain(line);
  }
}, 200_000);
