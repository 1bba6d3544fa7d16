import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFolder, revisionOf } from '#controller';

const root = path.resolve(import.meta.dirname, '../..');

const simulator: Server[] = [];

/** Takes the ports that `rosctl simulator` takes in the quickstart; one that is taken already is as good. */
beforeAll(async () => {
  const example = revisionOf((await readFolder(path.join(root, 'devices.example'))).files);
  const devices = example.ok ? [...example.inventory.devices.values()] : [];
  for (const { document } of devices) {
    const { hostname, port } = new URL(document.spec.address);
    const server = createServer();
    await new Promise<void>((done) => server.on('error', () => done()).listen(Number(port), hostname, done));
    simulator.push(server);
  }
});
afterAll(() => simulator.forEach((server) => server.close()));

it('the demo tells its whole story and ends well, while the example fleet is simulated beside it', () => {
  expect(simulator).toHaveLength(12);
  const startedAt = performance.now();
  const demo = spawnSync(process.execPath, ['cli/demo/main.ts'], { cwd: root, encoding: 'utf8', timeout: 180_000 });
  expect(demo.stderr).toBe('');
  expect(demo.status).toBe(0);
  // It takes a quarter of this alone on two cores; other tests may run beside it.
  expect(performance.now() - startedAt).toBeLessThan(60_000);
  for (const line of [
    'is ready: its first commit is signed and trusted',
    'none of them has got a single packet',
    '11 devices are contacted now, and all are in sync',
    '2 distinct plans, 11 devices, 1 of them offline',
    'which nobody in the roster in force has',
    "which is nobody's in the roster",
    'edge-vie-lab-01, the canary, took the change and confirmed it',
    'edge-vie-lab-02 failed its health check and was rolled back, and the rollout halted',
    'all devices that can be reached have converged',
    'edge-gra-lab-02 caught up, by the approval that covers it',
    'edge-gra-02 is contacted and planned',
    'edge-gra-02 has converged',
    'by anna (winbox',
  ]) {
    expect(demo.stdout).toContain(line);
  }
}, 200_000);
