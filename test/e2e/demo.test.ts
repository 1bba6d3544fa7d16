import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFolder, revisionOf } from '#controller';
import { until } from '#test/rig.ts';
import { openTerminal } from '#test/terminal.ts';

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

it('the demo tells its whole story and ends well, while the example fleet is simulated beside it', async () => {
  expect(simulator).toHaveLength(12);
  const startedAt = performance.now();
  const demo = spawn(process.execPath, ['bin/rosctl.mjs', 'demo', '--keep'], { cwd: root });
  let stdout = '';
  let stderr = '';
  demo.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  demo.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(demo, 'close');
  try {
    await until(
      () => stdout,
      (text) => /^rosctl approve .*\n/m.test(text) || demo.exitCode !== null,
      180,
    );
    expect(stderr).toBe('');
    // Alone on two cores it takes less than half of this; other tests run beside it.
    expect(performance.now() - startedAt).toBeLessThan(120_000);
    await exploring(stdout);
  } finally {
    demo.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  }
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
    'is asked, through rosctl mcp',
    'alice took it with her own signature',
    'all routers of vie ask the old resolvers again',
    'by anna (winbox',
  ]) {
    expect(stdout).toContain(line);
  }
}, 200_000);

/** Types the commands that it prints at its end, as they are printed and in their order, somewhere else. */
async function exploring(told: string): Promise<void> {
  const lines = told.split('\n').filter((line) => /^(alias|export|cd|rosctl) /.test(line));
  expect(lines.length).toBeGreaterThan(5);
  await using terminal = openTerminal('/', { PATH: '/usr/bin:/bin', HOME: '/nonexistent', TERM: 'dumb' });
  await terminal.run('shopt -s expand_aliases');
  const answers: string[] = [];
  for (const line of lines) {
    // An alias counts from the next line on, and script knows none.
    const { code, output } = await terminal.run(line.startsWith('rosctl approve') ? `${line} --yes` : line);
    expect({ line, code, output: code === 0 ? '' : output }).toEqual({ line, code: 0, output: '' });
    answers.push(output);
  }
  expect(answers.join('\n')).toContain('Controller  running');
}
